"""What differs between two states of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...errors import NotFound
from .database import branches
from .database.counting import counted_between
from .database.database import Database, TableColumn, opened, require_database
from .database.names import quoted, same
from .database.stored import REAL, affinity

#: Rows of one answer, and characters of one value.
_MOST_ROWS, _MOST_TEXT = 1000, 4096
KINDS = ("added", "removed", "modified")
#: The columns that doltlite has behind those of each side, and its last one.
_OF_COMMIT = 2


def diff(  # noqa: PLR0917  # as the wire has them
    database: Path,
    table: str,
    from_: str,
    to: str,
    kinds: Sequence[str] | None = None,
    start: int = 0,
    count: int = 100,
) -> dict[str, Any]:
    """Return what differs, as JSON: counts, columns with their changes, and some of the rows.

    Parameters
    ----------
    from_, to : str
        Hashes of commits, branches, names of imports, or `HEAD`.
    kinds : Sequence[str] or None
        Of the rows that are shown: `added`, `removed`, `modified`; None for all.
    start, count : int
        Which of these rows.

    Raises
    ------
    NotFound, NotADatabase
        As `require_database`; also when there is no such table, branch or commit.
    Unsupported
        As `library.load`.
    """
    require_database(database)
    with opened(database) as found:
        before, after = branches.hash_of(found, from_), branches.hash_of(found, to)
    with opened(database, before) as older, opened(database, after) as newer:
        return _Diff(older, newer, table, (before, after)).as_json(
            (from_, to),
            [kind for kind in KINDS if kinds is None or kind in kinds],
            start,
            min(count, _MOST_ROWS),
        )


class _Diff:
    """Two states of a table, each with a connection at its commit.

    doltlite shows both sides of a diff by the columns of the connection that asks. So where the columns
    differ, each side is asked for by its own.
    """

    def __init__(self, older: Database, newer: Database, table: str, commits: tuple[str, str]) -> None:
        self._older, self._newer, self._commits = older, newer, commits
        name = newer.table(table) or older.table(table)
        if name is None:
            raise NotFound(f"There is no table {table!r} in either of them.")
        self._table = name
        self._before, self._after = older.columns(name), newer.columns(name)

    def as_json(self, names: tuple[str, str], kinds: Sequence[str], start: int, count: int) -> dict[str, Any]:
        columns = self._columns()
        return {
            "table": self._table,
            "from": names[0],
            "to": names[1],
            "counts": self._counts(),
            "columns": columns,
            "rows": self._rows([column["name"] for column in columns], kinds, start, count),
            "start": start,
        }

    def _counts(self) -> dict[str, int]:
        counts, unmodified = counted_between(self._older, self._newer, self._table, self._commits)
        return {**asdict(counts), "unmodified": unmodified}

    def _columns(self) -> list[dict[str, Any]]:
        columns = []
        for column in self._after:
            old = _named(column.name, self._before)
            change = None
            if old is None:
                change = "added"
            elif (old.type.upper(), old.key) != (column.type.upper(), column.key):
                change = "changed"
            columns.append(_column(column, change, None if old is None else old.type))
        gone = [column for column in self._before if _named(column.name, self._after) is None]
        return columns + [_column(column, "removed", column.type) for column in gone]

    def _rows(
        self, names: Sequence[str], kinds: Sequence[str], start: int, count: int
    ) -> list[dict[str, Any]]:
        newer = self._asked(self._newer, self._after, kinds, start, count)
        older = newer
        if [column.name for column in self._before] != [column.name for column in self._after]:
            older = self._asked(self._older, self._before, kinds, start, count)
        rows = []
        for kind, before, after in _together(older, newer):
            rows.append(
                {
                    "kind": kind,
                    "before": None if kind == "added" else _texts(before, self._before or self._after, names),
                    "after": None if kind == "removed" else _texts(after, self._after or self._before, names),
                }
            )
        return rows

    def _asked(
        self, database: Database, columns: Sequence[TableColumn], kinds: Sequence[str], start: int, count: int
    ) -> list[tuple[str, Sequence[Any], Sequence[Any]]]:
        """Return kind, values before and values after of some rows, by the columns of one side."""
        if not columns or not kinds:
            return []
        places = ", ".join("?" * len(kinds))
        found = database.rows(
            f"SELECT * FROM {quoted(f'dolt_diff_{self._table}')}(?, ?)"  # noqa: S608  # quoted
            f" WHERE diff_type IN ({places}) LIMIT ? OFFSET ?",
            *self._commits,
            *kinds,
            count,
            start,
        )
        width = len(columns)
        old = width + _OF_COMMIT
        return [(row[-1], row[old : old + width], row[:width]) for row in found]


def _together(
    older: Sequence[tuple[str, Sequence[Any], Sequence[Any]]],
    newer: Sequence[tuple[str, Sequence[Any], Sequence[Any]]],
) -> list[tuple[str, Sequence[Any], Sequence[Any]]]:
    """Return rows with what each side says of itself."""
    if not older or not newer:
        return list(older or newer)
    return [(kind, before, after) for (_, before, _), (kind, _, after) in zip(older, newer, strict=True)]


def _named(name: str, columns: Sequence[TableColumn]) -> TableColumn | None:
    return next((column for column in columns if same(column.name, name)), None)


def _column(column: TableColumn, change: str | None, before: str | None) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": column.type,
        "key": column.key > 0,
        "change": change,
        "before": before,
    }


def _texts(values: Sequence[Any], columns: Sequence[TableColumn], names: Sequence[str]) -> list[str | None]:
    """Return the values of a row in the order of all columns, as text."""
    pairs = zip(columns, values, strict=True)
    found = {_fold(column.name): _text(value, column.type) for column, value in pairs}
    return [found.get(_fold(name)) for name in names]


def _fold(name: str) -> str:
    return name.casefold()


def _text(value: object, declared: str) -> str | None:
    if value is None:
        return None
    if isinstance(value, int) and affinity(declared) == REAL:
        value = float(value)  # a diff has it as it is stored, which is shorter
    text = value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= _MOST_TEXT else f"{text[: _MOST_TEXT - 1]}…"
