"""Where the file of a new upload goes."""

from __future__ import annotations

from dataclasses import dataclass

from tornado.httputil import HTTPHeaders

from ..destinations import HOME
from ..errors import InvalidName
from ..stores.base import OnConflict
from .base import ServiceHandler
from .parsing.headers import parse_file_name
from .parsing.upload_metadata import parse_upload_metadata, path_of, text_of
from .uploads import parse_on_conflict


@dataclass(frozen=True)
class Place:
    """Where a file goes.

    Parameters
    ----------
    path : str or None
        Its path in its destination; None when nothing says how it is called.
    makes_folder : bool
        Whether its folder is made if it is not there: for files of a folder that a person has picked.
    """

    path: str | None
    destination: str
    on_conflict: OnConflict
    makes_folder: bool


def place_of(handler: ServiceHandler) -> Place:
    """Return where the file of a request goes.

    Its query says so, then `Content-Disposition`, then the `Upload-Metadata` of tus. A `path` that ends with
    `/` is a folder, for which one of the headers has the name. If nothing says what becomes of a name that is
    taken, both files are kept: a client of these protocols has nobody to ask, and gives up when refused.

    Raises
    ------
    Malformed, InvalidName
        When it says so in a way that can't be read.
    """
    headers = handler.request.headers
    metadata = parse_upload_metadata(headers.get("Upload-Metadata", ""))
    named = _name(headers) or path_of(metadata)
    path = handler.argument("path", "")
    if not path or path.endswith("/"):
        path = path + named if named is not None else path
    if path.endswith("/"):
        raise InvalidName("Say how the file is called: in the path, or in a Content-Disposition.")
    on_conflict = handler.argument("on_conflict", text_of(metadata, "onConflict") or OnConflict.RENAME.value)
    return Place(
        path=path or None,
        destination=handler.argument("destination", text_of(metadata, "destination") or HOME),
        on_conflict=parse_on_conflict(on_conflict),
        makes_folder=text_of(metadata, "relativePath") is not None,
    )


def _name(headers: HTTPHeaders) -> str | None:
    name = parse_file_name(headers.get("Content-Disposition", ""))
    if name is not None and "/" in name:
        raise InvalidName("A Content-Disposition says the file's name, without a folder.")
    return name or None
