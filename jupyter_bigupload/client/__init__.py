"""A client for programs: files of any size, and folders, to a Jupyter server that has this extension.

>>> from jupyter_bigupload.client import Client
>>> with Client("http://localhost:8888/", "the token") as client:
...     client.upload("run7.h5", "data/")

It knows the wire (docs/wire.md) and nothing of the server: to import it loads neither tornado nor
jupyter_server.
"""

from __future__ import annotations

from ..errors import (
    AccessDenied,
    BigUploadError,
    Exists,
    FolderMissing,
    Forbidden,
    Incomplete,
    InvalidName,
    Locked,
    NoSpace,
    NotFound,
    QuotaExceeded,
    ReadOnly,
    Refused,
    TooLarge,
    Unauthorized,
    Unsupported,
)
from .client import Client
from .errors import FileChanged, ServerNotFound, UnknownError, Unreachable, UnreadableFile, UploadsFailed
from .model import Destination, Part, Progress, Saved
from .upload import Upload
from .wire.finding import Address, find_server, find_token

__all__ = [
    "AccessDenied",
    "Address",
    "BigUploadError",
    "Client",
    "Destination",
    "Exists",
    "FileChanged",
    "FolderMissing",
    "Forbidden",
    "Incomplete",
    "InvalidName",
    "Locked",
    "NoSpace",
    "NotFound",
    "Part",
    "Progress",
    "QuotaExceeded",
    "ReadOnly",
    "Refused",
    "Saved",
    "ServerNotFound",
    "TooLarge",
    "Unauthorized",
    "UnknownError",
    "Unreachable",
    "UnreadableFile",
    "Unsupported",
    "Upload",
    "UploadsFailed",
    "find_server",
    "find_token",
]
