"""Bytes that go behind those of an upload."""

from __future__ import annotations

from ...digests import Digest
from ...errors import InconsistentSize, TooLarge, UnsupportedEncoding
from ...uploads import Upload
from .base import TusHandler


async def append(
    handler: TusHandler, upload: Upload, *, offset: int, digest: Digest | None, size: int | None = None
) -> Upload:
    """Store the body of a request at the end of an upload, and return the upload with it.

    Parameters
    ----------
    offset : int
        Where the client says that it begins.
    digest : Digest or None
        What the client says that it has.
    size : int or None
        The file's bytes, where the client says them now.

    Raises
    ------
    UnsupportedEncoding
        When the body is not the file's own bytes.
    TooLarge
        When it goes on after the file's end.
    BigUploadError
        As `Appending.append`.
    """
    if handler.request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedEncoding("Send the file's own bytes, without a Content-Encoding.")
    try:
        return await handler.service.appending.append(
            upload.id,
            offset=offset,
            length=length_of(handler),
            body=aiter(handler.body),
            digest=digest,
            size=size,
        )
    except InconsistentSize as error:
        if size is not None and (size < offset or upload.size not in {None, size}):
            raise
        raise TooLarge(error.message, **error.details) from None


def length_of(handler: TusHandler) -> int | None:
    """Return the bytes of the body of a request; None where only its end tells."""
    if handler.body_length is None and "Transfer-Encoding" not in handler.request.headers:
        return 0
    return handler.body_length
