"""The conversion to each type of the recipe."""

from __future__ import annotations

from ..recipe import Column, Dialect
from ..recipe.model import decimal_of
from .expressions import Conversion
from .formats import formatted
from .numbers import boolean, decimal, double, whole
from .times import iso_date, iso_time, iso_timestamp, iso_timestamptz
from .typed import as_it_is, retyped

_ISO = {"date": iso_date, "time": iso_time, "timestamp": iso_timestamp, "timestamptz": iso_timestamptz}


def conversion(
    column: Column,
    dialect: Dialect,
    text: str,
    native: str = "VARCHAR",
    value: str | None = None,
    *,
    int128: str = "HUGEINT",
) -> Conversion:
    """Return the SQL that makes a column's values.

    Blanks around a text change nothing, but for `text`, which is kept as it is, and for dates in a format.

    Parameters
    ----------
    text : str
        SQL of what is converted: best a column's name alone, since it is written many times.
    native : str
        DuckDB's type of it.
    value : str or None
        The name of a column that has what `cast` makes of the text already. Otherwise DuckDB makes it anew in
        each place, which takes several times as long.
    int128 : str
        DuckDB's type for whole numbers of 128 bits: another one where what is made has none.

    Raises
    ------
    Malformed
        When the column's format can't be one of its type.
    """
    if column.type == "as_is" or (column.type == "text" and native == "VARCHAR"):
        return as_it_is(native, text, value)
    if native != "VARCHAR":
        return retyped(column.type, native, text, value, int128=int128)
    if column.type == "boolean":
        return boolean(text, value)
    if column.type in _ISO:
        if column.format is not None:
            return formatted(column.type, column.format, text, value)
        return _ISO[column.type](text, value)
    if column.type == "float64":
        return double(dialect, text, value)
    digits = decimal_of(column.type)
    if digits is None:
        return whole(column.type, dialect, text, value, int128=int128)
    return decimal(*digits, dialect, text, value)
