"""Where rows come from, as imports see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

#: Some rows, as the values of each of their columns.
Columns = list[list[Any]]


@dataclass(frozen=True)
class RowColumn:
    """A column of what comes.

    Parameters
    ----------
    type : str
        One of a recipe's types (`int64`, `decimal(18,3)`, `text`, …), or `blob`.
    """

    name: str
    type: str


@dataclass(frozen=True)
class Checked:
    """What was counted while rows were read: `rows_in` is `rows_out` and `rejects` together."""

    rows_in: int
    rows_out: int
    rejects: int


class Rows(Protocol):
    """The rows of a table, which are read once and in order, some at a time.

    Values are None, `int`, `float`, `str` and `bytes`, or what Python has for the column's type (`bool`,
    `Decimal`, `date`, `time`, `datetime`), and of one type in each column. Dates, times and decimals may come
    as text in their ISO form.
    """

    @property
    def columns(self) -> Sequence[RowColumn]:
        """What each row has, in order."""

    @property
    def expected(self) -> int | None:
        """How many rows there are, if anybody knows."""

    def batches(self) -> Iterator[Columns]:
        """Yield all rows, thousands at a time, by their columns: no batch is without rows."""

    def checked(self) -> Checked:
        """Return what was counted, once all rows were read."""
