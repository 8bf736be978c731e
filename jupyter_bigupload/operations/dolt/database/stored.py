"""How the types of recipes are stored by SQLite, which has five, without loss.

==================  ========  ==========================================================================
type                stored    as
==================  ========  ==========================================================================
boolean             INTEGER   0 or 1
int64               INTEGER   itself
float64             REAL      itself; minus zero becomes zero, and what is not a number is refused
uint64, int128      TEXT      decimal digits: SQLite's integers end at 2**63 - 1
decimal(p,s)        TEXT      decimal digits with all of its scale: SQLite would make it binary
date                TEXT      `2026-11-28`
time                TEXT      `09:30:00`, with a fraction where there is one
timestamp           TEXT      `2026-11-28 09:30:00`, with a fraction where there is one
timestamptz         TEXT      the same in UTC, with `+00:00` behind it
text, as_is         TEXT      itself; what is no text is refused
blob                BLOB      itself
==================  ========  ==========================================================================

Dates and times are as SQLite's own functions write them, and so sort as they should.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timezone
from decimal import Decimal
from itertools import repeat
from operator import ne
from typing import Any

from ....errors import RowsRefused

INTEGER, REAL, TEXT, BLOB, NUMERIC = "INTEGER", "REAL", "TEXT", "BLOB", "NUMERIC"

#: A column's values, to those that are stored.
Encode = Callable[[Sequence[Any]], Iterable[Any]]

_STORED = {"boolean": INTEGER, "int64": INTEGER, "float64": REAL, "blob": BLOB}
#: Of types that are stored as text, those whose text SQLite takes for a number nowhere.
_NEVER_A_NUMBER = ("date", "time")


def stored_as(type_name: str) -> str:
    """Return what a type of a recipe is stored as."""
    return _STORED.get(type_name, TEXT)


def affinity(declared: str) -> str:
    """Return what SQLite turns values into in a column that is declared so (its own rules, in its order)."""
    upper = declared.upper()
    if "INT" in upper:
        return INTEGER
    if any(part in upper for part in ("CHAR", "CLOB", "TEXT")):
        return TEXT
    if "BLOB" in upper or not upper:
        return BLOB
    return REAL if any(part in upper for part in ("REAL", "FLOA", "DOUB")) else NUMERIC


def fits(type_name: str, declared: str) -> bool:
    """Return whether values of a recipe's type stay what they are in a column that is declared so."""
    stored, into = stored_as(type_name), affinity(declared)
    if BLOB in {stored, into} or stored == into:
        return True
    if into == NUMERIC:
        return stored == INTEGER or type_name.startswith(_NEVER_A_NUMBER)
    return False


def encoder(type_name: str) -> Encode | None:
    """Return what makes a column's values those that are stored; None where they are so already."""
    if type_name in {"int64", "blob"}:
        return None
    encode: Encode = _ENCODERS.get(type_name, texts)
    return encode


def texts(values: Sequence[Any]) -> Iterable[Any]:
    """Return a column's values as text: themselves, where they are that."""
    if {*map(type, values)} <= {str, type(None)}:
        return values
    return [None if value is None else _text(value) for value in values]


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (bool, bytes, bytearray, list, dict, tuple)):
        raise RowsRefused(
            f"A column of text has {value!r:.100}, which is no text: choose another type for it."
        )
    return str(value)


def _booleans(values: Sequence[Any]) -> Iterable[Any]:
    return [None if value is None else int(value) for value in values]


def _floats(values: Sequence[Any]) -> Iterable[Any]:
    if any(map(ne, values, values)):
        raise RowsRefused('A column of numbers has "not a number", which SQLite can\'t keep: make it null.')
    if {*map(type, values)} <= {float, type(None)}:
        zeros = [value for value in values if value == 0] if 0.0 in values else []
        if -1.0 not in map(math.copysign, repeat(1.0), zeros):
            return values
    return [None if value is None else _float(value) for value in values]


def _float(value: float) -> float:
    number = float(value)
    if number != value or math.isnan(number):
        raise RowsRefused(f"{value!r:.100} is no number that 64 bits can hold: choose another type for it.")
    return number + 0.0  # minus zero plus zero is zero


def _moments(values: Sequence[Any]) -> Iterable[Any]:
    return [None if value is None else _moment(value) for value in values]


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat(sep=" ")
    text = _text(value)
    return f"{text}:00" if text.endswith("+00") else text  # as DuckDB writes it; SQLite reads it so alone


_ENCODERS: dict[str, Encode] = {"boolean": _booleans, "float64": _floats, "timestamptz": _moments}
