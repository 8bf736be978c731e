"""Batches of rows as they are stored, and the digest by which they are known again."""

from __future__ import annotations

import marshal
from collections.abc import Sequence
from itertools import repeat
from typing import Any

from xxhash import xxh3_64_intdigest

from ....errors import RowsRefused
from ..database.stored import Encode, encoder, texts
from .rows import Columns

Row = tuple[Any, ...]

#: A form that depends on nothing but the value: later ones depend on how often an object is referred to.
_FORM = 2
_BITS = 2**64


class Encoder:
    """Takes the columns that are wanted, and makes their values those that are stored.

    Parameters
    ----------
    sources : Sequence[int]
        The places of the columns.
    types : Sequence[str]
        Their types, as recipes name them.
    """

    def __init__(self, sources: Sequence[int], types: Sequence[str]) -> None:
        self._columns = [(index, encoder(kind)) for index, kind in zip(sources, types, strict=True)]
        #: Columns of text of which some values were seen, and were text: so are all others.
        self._texts: set[int] = set()

    def __call__(self, batch: Columns) -> Columns:
        """Return a batch as it is stored.

        Raises
        ------
        RowsRefused
            When a value can't be stored without loss.
        """
        return [self._stored(index, encode, batch[index]) for index, encode in self._columns]

    def _stored(self, index: int, encode: Encode | None, values: list[Any]) -> list[Any]:
        if encode is None or index in self._texts:
            return values
        stored = encode(values)
        if stored is not values:
            return list(stored)
        if encode is texts and any(value is not None for value in values):
            self._texts.add(index)
        return values


def packed(block: Columns) -> bytes:
    """Return the bytes of a block that its digest is made of."""
    return marshal.dumps(block, _FORM)


class Digest:
    """A digest of rows that does not depend on their order, nor on how they come in batches.

    It is the sum of XXH3-64 of each row, in a form that tells 1 from 1.0 and from "1". Rows of which both
    sides know that they are a block have one of all their columns instead.

    Parameters
    ----------
    rows, total : int
        How many, and their sum.
    """

    def __init__(self, rows: int = 0, total: int = 0) -> None:
        self.rows = rows
        self.total = total

    def add(self, batch: Sequence[Row]) -> None:
        """Take in some rows."""
        self.rows += len(batch)
        self.total += sum(map(xxh3_64_intdigest, map(marshal.dumps, batch, repeat(_FORM))))

    def add_block(self, rows: int, data: bytes) -> None:
        """Take in rows of which both sides know that they are one block (`packed`): it takes less by far."""
        self.rows += rows
        self.total += xxh3_64_intdigest(data)

    def __add__(self, other: Digest) -> Digest:
        return Digest(self.rows + other.rows, self.total + other.total)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Digest) and (self.rows, str(self)) == (other.rows, str(other))

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __str__(self) -> str:
        return f"{self.total % _BITS:016x}"


def require_keys(keys: Sequence[Any], names: Sequence[str], before: int) -> None:
    """Check that no row lacks a part of its key.

    Parameters
    ----------
    keys : Sequence
        Of each row: a value, or where there are several `names`, a tuple of them.
    before : int
        How many rows came before these.

    Raises
    ------
    RowsRefused
        When one does.
    """
    lacking = [key for key in keys if None in key] if len(names) > 1 else [None] * (None in keys)
    if lacking:
        number = before + keys.index(lacking[0]) + 1
        name = names[lacking[0].index(None)] if isinstance(lacking[0], tuple) else names[0]
        raise RowsRefused(f"Row {number:,} has no value for {name!r}, which is part of the key.")
