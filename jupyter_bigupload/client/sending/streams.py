"""Bytes whose end nobody knows before it comes: standard input, a pipe, any object that can be read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from ...digests import DEFAULT, Digest, composite_of, digest_of
from ..model import Readable, Saved
from ..upload import PIECE, Upload, send_chunk
from ..wire.retrying import Stopped
from .meter import FileMeter

#: Bytes of a chunk, where no bucket says how large a part is: three of them are in memory at most.
_CHUNK = 8 * 2**20
#: Chunks that are on their way while the next one is read.
_AHEAD = 1


def send_stream(upload: Upload, stream: Readable, on_conflict: str | None, meter: FileMeter) -> Saved:
    """Send all that `stream` has, and complete the upload.

    A stream can't be read twice: when this fails, the upload is cancelled.

    Raises
    ------
    BigUploadError
        As the server says, or `Unreachable`.
    """
    stop = threading.Event()
    parts: list[tuple[int, int, Digest]] = []
    try:
        with ThreadPoolExecutor(1, thread_name_prefix="bigupload-stream") as pool:
            try:
                under_way: list[Future[None]] = []
                for start, data in _chunks(stream, upload.fields["part_size"] or _CHUNK):
                    end = start + len(data)
                    digest = digest_of([data], upload.algorithm or DEFAULT)
                    parts.append((start, end, digest))
                    while len(under_way) > _AHEAD:
                        under_way.pop(0).result()
                    under_way.append(pool.submit(_send, upload, start, data, digest, meter, stop))
                for sending in under_way:
                    sending.result()
            except BaseException:
                stop.set()
                raise
        meter.completing()
        upload.refresh()
        saved = upload.finish(on_conflict, composite_of(parts))
    except BaseException:
        upload.cancel()
        raise
    meter.over(done=True)
    return saved


def _send(  # noqa: PLR0917  # for a thread
    upload: Upload, start: int, data: bytes, digest: Digest, meter: FileMeter, stop: threading.Event
) -> None:
    end = start + len(data)
    upload.server.retrying(stop).run(lambda: send_chunk(upload, start, end, _pieces(data, stop), digest))
    meter.add(len(data))


def _pieces(data: bytes, stop: threading.Event) -> Iterator[bytes]:
    for start in range(0, len(data), PIECE):
        if stop.is_set():
            raise Stopped
        yield data[start : start + PIECE]


def _chunks(stream: Readable, size: int) -> Iterator[tuple[int, bytes]]:
    """Yield offset and bytes of each chunk; all but the last are of one size."""
    start, gathered = 0, bytearray()
    while piece := stream.read(size - len(gathered)):
        gathered += piece
        if len(gathered) == size:
            yield start, bytes(gathered)
            start, gathered = start + size, bytearray()
    if gathered:
        yield start, bytes(gathered)
