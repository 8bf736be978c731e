"""Rows into a table, as fast as doltlite takes them: in the order of its key.

doltlite keeps a table as a tree of hashed chunks. Rows that come in the order of the key are appended to it;
in any other, each changes chunks all over (five million rows in random order: 32 s instead of 4, and a file
of 1.6 GB instead of 0.2). So rows are written as they come for as long as their keys ascend; those that don't
wait in a temporary table, are sorted there out of memory, and follow at the end. An update has to know all
the keys that came, so all of its rows wait.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from itertools import islice
from operator import lt
from typing import Any

from ....errors import RowsRefused
from ..database.database import Database, patiently
from ..database.failures import translated
from ..database.names import listed, quoted
from .blocks import Blocks, Run, order_of
from .encoding import Digest, Row, require_keys
from .planning import Plan
from .rows import Columns

#: Rows of one statement, as long as it has no more variables than SQLite takes.
_ROWS, _VARIABLES = 128, 30_000
#: Rows of one transaction. Between two, others may write to their branches. doltlite keeps them in memory;
#: those of the last are read back when nothing else is done any more.
TRANSACTION = 200_000
_WAITING = "temp.bigupload_waiting"
#: Above it, SQLite may number rows out of order (as it does when its numbers are used up).
_HIGHEST_NUMBER = 2**62
#: Keys that an error names.
_EXAMPLES = 5


@functools.lru_cache(maxsize=8)
def _places(width: int, rows: int) -> str:
    return ", ".join([f"({', '.join('?' * width)})"] * rows)


def _columns(rows: Sequence[Row]) -> Columns:
    return [*map(list, zip(*rows, strict=True))]


class Writer:
    """Writes the rows of one import to the branch that a connection is on.

    Parameters
    ----------
    database : Database
        A connection of the import's own.
    waiting : Callable
        Called as long as somebody else writes to the database.
    """

    def __init__(self, database: Database, plan: Plan, waiting: Callable[[], None]) -> None:
        self._database = database
        self._plan = plan
        self._waiting = waiting
        self._key = plan.key
        #: Takes note of rows that are written in order, once the first batch was.
        self.blocks: Blocks | None = None
        #: Of all others.
        self._digest = Digest()
        self._last: Any = None
        #: How many came.
        self.rows = 0
        self._staged = 0
        self._uncommitted = 0
        self._twice = 0
        names = listed(plan.targets)
        self._into = f"INSERT INTO main.{quoted(plan.table)} ({names})"
        self._unless_there = " ON CONFLICT DO NOTHING" if self._key and plan.mode == "append" else ""

    def begin(self) -> None:
        """Make the table what it is to be."""
        self._begin()
        for statement in self._plan.statements:
            self._database.run(statement)
        if self._key:
            # Of the same affinities as the table's columns: else no index is used to compare both.
            pairs = enumerate(self._plan.targets)
            columns = ", ".join(f"{quoted(name)} AS c{index}" for index, name in pairs)
            table = quoted(self._plan.table)
            self._database.run("PRAGMA temp_store = FILE")
            nothing = f"SELECT {columns} FROM main.{table} LIMIT 0"  # noqa: S608  # quoted
            self._database.run(f"CREATE TABLE {_WAITING} AS {nothing}")

    @property
    def sent(self) -> Digest:
        """What came so far."""
        return self._digest if self.blocks is None else self._digest + self.blocks.digest

    @property
    def has_waited(self) -> bool:
        """Whether rows came out of their order."""
        return self._staged > 0

    def add(self, batch: Columns) -> None:
        """Write some rows: of each column the values.

        Raises
        ------
        RowsRefused
            When the table can't take one.
        Locked, NoSpace, StorageFailed
            As `translated`.
        """
        keys = self._keys(batch)
        if keys is not None:
            require_keys(keys, self._plan.key_names, self.rows)
        is_ordered = keys is None or (self._plan.mode != "update" and self._ascends(keys))
        if self.rows == 0 and is_ordered:
            self.blocks = self._begin_blocks(keys)
        self.rows += len(batch[0])
        if self.blocks is None:
            self._digest.add([*zip(*batch, strict=True)])
        if keys is None or is_ordered:
            self._last = keys[-1] if keys else None
            self._write(batch)
            return
        ascending, others = self._sorted_out(batch, keys)
        if ascending:
            self._write(_columns(ascending))
        if self.blocks is not None:
            self._digest.add(others)
        self._wait(_columns(others))

    def cut(self) -> Run | None:
        """Return the rows that were written in order since the last cut; None where none were."""
        if self.blocks is None:
            return None
        order = self.blocks.order
        return self.blocks.cut(None if order.places else self._highest(order.key[0]))

    @property
    def is_full(self) -> bool:
        """Whether it is time for another transaction."""
        return self._uncommitted >= TRANSACTION

    def go_on(self, between: Callable[[], None]) -> None:
        """End a transaction, and begin the next; `between` is called while there is none."""
        self._database.run("COMMIT")
        between()
        self._begin()

    def finish(self, between: Callable[[], None]) -> None:
        """Write what waits, and end the transaction; `between` as `go_on`.

        Raises
        ------
        RowsRefused
            When a key came twice, or was there already in a table that is appended to.
        """
        if self._staged and self.blocks is not None and self._uncommitted:
            self.go_on(between)  # so that what is in order is in commits of its own
        if self._staged and self._plan.mode == "update":
            self._update()
        elif self._staged:
            self._twice += self._staged - self._database.run(
                f"{self._into} {self._sorted()} ON CONFLICT DO NOTHING"
            )
        elif self._plan.mode == "update" and self._plan.remove_missing:
            self._database.run(f"DELETE FROM main.{quoted(self._plan.table)}")  # noqa: S608  # quoted
        if self._twice:
            raise RowsRefused(self._in_words(), duplicates=self._twice)
        self._database.run("COMMIT")

    def updated(self) -> str:
        """Return a query of the rows that an update has written, as the table has them now."""
        table, waiting = f"main.{quoted(self._plan.table)} AS t", f"{_WAITING} AS w"
        few = self._staged * 10 < self._database.count(self._plan.table)
        order = f"{waiting} CROSS JOIN {table}" if few else f"{table} CROSS JOIN {waiting}"
        names = ", ".join(f"t.{quoted(name)}" for name in self._plan.targets)
        return f"SELECT {names} FROM {order} WHERE {self._same_key()}"  # noqa: S608  # quoted

    def _begin(self) -> None:
        patiently(lambda: self._database.run("BEGIN IMMEDIATE"), self._waiting)
        self._uncommitted = 0

    def _keys(self, batch: Columns) -> list[Any] | None:
        """Return the key of each row: a value, or a tuple of several; None where rows have none."""
        if len(self._key) > 1:
            return [*zip(*(batch[place] for place in self._key), strict=True)]
        return batch[self._key[0]] if self._key else None

    def _ascends(self, keys: list[Any]) -> bool:
        """Return whether all keys ascend from where they are."""
        return (self._last is None or keys[0] > self._last) and all(map(lt, keys, islice(keys, 1, None)))

    def _begin_blocks(self, keys: list[Any] | None) -> Blocks | None:
        """Return what takes note of rows in order; None where they could not be told from others."""
        plan, database = self._plan, self._database
        order = order_of(plan, [column.name for column in database.columns(plan.table)])
        if order is None or plan.mode == "create":
            return None if order is None else Blocks(order, None)
        if len(order.key) > 1:
            return None
        highest = self._highest(order.key[0])
        first = keys[0] if keys else _HIGHEST_NUMBER
        if highest is None and isinstance(first, int):
            return Blocks(order, None)
        # Text may be in another order there. To SQLite, what is no number is above all that are.
        is_above = isinstance(first, int) and isinstance(highest, int) and first > highest
        return Blocks(order, [highest]) if is_above else None

    def _highest(self, column: str) -> Any:
        sql = f"SELECT max({quoted(column)}) FROM main.{quoted(self._plan.table)}"  # noqa: S608  # quoted
        return self._database.value(sql)

    def _sorted_out(self, batch: Columns, keys: list[Any]) -> tuple[Sequence[Row], Sequence[Row]]:
        """Return the rows whose keys ascend from where they are, and all others."""
        rows = [*zip(*batch, strict=True)]
        if self._plan.mode == "update":
            return [], rows
        ascending, others, last = [], [], self._last
        for key, row in zip(keys, rows, strict=True):
            if last is None or key > last:
                last = key
                ascending.append(row)
            else:
                others.append(row)
        self._last = last
        return ascending, others

    def _write(self, batch: Columns) -> None:
        rows = len(batch[0])
        if self.blocks is not None:
            self.blocks.add(batch)
        self._twice += rows - self._insert(self._into, batch, self._unless_there)
        self._uncommitted += rows

    def _wait(self, batch: Columns) -> None:
        self._staged += self._insert(f"INSERT INTO {_WAITING}", batch, "")

    def _insert(self, into: str, batch: Columns, conflict: str) -> int:
        """Insert rows, many by one statement, which takes less than one by one; return how many were."""
        width, rows = len(batch), len(batch[0])
        most = max(1, min(_ROWS, _VARIABLES // width))
        values: list[Any] = [None] * (width * rows)
        for place, column in enumerate(batch):
            values[place::width] = column
        inserted = 0
        execute = self._database.connection.execute
        with translated():
            for start in range(0, rows, most):
                some = values[start * width : (start + most) * width]
                sql = f"{into} VALUES {_places(width, len(some) // width)}{conflict}"
                inserted += execute(sql, some).rowcount
        return inserted

    def _sorted(self) -> str:
        """Return a query of what waits, in the order of the key."""
        order = ", ".join(f"c{index}" for index in self._key)
        return f"SELECT * FROM {_WAITING} WHERE true ORDER BY {order}"  # noqa: S608  # a name of ours

    def _update(self) -> None:
        plan, run = self._plan, self._database.run
        key = ", ".join(f"c{index}" for index in self._key)
        run(f"CREATE INDEX temp.bigupload_keys ON bigupload_waiting ({key})")
        self._twice = self._staged - int(
            self._database.value(f"SELECT count(*) FROM (SELECT DISTINCT {key} FROM {_WAITING})")  # noqa: S608
        )
        if self._twice:
            return
        others = [quoted(name) for index, name in enumerate(plan.targets) if index not in self._key]
        change = ", ".join(f"{name} = excluded.{name}" for name in others)
        conflict = f"({listed(plan.key_names)}) DO {f'UPDATE SET {change}' if change else 'NOTHING'}"
        run(f"{self._into} {self._sorted()} ON CONFLICT {conflict}")
        if plan.remove_missing:
            run(
                f"DELETE FROM main.{quoted(plan.table)} AS t WHERE NOT EXISTS"  # noqa: S608  # quoted
                f" (SELECT 1 FROM {_WAITING} AS w WHERE {self._same_key()})"
            )

    def _same_key(self) -> str:
        pairs = zip(self._plan.key_names, self._key, strict=True)
        return " AND ".join(f"t.{quoted(name)} = w.c{index}" for name, index in pairs)

    def _in_words(self) -> str:
        """Return why rows were refused whose keys are not theirs alone."""
        names = ", ".join(map(repr, self._plan.key_names))
        text = f"{self._twice:,} of the rows have a key ({names}) that another has, or the table has already"
        key = ", ".join(f"c{index}" for index in self._key)
        found = self._database.rows(
            f"SELECT {key} FROM {_WAITING} GROUP BY {key} HAVING count(*) > 1 LIMIT {_EXAMPLES}"  # noqa: S608
        )
        examples = "; ".join(", ".join(map(str, row)) for row in found)
        return f"{text}: {examples[:500]}." if examples else f"{text}."
