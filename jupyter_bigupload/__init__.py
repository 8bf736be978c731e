"""Uploads of any size into Jupyter: resumable, parallel, and never half a file."""

from __future__ import annotations

from typing import Any

from ._version import __version__

__all__ = ["__version__"]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-bigupload"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    # Not at import time: the Python client and the command line need no server.
    from .extension import BigUpload  # noqa: PLC0415

    return [{"module": "jupyter_bigupload", "app": BigUpload}]
