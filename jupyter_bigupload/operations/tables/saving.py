"""What an operation has made on the disk of this machine, saved in a destination."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

from ...stores.base import OnConflict
from ...threads import in_bytes_thread
from ...uploads import Upload
from ..file_upload import Told
from ..job import Job
from ..saving import NewFile

#: Bytes that are read at once.
_PIECE = 2**20


def save_made(
    job: Job,
    file: Path,
    destination: str,
    path: str,
    on_conflict: OnConflict,
    *,
    told: Told = lambda _: None,
) -> Upload:
    """Save a file of the operation's scratch folder, and return the upload that it was.

    Parameters
    ----------
    told : Callable
        Told how many more bytes have come.

    Raises
    ------
    BigUploadError
        As `FileSaver.save`.
    """
    size = file.stat().st_size

    async def read(start: int, end: int | None) -> AsyncGenerator[bytes, None]:
        with file.open("rb") as opened:
            opened.seek(start)
            rest = (size if end is None else end) - start
            while rest > 0 and (piece := await in_bytes_thread(opened.read)(min(_PIECE, rest))):
                rest -= len(piece)
                yield piece

    new = NewFile(destination, path, size, on_conflict, source=[job.operation.id, file.name])
    return job.loop.run(job.saver().save(new, read, told))
