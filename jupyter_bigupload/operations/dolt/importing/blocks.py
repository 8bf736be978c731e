"""Rows that were written in the order of their key, read back block by block as JSON.

doltlite hands over the columns of a block as one JSON array each, and Python's parser makes values of them:
half as long as row by row, and a fourth of what doltlite's own diff takes. SQLite writes numbers so that they
are read as the very same (17 digits), and text with all that is in it; only blobs it can't.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..database.database import Database
from ..database.names import quoted
from ..database.stored import BLOB, stored_as
from .encoding import Digest, packed
from .planning import Plan
from .rows import Columns

#: What SQLite calls the number of a row, where no column is called that.
_NUMBERS = ("rowid", "oid", "_rowid_")
#: Bytes of a block: a longer one is halved.
_SIZE = 16 * 2**20


@dataclass
class Run:
    """Rows of one commit, in blocks.

    Parameters
    ----------
    start : list or None
        The key behind which they are; None where they are the first.
    lengths : list of int
        How many rows each block has.
    """

    start: list[Any] | None
    lengths: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Order:
    """By what the rows of a table are in order: its key, or the number that SQLite gives each.

    Parameters
    ----------
    key : Sequence[str]
        The columns.
    places : Sequence[int]
        Where they are among those that are written; none for the number of a row.
    """

    key: Sequence[str]
    places: Sequence[int]


def order_of(plan: Plan, columns: Sequence[str]) -> Order | None:
    """Return by what rows are read back that were written in order; None where they can't be.

    Parameters
    ----------
    columns : Sequence[str]
        All that the table has.
    """
    if any(stored_as(kind) == BLOB for kind in plan.types):
        return None
    if plan.key:
        return Order(plan.key_names, plan.key)
    taken = {name.lower() for name in columns}
    number = next((name for name in _NUMBERS if name not in taken), None)
    return None if number is None else Order([number], [])


class Blocks:
    """Takes note of the rows that are written, as they will be read back.

    Parameters
    ----------
    order : Order
        Of the table.
    start : list or None
        The key behind which all of them are; None where the table has no others.
    """

    def __init__(self, order: Order, start: list[Any] | None) -> None:
        self.order = order
        self.digest = Digest()
        self._run = Run(start)
        self._end = start

    def add(self, columns: Columns) -> None:
        """Take note of some rows, of one block or several."""
        rows, data = len(columns[0]), packed(columns)
        if rows > 1 and len(data) > _SIZE:
            self.add([column[: rows // 2] for column in columns])
            self.add([column[rows // 2 :] for column in columns])
            return
        self.digest.add_block(rows, data)
        self._run.lengths.append(rows)
        self._end = [columns[place][-1] for place in self.order.places]

    def cut(self, number: int | None) -> Run | None:
        """Return what was written since the last cut; None where nothing was.

        Parameters
        ----------
        number : int or None
            Of the last row of the table, where rows are in order by their numbers.
        """
        run = self._run
        self._run = Run(self._end if self.order.places else [number])
        return run if run.lengths else None


def read_run(
    database: Database, table: str, targets: Sequence[str], order: Order, run: Run
) -> Iterator[Columns]:
    """Yield the blocks of a run, as the database has them now. What is not there is missing in them."""
    start = run.start
    for length in run.lengths:
        *texts, last = database.rows(_query(table, targets, order, start), *(start or ()), length)[0]
        block: Columns = [*map(json.loads, texts)]
        if not block[0]:
            return
        yield block
        start = [block[place][-1] for place in order.places] or [last]


def _query(table: str, targets: Sequence[str], order: Order, start: list[Any] | None) -> str:
    key = [quoted(name) for name in order.key]
    names = [f"{quoted(name)} AS c{number}" for number, name in enumerate(targets)]
    behind = f"WHERE ({', '.join(key)}) > ({', '.join('?' * len(key))})" if start else ""
    rows = f"SELECT {', '.join(names)}, {key[0]} AS k FROM {quoted(table)} {behind}"  # noqa: S608  # quoted
    arrays = ", ".join(f"json_group_array(c{number})" for number in range(len(targets)))
    last = "NULL" if order.places else "max(k)"
    return f"SELECT {arrays}, {last} FROM ({rows} ORDER BY {', '.join(key)} LIMIT ?)"  # noqa: S608  # quoted
