"""How a text is cut into rows and fields, by its first ones.

The measure is that of "Wrangling messy CSV files by detecting row and type patterns" (van den Burg, Nazábal
and Sutton, 2019): rows that have equally many fields, which look like something that a table has. What would
lose rows is left alone: a line is only skipped where it has hardly a field, and all rows behind it are alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ..recipe import Dialect
from ..rows import fields
from ..rows.records import NEWLINE, Records
from .cells import is_known, is_value

_USUAL = (",", "\t", ";", "|", "||", "::", "|~|", "~|~", "^|^", "<>", "\x1f", "\x01")
#: Those that texts have between words too: taken where nearly all rows agree.
_UNUSUAL = (" ", ":", "~", "^", "!", "&")
_AGREE, _NEARLY_ALL = 0.5, 0.98
#: What a text of one column is cut by: the first that it does not have.
_ABSENT = (",", "\t", ";", "|", "\x1f", "\x1e")
_ROWS = 200
_TEXT = 2**18
_LEAST = 0.001
#: Lines that are skipped at the most, and rows behind them that have to agree.
_MOST_SKIPPED, _BEHIND = 40, 0.9
_MARKS = "#%"
#: Years and the like in a header: so many in turn.
_IN_TURN = 3


@dataclass(frozen=True)
class Line:
    """A record of the sample.

    Parameters
    ----------
    number : int
        Its line's, from 1.
    fields : Sequence[str]
        What is in it; an empty line has none.
    """

    number: int
    fields: Sequence[str]


def dialect_of(text: bytes, base: Dialect) -> Dialect:
    """Return the dialect of a text in UTF-8; encoding and compression are those of `base`."""
    sample = text[:_TEXT]
    if len(sample) < len(text) or not sample:
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    found = _best(sample, base)
    lines = list(_lines(sample, found))
    comment = _comment(lines, sample, found)
    if comment:
        found = replace(found, comment=comment)
        lines = [line for line in lines if not "".join(line.fields).lstrip().startswith(comment)]
    skip = _skipped(lines)
    rows = [line.fields for line in lines if line.number > skip and line.fields]
    return replace(found, skip=skip, header=_has_header(rows))


def _best(sample: bytes, base: Dialect) -> Dialect:
    """Return the delimiter and the quotes that make most of the sample."""
    quotes = list(_quotings(sample))
    best, most = None, 0.0
    for delimiters, agree in ((_USUAL, _AGREE), (_UNUSUAL, _NEARLY_ALL)):
        for delimiter in delimiters:
            if not _is_there(delimiter.encode(), sample):
                continue
            for quote, escape in quotes:
                candidate = replace(base, delimiter=delimiter, quote=quote, escape=escape)
                rows = [line.fields for line in _lines(sample, candidate, _ROWS) if line.fields]
                score = _score(rows, agree)
                if score > most:
                    best, most = candidate, score
        if best is not None:
            return best
    absent = next((one for one in _ABSENT if one.encode() not in sample), ",")
    return replace(base, delimiter=absent, quote='"', escape='"')


def _is_there(delimiter: bytes, sample: bytes) -> bool:
    """Return whether a delimiter is in a text, and not only as half of one that is twice as long."""
    twice = delimiter * 2
    return delimiter in (sample.replace(twice, b"") if twice.decode() in _USUAL else sample)


def _quotings(sample: bytes) -> Iterator[tuple[str, str]]:
    yield '"', '"'
    if b'\\"' in sample:
        yield '"', "\\"
    if sample.count(b"'") > 1 and b'"' not in sample:
        yield "'", "'"
    if b'"' in sample:
        yield "", ""


def _score(rows: Sequence[Sequence[str]], agree: float) -> float:
    """Return how well rows agree, and how far fields look like what tables have; 0 for not at all."""
    if not rows:
        return 0.0
    patterns = Counter(map(len, rows))
    width, _ = max(patterns.items(), key=lambda one: (one[1], one[0]))
    behind = rows[len(rows) // 5 :]
    if width == 1 or sum(len(row) == width for row in behind) < agree * len(behind):
        return 0.0
    pattern = sum(count * max(_LEAST, size - 1) / size for size, count in patterns.items()) / len(patterns)
    cells = [cell for row in rows for cell in row]
    return pattern * max(_LEAST, sum(map(is_known, cells)) / len(cells))


def _lines(sample: bytes, dialect: Dialect, most: int = 2000) -> Iterator[Line]:
    """Yield the records of the sample, with nothing skipped."""
    begin = 3 if sample.startswith(b"\xef\xbb\xbf") else 0
    records = Records(replace(dialect, comment=""), has_one_column=False)
    text = sample if sample.endswith((b"\n", b"\r")) else sample + b"\n"
    number, position = 1, begin
    for record in records.walk(text, begin):
        if record.next < 0:
            # A quote that is never closed takes all the rest for one field.
            yield Line(number, [text[position:].decode("utf-8", "replace")])
            return
        row = text[record.start : record.end]
        yield Line(number, fields(row, dialect) if row else ())
        number += len(NEWLINE.findall(text, record.start, record.next))
        position = record.next
        most -= 1
        if not most:
            return


def _width(lines: Sequence[Line]) -> int:
    patterns = Counter(len(line.fields) for line in lines if line.fields)
    return max(patterns, key=lambda width: (patterns[width], width), default=1)


def _comment(lines: Sequence[Line], sample: bytes, dialect: Dialect) -> str:
    """Return what begins comments between rows, where it is in nothing else: it ends rows in their middle."""
    width = _width(lines)
    for mark in _MARKS:
        if mark in (dialect.delimiter, dialect.quote):
            continue
        marked = [line for line in lines if line.fields and line.fields[0].startswith(mark)]
        rows = [line.number for line in lines if line.fields and line not in marked]
        if not marked or not rows or any(len(line.fields) == width > 1 for line in marked):
            continue
        is_between = any(line.number > rows[0] for line in marked)
        byte = mark.encode()
        elsewhere = any(byte in line for line in NEWLINE.split(sample) if not line.startswith(byte))
        if is_between and not elsewhere:
            return mark
    return ""


def _skipped(lines: Sequence[Line]) -> int:
    """Return the number of lines before the table.

    They have one field, or few in a wide table; a header that is a field short is none of them.
    """
    width = _width(lines)
    first = next((at for at, line in enumerate(lines) if len(line.fields) >= width), None)
    if width == 1 or first is None:
        return 0
    before, behind = lines[:first], [line for line in lines[first:] if line.fields]
    texts = [line for line in before if line.fields]
    agree = sum(len(line.fields) == width for line in behind)
    is_clear = len(behind) > 1 and agree >= _BEHIND * len(behind)
    if texts and not (is_clear and len(before) <= _MOST_SKIPPED and _are_apart(texts, before, width)):
        return 0
    return lines[first].number - 1 if before else 0


def _are_apart(texts: Sequence[Line], before: Sequence[Line], width: int) -> bool:
    """Return whether lines are about the table and not of it."""
    if any(len(line.fields) > max(1, (width - 1) // 2) for line in texts):
        return False
    if width > 2 or len(texts) < len(before):  # noqa: PLR2004  # one field is short of two as a title is
        return True
    return all(line.fields[0].startswith(tuple(_MARKS)) or " " in line.fields[0] for line in texts)


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row has the names of the columns.

    Where nothing tells, it has: nearly all files do.
    """
    if not rows:
        return False
    first, rest = rows[0], rows[1:]
    if _are_in_turn(first) and not (rest and _are_in_turn(rest[0])):
        return True
    if any(map(is_value, first)):
        return False
    below = [[row[at] for row in rest if at < len(row) and row[at].strip()] for at in range(len(first))]
    valued = [bool(column) and 2 * sum(map(is_value, column)) > len(column) for column in below]
    if any(valued):
        return True
    names = [name.strip() for name in first]
    if not all(names) or len(set(names)) < len(names):
        return False
    return not any(name in column for name, column in zip(names, below, strict=True))


def _are_in_turn(row: Sequence[str]) -> bool:
    """Return whether a row has numbers that go up by one, as years in a header do."""
    numbers = [int(one) for one in row if one.strip().isdecimal()]
    if len(numbers) < _IN_TURN or len(numbers) == len(row):
        return False
    return all(two - one == 1 for one, two in pairwise(numbers))
