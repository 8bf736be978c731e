"""Uploads of any size from a notebook or a Voilà page: `BigUpload`, a widget."""

from __future__ import annotations

try:
    import anywidget  # noqa: F401  # only to say what to do without it
except ImportError as error:
    message = "The upload widget needs anywidget: pip install 'jupyter_bigupload[widget]'"
    raise ImportError(message) from error

from .files import File
from .upload import BigUpload

__all__ = ["BigUpload", "File"]
