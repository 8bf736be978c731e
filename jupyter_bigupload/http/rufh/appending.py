"""Content that goes behind what an upload has, and the end of an upload."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from ...digests import Digest
from ...errors import BigUploadError, ChecksumMismatch, InconsistentSize
from ...uploads import State, Upload
from ..parsing.content_digest import parse_content_digest
from .fields import integer
from .handler import DraftHandler

#: What is kept with an upload: that it is one of the draft; the offset at which the client has said that it
#: ends; what its whole file has, as the client says; the algorithm by which it wants to be told.
DRAFT, END, DIGEST, WANTED = "draft", "draft-end", "draft-repr-digest", "draft-want-repr-digest"


async def append(
    handler: DraftHandler, upload: Upload, offset: int, *, ends: bool, take_over: bool
) -> Upload:
    """Store a request's content at the end of an upload, as far as it comes, and return the upload with it.

    Parameters
    ----------
    offset : int
        Where the client says that the content begins.
    ends : bool
        Whether it ends the file.
    take_over : bool
        Whether another request that still writes is ended.

    Raises
    ------
    BigUploadError
        As `Appending.append`. An upload whose content goes on after its end may be given up.
    """
    length = handler.content_length()
    digest = handler.request.headers.get("Content-Digest")
    content = Counted(aiter(handler.body))
    size = stated_size(handler, offset, ends=ends)
    # A server that dies before the file has its name can tell then that it is to have one.
    end = upload.size if size is None else size
    notes = {END: str(end)} if ends and end is not None else {}
    try:
        return await handler.service.appending.append(
            upload.id,
            offset=offset,
            length=length,
            body=aiter(content),
            digest=None if digest is None else parse_content_digest(digest),
            size=size,
            ends=ends,
            take_over=take_over,
            notes=notes,
            grown=handler.tell_progress,
        )
    except InconsistentSize as error:
        limit = error.details.get("size")
        exceeds = content.length and isinstance(limit, int) and offset + content.length > limit
        if exceeds and handler.version.drops_excess:
            with contextlib.suppress(BigUploadError):
                await handler.service.abort(upload.id)
        raise


def stated_size(handler: DraftHandler, offset: int, *, ends: bool) -> int | None:
    """Return the bytes of the whole file, where the request says them.

    Raises
    ------
    InconsistentSize
        When it says them twice, and not the same.
    """
    size = integer(handler.request.headers, "Upload-Length")
    length = handler.content_length()
    if not ends or length is None:
        return size
    if size is not None and size != offset + length:
        raise InconsistentSize(f"The content ends at byte {offset + length}, not {size}.", size=size)
    return offset + length


async def complete(handler: DraftHandler, upload: Upload) -> Upload:
    """Give the file its name, and return the upload as done.

    Raises
    ------
    ChecksumMismatch
        When the file is not what the client said. Then nothing is left of it.
    Checking
        While that is looked at.
    BigUploadError
        As `UploadService.complete`.
    """
    handler.upload, handler.is_final = upload, True
    stated, wanted = upload.metadata.get(DIGEST), upload.metadata.get(WANTED)
    if upload.state is not State.DONE and stated is not None:
        digest = Digest.parse(stated)
        if await handler.service.checksums.of_upload(upload, digest.algorithm) != digest:
            await handler.service.abort(upload.id)
            raise ChecksumMismatch("The file is not what its Repr-Digest says; nothing of it is kept.")
    if upload.state is not State.DONE and wanted is not None:
        handler.set_header("Repr-Digest", str(await handler.service.checksums.of_upload(upload, wanted)))
    return await handler.service.complete(upload.id)


def has_ended(upload: Upload) -> bool:
    """Return whether the client has said that all of the file has come, and it has."""
    offset = upload.received.prefix
    return upload.size == offset and upload.metadata.get(END) == str(offset)


class Counted:
    """Content that knows how much of it has come.

    Parameters
    ----------
    content : AsyncIterator
        The content itself.
    """

    def __init__(self, content: AsyncIterator[bytes]) -> None:
        #: Bytes so far.
        self.length = 0
        self._content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield it."""
        async for piece in self._content:
            self.length += len(piece)
            yield piece
