"""The contenders, in the order of the tables."""

from __future__ import annotations

from .base import Contender
from .bigupload import BigUpload
from .copyparty import Copyparty
from .jupyterlab import JupyterLab
from .limit import Limit
from .tus import Tus

__all__ = ["CONTENDERS", "Contender"]

CONTENDERS: tuple[Contender, ...] = (
    BigUpload("bigupload", "BigUpload", verified=True),
    BigUpload("bigupload-unverified", "BigUpload, no digests from the page", verified=False),
    Limit(),
    Copyparty(),
    JupyterLab(),
    Tus("tus", "tus, one request (its default)", None),
    Tus("tus-64", "tus, 64 MiB chunks", 64 << 20),
)
