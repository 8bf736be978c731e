"""The type of a column: the narrowest that all values of a sample have, and what forbids a narrower one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .dates import ways

#: Values by which it is decided what may be looked at at all.
_FIRST = 50
#: Values that forbid a type, and are told.
_TOLD = 3
_MOST_DIGITS, _MOST_DECIMAL = 17, 38
_BOOLEANS = frozenset(("true", "false"))
_INT64, _UINT64, _INT128 = 2**63, 2**64, 2**127
#: Digits that can't be too many for 64 bits.
_SURELY = 18


@dataclass(frozen=True)
class Guess:
    """The type of a column.

    Parameters
    ----------
    type : str
        Of the recipe.
    format : str or None
        How dates and times are written.
    narrower : str or None
        The type that the first values have, and later ones forbid.
    rows : Sequence
        The first of those: line and text.
    ambiguous : Sequence[str]
        Formats of dates that all fit, so that nobody knows which: the column is text.
    """

    type: str
    format: str | None = None
    narrower: str | None = None
    rows: Sequence[tuple[int, str]] = ()
    ambiguous: Sequence[str] = ()


@dataclass(frozen=True)
class _Candidate:
    type: str
    format: str | None
    order: str
    fits: Callable[[str], bool]


def guess(values: Sequence[tuple[int, str]], decimal: str = ".", thousands: str = "") -> Guess:
    """Return the type of a column with these values: line and text, without what stands for none."""
    if not values:
        return Guess("text")
    first: dict[str, tuple[int, str]] = {}
    for line, text in values:
        first.setdefault(text.strip(" \t"), (line, text))
    distinct = list(first)
    candidates = [one for one in _candidates(distinct, decimal, thousands) if _is_likely(one, distinct)]
    misfits = {id(one): _misfits(one, distinct) for one in candidates}
    fitting = [one for one in candidates if not misfits[id(one)]]
    chosen = fitting[0] if fitting else None
    orders = {one.order: one for one in reversed(fitting) if chosen is not None and one.type == chosen.type}
    if chosen is not None and chosen.order and len(orders) > 1:
        forms = [one.format or "" for one in sorted(orders.values(), key=fitting.index)]
        return Guess("text", None, chosen.type, list(first.values())[:_TOLD], forms)
    if chosen is None and (exact := _decimal(distinct, decimal, thousands)):
        chosen = _Candidate(exact, None, "", lambda _: True)
    narrower = next((one for one in candidates if misfits[id(one)]), None)
    if chosen is not None and narrower is not None and chosen in candidates:
        narrower = narrower if candidates.index(narrower) < candidates.index(chosen) else None
    if narrower is not None and chosen is None:
        narrower = min((one for one in candidates if misfits[id(one)]), key=lambda one: len(misfits[id(one)]))
    made = ("text", None) if chosen is None else (chosen.type, chosen.format)
    if narrower is None or narrower.type == made[0]:
        return Guess(*made)
    return Guess(*made, narrower.type, [first[text] for text in misfits[id(narrower)][:_TOLD]])


def _is_likely(candidate: _Candidate, distinct: Sequence[str]) -> bool:
    """Return whether at least half of the first values fit."""
    sample = distinct[:_FIRST]
    return 2 * sum(map(candidate.fits, sample)) >= len(sample)


def _misfits(candidate: _Candidate, distinct: Sequence[str]) -> list[str]:
    return [text for text in distinct if not candidate.fits(text)]


def _candidates(distinct: Sequence[str], decimal: str, thousands: str) -> list[_Candidate]:
    numbers = Numbers(decimal, thousands)
    made = [
        _Candidate("boolean", None, "", lambda text: text.lower() in _BOOLEANS),
        _Candidate("int64", None, "", lambda text: numbers.is_whole(text, -_INT64, _INT64)),
        _Candidate("uint64", None, "", lambda text: numbers.is_whole(text, 0, _UINT64)),
        _Candidate("int128", None, "", lambda text: numbers.is_whole(text, -_INT128, _INT128)),
        _Candidate("float64", None, "", numbers.is_float),
    ]
    some = distinct[:_TOLD]
    made += [
        _Candidate(one.type, one.format, one.order, one.fits) for one in ways() if any(map(one.fits, some))
    ]
    return made


def _decimal(distinct: Sequence[str], decimal: str, thousands: str) -> str | None:
    numbers = Numbers(decimal, thousands)
    whole = fraction = 0
    for text in distinct:
        parts = numbers.parts(text)
        if parts is None or parts[2]:
            return None
        whole, fraction = max(whole, len(parts[0])), max(fraction, len(parts[1]))
    if not fraction or whole + fraction > _MOST_DECIMAL:
        return None
    return f"decimal({whole + fraction},{fraction})"


class Numbers:
    """Numbers as they are written with these marks."""

    def __init__(self, decimal: str, thousands: str) -> None:
        self._thousands = thousands
        mark, group = re.escape(decimal), re.escape(thousands)
        grouped = rf"[1-9]\d{{0,2}}(?:{group}\d{{3}})+|" if thousands else ""
        whole = rf"{grouped}0|[1-9]\d*"
        self._whole = re.compile(rf"0|-?(?:{grouped}[1-9]\d*)")
        self._float = re.compile(rf"-?(?:({whole})(?:{mark}(\d*))?|{mark}(\d+))([eE][+-]?\d+)?")

    def is_whole(self, text: str, least: int, behind: int) -> bool:
        """Return whether a text is a whole number within bounds, that is written as it always is."""
        if self._whole.fullmatch(text) is None:
            return False
        if self._thousands:
            text = text.replace(self._thousands, "")
        return (least < 0 and len(text) <= _SURELY) or least <= int(text) < behind

    def is_float(self, text: str) -> bool:
        """Return whether a text is a number of which a double keeps all digits, or as many as it says."""
        parts = self.parts(text)
        if parts is None:
            return False
        return len((parts[0] + parts[1]).strip("0")) <= _MOST_DIGITS

    def parts(self, text: str) -> tuple[str, str, str] | None:
        """Return the digits before and behind the mark, and the exponent."""
        match = self._float.fullmatch(text)
        if match is None:
            return None
        whole = (match[1] or "").replace(self._thousands, "") if self._thousands else match[1] or ""
        return whole, match[2] or match[3] or "", match[4] or ""
