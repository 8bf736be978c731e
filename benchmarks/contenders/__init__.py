"""The contenders, in the order of the tables."""

from __future__ import annotations

from jupyter_bigupload.uploads import Limits

from .base import Contender
from .bigupload import BigUpload
from .copyparty import Copyparty
from .jupyterlab import JupyterLab
from .limit import Limit
from .tus import Tus

__all__ = ["BEFORE", "CONTENDERS", "Contender"]

#: Takes part where its `package` was built.
BEFORE = BigUpload("before", "BigUpload as it was", verified=True)

CONTENDERS: tuple[Contender, ...] = (
    BigUpload("bigupload", "BigUpload", verified=True),
    BigUpload("bigupload-unverified", "BigUpload, no digests from the page", verified=False),
    BEFORE,
    Limit("whole", "the limit: the whole File, thrown away", chunk_size=2**62, parallel=1),
    Limit("limit", "the same in slices", chunk_size=Limits.chunk_size, parallel=3),
    Copyparty(),
    JupyterLab(),
    Tus("tus", "tus, one request (its default)", None),
    Tus("tus-64", "tus, 64 MiB chunks", 64 << 20),
)
