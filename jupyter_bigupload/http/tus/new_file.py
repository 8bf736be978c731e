"""Where the file of a new upload goes, by its metadata."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from ...destinations import HOME
from ...errors import FolderMissing
from ...stores.base import OnConflict
from ...uploads import NewUpload, Upload
from ..new_folder import make_folder
from ..upload_metadata import parse_upload_metadata, path_of, text_of
from ..uploads import parse_on_conflict
from .base import CONCAT, METADATA, PARTIAL, TusHandler
from .headers import Concat


@dataclass(frozen=True)
class NewFile:
    """What a client says of a file.

    Parameters
    ----------
    header : str
        The `Upload-Metadata`, as it came.
    path : str or None
        Where it goes in its destination; None when nothing says so.
    """

    header: str
    path: str | None
    destination: str
    on_conflict: OnConflict


def read_metadata(header: str) -> NewFile:
    """Return what an `Upload-Metadata` says.

    Raises
    ------
    Malformed, InvalidName
        When it is none, or none that a file can be made of.
    """
    metadata = parse_upload_metadata(header)
    return NewFile(
        header=header,
        path=path_of(metadata),
        destination=text_of(metadata, "destination") or HOME,
        on_conflict=parse_on_conflict(text_of(metadata, "onConflict") or OnConflict.FAIL.value),
    )


async def create(
    handler: TusHandler,
    file: NewFile,
    size: int | None,
    concat: Concat | None,
    *,
    upload_id: str | None = None,
) -> Upload:
    """Start an upload, and make the folder that its file goes to.

    Parameters
    ----------
    concat : Concat or None
        What it has to do with other uploads. A part waits in the home folder, whatever it says of itself.
    upload_id : str, optional
        An id of the caller's choice, instead of a random one; then one that is there already is returned.

    Raises
    ------
    BigUploadError
        When its place can't be had, as `UploadService.create`.
    """
    known = upload_id or secrets.token_hex(16)
    path, destination = file.path or f"upload-{known[:8]}", file.destination
    if concat is not None and not concat.is_final:
        # It never gets its name, and so needs none that is free. In a bucket nobody could read it.
        path, destination = f"tus-{PARTIAL}-{known}", HOME
    await handler.place(destination, path)
    new = NewUpload(
        path=path,
        size=size,
        destination=destination,
        on_conflict=file.on_conflict,
        metadata={METADATA: file.header, **({} if concat is None else {CONCAT: concat.header})},
    )
    try:
        return await handler.service.create(new, upload_id=known, repeatable=upload_id is not None)
    except FolderMissing:
        await make_folder(handler, destination, path.rpartition("/")[0])
    return await handler.service.create(new, upload_id=known, repeatable=upload_id is not None)
