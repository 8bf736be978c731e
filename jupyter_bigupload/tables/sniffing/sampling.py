"""The first part of a file, and what it says about all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...errors import NotATable
from ..recipe import Column, Dialect, Format, Recipe
from ..rows import Layout, fields, layout
from ..rows.records import NEWLINE, Records
from ..source import Source
from ..text import decoder, in_utf_8, is_utf_8
from .dialect import dialect_of
from .encoding import encoding_of
from .marks import decimal_and_thousands, null_words
from .names import unique
from .packing import check_text, compression_of, format_of, unpacked
from .types import Guess, guess

#: Bytes that are read, and bytes that they may unpack to.
READ, UNPACKED = 2**20, 2 * 2**20
#: Rows by which types are guessed, and values of them in tables with many columns.
ROWS, _VALUES, _FEWEST = 10_000, 400_000, 100
#: Rows by which the marks in numbers are.
_BY_MARKS = 1000


def most_rows(width: int) -> int:
    """Return by how many rows the types of so many columns are guessed."""
    return max(_FEWEST, min(ROWS, _VALUES // max(1, width)))


@dataclass(frozen=True)
class Sample:
    """The first part of a file.

    Parameters
    ----------
    format : Format
        Of the file.
    text : bytes
        Its beginning, unpacked and in UTF-8; empty where the format is no text.
    is_whole : bool
        Whether that is all of it.
    read : int
        Bytes of the file that it was made of.
    dialect : Dialect
        How it is written: what was given, or what it looks like.
    """

    format: Format
    text: bytes
    is_whole: bool
    read: int
    dialect: Dialect

    @property
    def layout(self) -> Layout:
        """Where its rows begin."""
        return layout(self.text, self.dialect)


def sample_of(source: Source, given: Recipe | None = None) -> Sample:
    """Read the first part of a file; what a recipe says of it is not guessed.

    Raises
    ------
    NotATable
        When it is of no format that is known.
    """
    if source.parts:
        if given is not None and given.format is not Format.PARQUET:
            raise NotATable("A folder is read as Parquet alone.")
        return Sample(Format.PARQUET, b"", is_whole=False, read=0, dialect=Dialect())
    first = _first(source)
    compression = given.dialect.compression if given else compression_of(first)
    raw, read = unpacked(first, compression, UNPACKED)
    is_whole = source.complete and len(first) == source.size and len(raw) < UNPACKED
    found = given.format if given else format_of(source.name, raw)
    if found in (Format.PARQUET, Format.ARROW, Format.EXCEL):
        if compression != "none":
            raise NotATable(f"A file of {found.value} can't be read out of {compression}: unpack it first.")
        return Sample(found, b"", is_whole, read, Dialect())
    encoding = given.dialect.encoding if given else encoding_of(raw, is_whole=is_whole)
    text = _in_utf_8(raw, encoding, is_whole=is_whole)
    if given is not None:
        return Sample(found, text, is_whole, read, given.dialect)
    check_text(text)
    base = Dialect(encoding=encoding, compression=compression)
    if found is Format.JSON_LINES:
        return Sample(found, text, is_whole, read, base)
    return Sample(found, text, is_whole, read, _with_marks(text, dialect_of(text, base)))


def recipe_of(sample: Sample, names: Sequence[str], guesses: Sequence[Guess]) -> Recipe:
    """Return the recipe for a file of text whose columns have these names and types."""
    made = unique(names)
    columns = [
        Column(name, name, found.type, found.format) for name, found in zip(made, guesses, strict=True)
    ]
    return Recipe(sample.format, sample.dialect, None, tuple(columns))


def names_of(header: Sequence[str] | None, width: int) -> list[str]:
    """Return the names in a header for a table of so many columns, which may be more or less.

    Where it is one short, the first column has the names of the rows, which R writes without one of its own.
    """
    names = list(header or ())
    if names and len(names) == width - 1:
        return ["", *names]
    return names[:width] + [""] * (width - len(names))


def guesses_of(columns: Sequence[Sequence[tuple[int, str | None]]], dialect: Dialect) -> list[Guess]:
    """Return the types of columns by their values: line and text."""
    return [
        guess([(line, text) for line, text in column if text is not None], dialect.decimal, dialect.thousands)
        for column in columns
    ]


def _first(source: Source) -> bytes:
    with source.open() as file:
        pieces, left = [], min(READ, source.size)
        while left > 0 and (piece := file.read(left)):
            pieces.append(piece)
            left -= len(piece)
    return b"".join(pieces)


def _in_utf_8(raw: bytes, encoding: str, *, is_whole: bool) -> bytes:
    if is_utf_8(encoding):
        return raw
    return in_utf_8(decoder(encoding).decode(raw, is_whole))


def _with_marks(text: bytes, dialect: Dialect) -> Dialect:
    """Return the dialect with the marks of numbers and the words for no value that columns have."""
    start = layout(text, dialect).start
    records = Records(dialect, has_one_column=False)
    rows: list[list[str]] = []
    for record in records.walk(text, start):
        if record.next < 0 or len(rows) == _BY_MARKS:
            break
        if record.is_row:
            rows.append(fields(text[record.start : record.end], dialect))
    width = max(map(len, rows), default=0)
    columns = [[row[at] for row in rows if at < len(row) and row[at]] for at in range(width)]
    nulls = null_words(columns)
    kept = [[one for one in column if one.strip() not in nulls] for column in columns]
    decimal, thousands = decimal_and_thousands(kept)
    return replace(dialect, nulls=tuple(nulls), decimal=decimal, thousands=thousands)


def line_count(text: bytes, start: int, end: int) -> int:
    """Return the number of line ends in a stretch of text."""
    return len(NEWLINE.findall(text, start, end))
