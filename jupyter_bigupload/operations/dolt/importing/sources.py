"""The rows of a file, wherever it is, as an import takes them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ....stores.base import OnConflict
from ....tables.converting import TableRows
from ....tables.reading import DuckLimits
from ....tables.recipe import Recipe
from ...job import Job
from ...tables.convert import REJECTS
from ...tables.saving import save_made
from ...tables.work import limits_of, source_of
from .rows import Checked, Columns, RowColumn

#: The part of the memory of an operation that DuckDB may take. doltlite has its share, and so has Python.
_SHARE = 4


class FileRows:
    """The rows of a file that fit, with those that don't in a file of their own."""

    def __init__(self, job: Job, rows: TableRows) -> None:
        self._job = job
        self._rows = rows

    @property
    def columns(self) -> Sequence[RowColumn]:
        """What each row has, in order."""
        return [RowColumn(column.name, column.type) for column in self._rows.columns]

    @property
    def expected(self) -> int | None:
        """How many rows there are."""
        return self._rows.expected

    def batches(self) -> Iterator[Columns]:
        """Yield all rows, thousands at a time, by their columns."""
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
        new = self._job.operation.new
        saved = save_made(self._job, aside, new.destination, f"{new.path}{REJECTS}", OnConflict.RENAME)
        return {"destination": saved.destination, "path": saved.path}


@contextlib.contextmanager
def rows_of(job: Job, recipe: Recipe) -> Iterator[FileRows]:
    """Open the file that an operation is about; all of it is counted and checked before the first row.

    Raises
    ------
    BigUploadError
        As `TableFiles` and `TableRows`.
    """
    memory = job.limits.memory or DuckLimits().memory * _SHARE
    limits = replace(limits_of(job), memory=memory // _SHARE)
    aside = job.scratch / "rejects.csv" if job.parameters["rejects"] == "aside" else None
    told = _Told(job)
    with TableRows(source_of(job), recipe, limits=limits, aside=aside, progress=told) as rows:
        told.is_over = True
        yield FileRows(job, rows)


class _Told:
    """Tells how far the counting and checking of a file is, in bytes; behind that, rows are counted."""

    def __init__(self, job: Job) -> None:
        self.is_over = False
        self._job = job

    def __call__(self, done: int, total: int) -> None:
        """Say it."""
        if not self.is_over:
            self._job.progress(done, total)
