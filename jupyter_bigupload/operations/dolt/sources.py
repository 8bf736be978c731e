"""The rows of a file, wherever it is, as an import takes them."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import AsyncGenerator, Iterator, Sequence
from pathlib import Path
from typing import Any

from ...errors import NotFound
from ...stores.base import OnConflict
from ...tables.converting import TableRows
from ...tables.reading import DuckLimits
from ...tables.recipe import Recipe
from ...tables.source import Source
from ...uploads import Upload
from ..job import Job
from ..saving import NewFile
from ..tables import TableFiles
from .rows import Checked, RowColumn

#: The part of the memory of an operation that DuckDB may take. doltlite has its share, and so has Python.
_SHARE = 4
_THREADS = 2
_PIECE = 2**20


class FileRows:
    """The rows of a file that fit, with those that don't in a file of their own."""

    def __init__(self, job: Job, source: Source, rows: TableRows) -> None:
        self._job = job
        self._source = source
        self._rows = rows

    @property
    def columns(self) -> Sequence[RowColumn]:
        """What each row has, in order."""
        return [RowColumn(column.name, column.type) for column in self._rows.columns]

    @property
    def expected(self) -> int | None:
        """How many rows there are."""
        return self._rows.expected

    def batches(self) -> Iterator[Sequence[tuple[Any, ...]]]:
        """Yield all rows, thousands at a time."""
        return self._rows.batches()

    def checked(self) -> Checked:
        """Return what was counted, once all rows were read."""
        found = self._rows.checked()
        return Checked(found.rows_in, found.rows_out, found.rejects)

    def keep_aside(self) -> dict[str, str] | None:
        """Save the rows that did not fit beside the file, and return where; None where all did.

        Raises
        ------
        BigUploadError
            As `FileSaver.save`.
        """
        aside = self._rows.aside
        if aside is None:
            return None
        new, size = self._job.operation.new, aside.stat().st_size
        stem = new.path.rpartition(".")[0] or new.path
        source = ["rejects", new.destination, new.path, self._source.state, self._job.operation.id]
        file = NewFile(new.destination, f"{stem}-rejects.csv", size, OnConflict.RENAME, source)
        saved = self._job.loop.run(self._saved(file, aside, size))
        return {"destination": saved.destination, "path": saved.path}

    async def _saved(self, file: NewFile, aside: Path, size: int) -> Upload:
        async def read(start: int, end: int | None) -> AsyncGenerator[bytes, None]:
            with aside.open("rb") as opened:
                opened.seek(start)
                rest = (size if end is None else end) - start
                while rest > 0 and (piece := opened.read(min(_PIECE, rest))):
                    rest -= len(piece)
                    yield piece

        return await self._job.saver().save(file, read, lambda _: None)


@contextlib.contextmanager
def rows_of(job: Job, recipe: Recipe) -> Iterator[FileRows]:
    """Open the file that an operation is about; all of it is counted and checked before the first row.

    Raises
    ------
    BigUploadError
        As `TableFiles` and `TableRows`.
    """

    def no_upload(upload_id: str) -> Upload:
        raise NotFound(f"There is no upload {upload_id!r}.")

    files = TableFiles(job.destinations, job.uploads, no_upload, root=lambda: job.root, loop=job.loop)
    source = files.finished(job.operation.new.destination, job.path)
    memory = job.limits.memory or DuckLimits().memory * _SHARE
    # In the folder of the operation's record, which goes with it whatever becomes of this process.
    with tempfile.TemporaryDirectory(prefix="rows-", dir=Path.cwd()) as folder:
        scratch = Path(folder)
        limits = DuckLimits(memory // _SHARE, min(_THREADS, os.cpu_count() or 1), scratch, job.limits.output)
        aside = scratch / "rejects.csv" if job.parameters["rejects"] == "aside" else None
        told = _Told(job)
        with TableRows(source, recipe, limits=limits, aside=aside, progress=told) as rows:
            told.is_over = True
            yield FileRows(job, source, rows)


class _Told:
    """Tells how far the counting and checking of a file is, in bytes; behind that, rows are counted."""

    def __init__(self, job: Job) -> None:
        self.is_over = False
        self._job = job

    def __call__(self, done: int, total: int) -> None:
        """Say it."""
        if not self.is_over:
            self._job.progress(done, total)
