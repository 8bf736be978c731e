"""A file as a table in another format, of which nothing is lost without a word."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..reading import Connection, DuckLimits
from ..recipe import Recipe, Rejects
from ..source import Source
from .comparing import compare
from .counting import count
from .model import Checked, Converted, Options
from .parting import check_rows
from .rejects import set_aside
from .running import Progress, Stages
from .table import open_table
from .targets import check_partitions
from .writing import rows_of_groups, write

_SHARES = {"rows": 10, "check": 20, "rejects": 10, "write": 45, "compare": 15}


def convert(
    source: Source,
    recipe: Recipe,
    target: Path,
    options: Options,
    *,
    limits: DuckLimits,
    progress: Progress = lambda done, total: None,
) -> Converted:
    """Make a file, or a folder, of the rows of another file.

    All rows are counted by our own scanner, then checked against the types as text, then written, and read
    back. Where the numbers or the values differ, nothing is left.

    Parameters
    ----------
    target : Path
        Where nothing is yet.
    progress : Progress
        Called often with bytes done of all; what it raises ends the work, and nothing is left.

    Raises
    ------
    RowsLost
        When what was written is not what was read.
    RejectsFound
        When rows do not fit, and none may be left out.
    Malformed, NotATable, NoSpace, StorageFailed, MemoryError
    """
    check_partitions(recipe, options)
    if target.exists() or (options.aside is not None and options.aside.exists()):
        raise FileExistsError("what is there would be removed with the rest if this failed")
    try:
        with Connection(limits) as connection:
            steps = _Conversion(connection, source, recipe, target, options)
            return steps.run(limits, Stages(progress, source.size, _SHARES))
    except BaseException:
        for path in (target, options.aside):
            remove(path)
        raise


def remove(path: Path | None) -> None:
    """Remove a file or a folder, if there is one."""
    if path is None:
        return
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


@dataclass
class _Conversion:
    """The steps, each with the seconds that it took."""

    connection: Connection
    source: Source
    recipe: Recipe
    target: Path
    options: Options
    seconds: dict[str, float] = field(default_factory=dict)
    processor: dict[str, float] = field(default_factory=dict)

    def run(self, limits: DuckLimits, stages: Stages) -> Converted:
        """Do them all."""
        connection, options = self.connection, self.options
        with self._timed("rows"):
            table = open_table(
                connection, self.source, self.recipe, stages.step("rows"), target=options.target
            )
        with self._timed("check"):
            counts = count(connection, table, stages.step("check"))
            check_rows(connection, table, counts)
        with self._timed("rejects"):
            aside = set_aside(connection, table, counts, options.aside, stages.step("rejects"))
        with self._timed("write"):
            query = table.selection(counts.rejected)
            group = rows_of_groups(limits, self.source.size, counts.rows)
            progress = stages.step("write")
            write(
                connection, query, self.target, options, row_group=group, rows=counts.kept, progress=progress
            )
        with self._timed("compare"):
            compare(connection, table, counts, self.target, options, progress=stages.step("compare"))
        nulled = {
            column.name: number
            for column, number in zip(table.columns, counts.rejected, strict=True)
            if number and column.rejects is Rejects.NULL
        }
        checked = Checked(table.rows, counts.kept, counts.aside)
        digest = f"{counts.digest:x}"
        return Converted(
            counts.kept, counts.aside, nulled, aside, checked, digest, self.seconds, self.processor
        )

    @contextlib.contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        begin, busy = time.monotonic(), time.process_time()
        yield
        self.seconds[name], self.processor[name] = time.monotonic() - begin, time.process_time() - busy
