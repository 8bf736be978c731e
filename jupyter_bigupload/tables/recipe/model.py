"""What a recipe is: frozen values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

#: The types of columns; `decimal` comes with its precision and scale, as in `decimal(18,3)`.
TYPES = (
    *("boolean", "int64", "uint64", "int128", "float64"),
    *("date", "time", "timestamp", "timestamptz", "text", "as_is"),
)
_DECIMAL = re.compile(r"decimal\((\d{1,2}),(\d{1,2})\)")
#: Digits of a decimal number that 128 bits hold.
_MOST_DIGITS = 38


class Format(str, Enum):
    """What a file is."""

    CSV = "csv"
    JSON_LINES = "json_lines"
    PARQUET = "parquet"
    ARROW = "arrow"
    EXCEL = "excel"


class Rejects(str, Enum):
    """What becomes of a row whose text does not fit a column's type."""

    ASIDE = "aside"
    NULL = "null"


@dataclass(frozen=True)
class Dialect:
    r"""How text is cut into rows and fields (RFC 4180, and what else there is).

    Parameters
    ----------
    delimiter : str
        One to four characters.
    quote, escape : str
        A character, or none. What escapes a quote is mostly that itself.
    header : bool
        Whether the first row behind `skip` has the names of the columns.
    skip : int
        Lines before that.
    encoding : str
        As Python names it.
    compression : str
        `none`, `gzip` or `zstd`.
    decimal : str
        The mark between a number's whole and its fraction.
    thousands : str
        The mark between groups of three digits, or none.
    nulls : Sequence[str]
        What stands for a value that is not there.
    comment : str
        The character that begins a line which is no row, or none.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'
    header: bool = True
    skip: int = 0
    encoding: str = "utf-8"
    compression: str = "none"
    decimal: str = "."
    thousands: str = ""
    nulls: Sequence[str] = ("",)
    comment: str = ""


@dataclass(frozen=True)
class Column:
    """A column of the file, and what becomes of it.

    Parameters
    ----------
    source : str
        Its name in the file, made unique; `column1` and so on where it has none.
    name : str
        Its name in the table.
    type : str
        One of `TYPES`, or `decimal(precision,scale)`.
    format : str or None
        How dates and times are written, as `strftime` has it; None for ISO 8601.
    keep : bool
        Whether it is in the table.
    """

    source: str
    name: str
    type: str = "text"
    format: str | None = None
    keep: bool = True
    rejects: Rejects = Rejects.ASIDE


@dataclass(frozen=True)
class Recipe:
    """How a file is read as a table.

    Parameters
    ----------
    dialect : Dialect
        Of text; formats with types of their own do not look at it.
    sheet : str or None
        Of a workbook; None for its first one.
    columns : Sequence[Column]
        All of the file's, in its order.
    """

    format: Format
    dialect: Dialect = field(default_factory=Dialect)
    sheet: str | None = None
    columns: Sequence[Column] = ()

    @property
    def kept(self) -> Sequence[Column]:
        """The columns that are in the table."""
        return [column for column in self.columns if column.keep]


def decimal_of(type_name: str) -> tuple[int, int] | None:
    """Return precision and scale of a decimal type; None for every other."""
    match = _DECIMAL.fullmatch(type_name)
    if match is None:
        return None
    precision, scale = int(match[1]), int(match[2])
    return (precision, scale) if 0 < precision <= _MOST_DIGITS and scale <= precision else None


def is_type(name: str) -> bool:
    """Return whether there is such a type."""
    return name in TYPES or decimal_of(name) is not None
