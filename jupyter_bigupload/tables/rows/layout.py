"""Where the rows of a text begin: behind a byte order mark, skipped lines and the header."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..recipe import Dialect
from .records import NEWLINE, Records

_BOM = b"\xef\xbb\xbf"
_UNIT = "\x1f"


@dataclass(frozen=True)
class Layout:
    """What is before the first row.

    Parameters
    ----------
    start : int
        Byte of the text at which the first row begins.
    line : int
        The number of its line, from 1.
    header : Sequence[str] or None
        What the header has in its fields.
    is_plain : bool
        Whether nothing but a header of one line is before `start`: DuckDB reads that by itself as we do.
    newline : bytes
        What ends the first row, if anything does. DuckDB would take a line's end within quotes for it.
    """

    start: int
    line: int
    header: Sequence[str] | None
    is_plain: bool
    newline: bytes


def layout(text: bytes, dialect: Dialect) -> Layout:
    """Return where the rows begin, from the first bytes of a text; lines and header have to be in there."""
    begin = len(_BOM) if text.startswith(_BOM) else 0
    position, line = begin, 1
    for _ in range(dialect.skip):
        found = NEWLINE.search(text, position)
        position = found.end() if found else len(text)
        line += 1
    records = Records(dialect, has_one_column=False)
    if not dialect.header:
        return Layout(position, line, None, position == 0, _newline(records, text, position))
    for record in records.walk(text, position):
        if record.is_row:
            end = record.next if record.next >= 0 else len(text)
            header = fields(text[record.start : record.end], dialect)
            lines = len(NEWLINE.findall(text, record.start, end))
            newline = _newline(records, text, end) or text[record.end : end]
            is_like_rows = text[record.end : end] == newline and _is_regular(text[: record.end], dialect)
            plain = record.start == 0 and lines == 1 and is_like_rows
            return Layout(end, line + lines, header, plain, newline)
        position, line = record.next, line + 1
    rest = text[position:]
    header = fields(rest, dialect) if records.is_row(rest) else []
    return Layout(len(text), line, header, position == 0, b"")


def _newline(records: Records, text: bytes, position: int) -> bytes:
    first = next(records.walk(text, position), None)
    return b"" if first is None or first.next < 0 else text[first.end : first.next]


def _is_regular(row: bytes, dialect: Dialect) -> bool:
    """Return whether each quote is at the start or at the end of a field."""
    quote = re.escape(dialect.quote.encode())
    if not quote or dialect.quote.encode() not in row:
        return True
    delimiter = re.escape(dialect.delimiter.encode())
    first = re.escape(dialect.delimiter[:1].encode())
    field = rb"(?:" + quote + rb"[^" + quote + rb"]+" + quote + rb"|[^" + quote + first + rb"]*)"
    return re.fullmatch(field + rb"(?:" + delimiter + field + rb")*", row) is not None


def fields(row: bytes, dialect: Dialect) -> list[str]:
    """Return the fields of one row as text; what is no UTF-8 in it is replaced."""
    text = row.decode("utf-8", "replace")
    found = list(rows_of([text], dialect))
    return found[0] if found else [""]


def rows_of(lines: Sequence[str], dialect: Dialect) -> Sequence[list[str]]:
    """Return the fields of the rows in some lines, nearly as DuckDB has them: enough to guess by."""
    several = len(dialect.delimiter) > 1
    if several:
        lines = [line.replace(dialect.delimiter, _UNIT) for line in lines]
    escapes = bool(dialect.escape) and dialect.escape != dialect.quote
    reader = csv.reader(
        lines,
        delimiter=_UNIT if several else dialect.delimiter,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        doublequote=dialect.escape == dialect.quote,
        escapechar=dialect.escape if escapes and dialect.quote else None,
    )
    rows: list[list[str]] = []
    limit = csv.field_size_limit(2**31 - 1)
    try:
        rows.extend(reader)
    except csv.Error:  # what is read so far is what there is to guess by
        pass
    finally:
        csv.field_size_limit(limit)
    if several:
        return [[one.replace(_UNIT, dialect.delimiter) for one in row] for row in rows]
    return rows
