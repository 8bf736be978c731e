"""The marks in numbers, and the words for no value, by the columns of a sample."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from .types import Numbers, guess

#: Words for a value that is not there, where they are all that a column has besides numbers or dates.
WORDS = (
    *("NA", "N/A", "n/a", "na", "#N/A", "NULL", "null", "Null", "None", "none", "NaN", "nan", "NAN"),
    *("-", "--", "?", "\\N", ".", "..", "(null)", "<NA>", "missing", "#VALUE!", "#DIV/0!"),
)
_GROUPS = (",", ".", " ", "'", "\u00a0", "\u202f")
_MAY_BE_NUMBER = re.compile(r"-?[\d.,' \u00a0\u202f]*\d[\d.,' \u00a0\u202f]*(?:[eE][-+]?\d+)?")
_NO_GROUP_OF_THREE = re.compile(r"-?\d*,(?:\d{1,2}|\d{4,})|-?\d{1,3}(?:[. '\u00a0\u202f]\d{3})+,\d+")
_MOST = 500


def null_words(columns: Sequence[Sequence[str]]) -> list[str]:
    """Return the words for no value: the empty text, and those without which a column is no longer text."""
    found = []
    for column in columns:
        distinct = Counter(text.strip() for text in column if text.strip())
        words = [word for word in WORDS if word in distinct]
        others = [text for text in distinct if text not in words]
        if words and others and _is_typed(others):
            found += words
    return ["", *(word for word in WORDS if word in found)]


def decimal_and_thousands(columns: Sequence[Sequence[str]]) -> tuple[str, str]:
    """Return the marks of numbers: those by which most columns have any."""
    plain = Numbers(".", "")
    some = [[text.strip() for text in column[:_MOST]] for column in columns if column]
    open_ones = [
        column
        for column in some
        if all(map(_MAY_BE_NUMBER.fullmatch, column)) and not all(map(plain.is_float, column))
    ]
    if not open_ones:
        return ".", ""
    likely = [column for column in some if all(map(_MAY_BE_NUMBER.fullmatch, column))]
    return _best(likely)


def _best(columns: Sequence[Sequence[str]]) -> tuple[str, str]:
    best, most = (".", ""), _count(columns, ".", "")
    for decimal in (".", ","):
        if decimal == "," and not _has_decimal_commas(columns):
            continue
        for thousands in ("", *_GROUPS):
            if thousands == decimal:
                continue
            count = _count(columns, decimal, thousands)
            if count > most:
                best, most = (decimal, thousands), count
    return best


def _has_decimal_commas(columns: Sequence[Sequence[str]]) -> bool:
    return any(_NO_GROUP_OF_THREE.fullmatch(text) for column in columns for text in column)


def _count(columns: Sequence[Sequence[str]], decimal: str, thousands: str) -> int:
    numbers = Numbers(decimal, thousands)
    return sum(all(map(numbers.is_float, column)) for column in columns)


def _is_typed(texts: Sequence[str]) -> bool:
    if guess([(0, text) for text in texts]).type != "text":
        return True
    return any(
        all(Numbers(decimal, thousands).is_float(text) for text in texts)
        for decimal, thousands in ((".", ","), (",", "."), (",", ""), (".", " "), (",", " "))
    )
