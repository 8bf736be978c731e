"""What tests have done in the process that has doltlite, in plain SQL or by the package."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_bigupload.operations.dolt.database.library import load
from jupyter_bigupload.operations.dolt.database.locking import alone
from jupyter_bigupload.operations.dolt.importing.importing import Imported, import_rows
from jupyter_bigupload.operations.dolt.importing.planning import Wanted
from jupyter_bigupload.operations.dolt.importing.rows import Checked, Columns, RowColumn

IDS = [f"{number:08x}" * 4 for number in range(100)]


@dataclass
class ListedRows:
    """Rows that a test has made."""

    columns: Sequence[RowColumn]
    rows: Sequence[tuple[Any, ...]]
    batch: int = 1000
    expected: int | None = None
    rejects: int = 0
    read: int = field(default=0, init=False)

    def batches(self) -> Iterator[Columns]:
        for start in range(0, len(self.rows), self.batch):
            batch = self.rows[start : start + self.batch]
            self.read += len(batch)
            yield [*map(list, zip(*batch, strict=True))]

    def checked(self) -> Checked:
        return Checked(self.read + self.rejects, self.read, self.rejects)


def rows_of(types: str, *rows: tuple[Any, ...], batch: int = 1000) -> ListedRows:
    """Return rows whose columns are written as `name:type name:type`."""
    pairs = [column.partition(":")[::2] for column in types.split()]
    return ListedRows([RowColumn(name, kind) for name, kind in pairs], rows, batch)


def silent(done: int, total: int | None = None, unit: str = "bytes", steps: int = 0) -> None:
    """Take note of no progress."""


def load_rows(path: Path, rows: ListedRows, operation_id: str = IDS[1], **wanted: Any) -> Imported:
    """Import into table `t`, if no other is named; the database is made if there is none."""
    path.touch()
    return import_rows(path, rows, Wanted(**{"table": "t", **wanted}), operation_id, tell=silent)


def sql(path: Path, *statements: str, at: str = "") -> list[tuple[Any, ...]]:
    """Run statements as a person does who has opened the database, and return what the last one answers."""
    sqlite3 = load()
    name = f"{path}@{at}" if at else str(path)
    with contextlib.closing(sqlite3.connect(name, isolation_level=None)) as connection:
        answer: list[tuple[Any, ...]] = []
        for statement in statements:
            answer = connection.execute(statement).fetchall()
        return answer


_HELD = contextlib.ExitStack()


def hold(path: Path) -> None:
    """Hold the lock of a database, as an import does that is at work."""
    _HELD.enter_context(alone(path, lambda: None))


def let_go() -> None:
    """Let go of what is held."""
    _HELD.close()
