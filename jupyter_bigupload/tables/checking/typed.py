"""Columns that have a type already: a value of another type has to become the same one again."""

from __future__ import annotations

from .expressions import Conversion, checked
from .nesting import as_text

_ZONED = "TIMESTAMP WITH TIME ZONE"
_NATIVE = {
    "boolean": "BOOLEAN",
    "int64": "BIGINT",
    "uint64": "UBIGINT",
    "float64": "DOUBLE",
    "date": "DATE",
    "time": "TIME",
    "timestamp": "TIMESTAMP",
    "timestamptz": _ZONED,
    "text": "VARCHAR",
}


def retyped(
    type_name: str, native: str, value: str, given: str | None = None, *, int128: str = "HUGEINT"
) -> Conversion:
    """Return the conversion of values of DuckDB's type `native`."""
    wanted = {**_NATIVE, "int128": int128}.get(type_name, type_name.upper())
    if wanted == native:
        return as_it_is(native, value, given)
    if wanted == "VARCHAR":
        text = as_text(native, value)
        return Conversion("VARCHAR", given or text, "true", "'differs'", text)
    cast = f"TRY_CAST({value} AS {wanted})"
    made = given or cast
    check = f"{made} IS NOT NULL AND TRY_CAST({made} AS {native}) = {value}"
    # There and back again it is the same, and yet its zone is lost, or comes from nowhere.
    if native == _ZONED and wanted != _ZONED:
        return checked(value, wanted, cast, "false", "'has_zone'", value=made)
    if wanted == _ZONED:
        return checked(value, wanted, cast, "false", "'no_zone'", value=made)
    return checked(value, wanted, cast, check, "'differs'", value=made)


def as_it_is(native: str, value: str, given: str | None = None) -> Conversion:
    """Return the conversion that changes nothing."""
    return Conversion(native, given or value, "true", "'differs'", value)
