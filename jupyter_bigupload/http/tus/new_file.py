"""New uploads, with what is kept of them."""

from __future__ import annotations

import secrets

from ...destinations import HOME
from ...errors import FolderMissing
from ...uploads import NewUpload, Upload
from ..naming import Place
from ..new_folder import make_folder
from .base import CONCAT, METADATA, PARTIAL, TusHandler
from .headers import Concat


async def create(
    handler: TusHandler,
    place: Place,
    size: int | None,
    concat: Concat | None,
    *,
    upload_id: str | None = None,
) -> Upload:
    """Start an upload, and make the folder that its file lies in.

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
    path, destination = place.path or f"upload-{known[:8]}", place.destination
    if concat is not None and not concat.is_final:
        # It never gets its name, and so needs none that is free. In a bucket nobody could read it.
        path, destination = f"tus-{PARTIAL}-{known}", HOME
    await handler.place(destination, path)
    header = handler.request.headers.get("Upload-Metadata", "")
    new = NewUpload(
        path=path,
        size=size,
        destination=destination,
        on_conflict=place.on_conflict,
        metadata={METADATA: header, **({} if concat is None else {CONCAT: concat.header})},
    )
    try:
        return await handler.service.create(new, upload_id=known, repeatable=upload_id is not None)
    except FolderMissing:
        if not place.makes_folder:
            raise
        await make_folder(handler, destination, path.rpartition("/")[0])
    return await handler.service.create(new, upload_id=known, repeatable=upload_id is not None)
