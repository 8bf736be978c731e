"""Dates and times in a format of the column's own.

`try_strptime` takes blanks and single digits that the format does not have, `epoch`, and a weekday that the
date is not. So a value is written again in the same format, and has to be its text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...errors import Malformed
from ..reading.connection import literal
from .expressions import Conversion, checked, first_of
from .times import FIRST, LAST

_PART = re.compile(r"%(-?[A-Za-z]|%)|[^%]+|%")
_YEAR, _MONTH, _DAY = {"Y", "y"}, {"m", "-m", "b", "B"}, {"d", "-d"}
_DAY_OF_YEAR = {"j", "-j"}
_HOURS, _HALF = {"H", "-H"}, {"I", "-I"}
_OF_DATES = _YEAR | _MONTH | _DAY | _DAY_OF_YEAR | {"a", "A"}
_OF_TIMES = _HOURS | _HALF | {"p", "M", "-M", "S", "-S", "f", "g"}
_ZONE = "z"
_NUMBER, _SHORT, _NAME = r"\d\d", r"\d{1,2}", "[A-Za-z]+"
_PATTERNS = {
    **dict.fromkeys(("%y", "%m", "%d", "%H", "%I", "%M", "%S"), _NUMBER),
    **dict.fromkeys(("%-m", "%-d", "%-H", "%-I", "%-M", "%-S"), _SHORT),
    **dict.fromkeys(("%a", "%A", "%b", "%B", "%p"), _NAME),
    **dict.fromkeys(("%j", "%g"), r"\d{3}"),
    "%-j": r"\d{1,3}",
    "%Y": r"\d{4}",
    "%f": r"\d{1,6}",
    "%z": r"[+-]\d\d(?::?\d\d)?",
    "%%": "%",
}
_ANY_DAY = "1900-01-01"
_NATIVE = {"date": "DATE", "time": "TIME", "timestamp": "TIMESTAMP", "timestamptz": "TIMESTAMPTZ"}


def formatted(type_name: str, form: str, text: str, given: str | None = None) -> Conversion:
    """Return the conversion of dates or times that are written as `form` says.

    Raises
    ------
    Malformed
        When the format is of another type, or does not say all that the type has.
    """
    parts = [match[0] for match in _PART.finditer(form)]
    _check(type_name, form, {part[1:] for part in parts if part.startswith("%") and part != "%%"})
    native = _NATIVE[type_name]
    cast = f"TRY_CAST(try_strptime({text}, {literal(form)}) AS {native})"
    value = given or cast
    # `strftime` takes no times of the day.
    moment = f"(DATE '{_ANY_DAY}' + {value})" if type_name == "time" else value
    again, expected = _again(parts, text, moment)
    check = f"isfinite({moment}) AND {_is_held(moment, type_name)} AND lower({again}) = lower({expected})"
    otherwise = "not_a_timestamp" if type_name == "timestamptz" else f"not_a_{type_name}"
    cases = [(f"regexp_matches({text}, '[.,][0-9]{{6}}[0-9]*[1-9]')", "too_precise")] if "%f" in parts else []
    reason = first_of(cases, otherwise) if cases else f"'{otherwise}'"
    return checked(text, native, cast, check, reason, value=value)


def _check(type_name: str, form: str, given: set[str]) -> None:
    allowed = {
        "date": _OF_DATES,
        "time": _OF_TIMES,
        "timestamp": _OF_DATES | _OF_TIMES,
        "timestamptz": _OF_DATES | _OF_TIMES | {_ZONE},
    }[type_name]
    unknown = sorted(given - allowed)
    if unknown:
        raise Malformed(f"recipe.columns: the format {form!r} of a {type_name} can't have %{unknown[0]}.")
    is_complete = True
    if type_name != "time":
        day = given & _DAY_OF_YEAR or (given & _MONTH and given & _DAY)
        is_complete = bool(given & _YEAR and day)
    if type_name != "date":
        is_complete = is_complete and bool(given & _HOURS or (given & _HALF and "p" in given))
    if type_name == "timestamptz":
        is_complete = is_complete and _ZONE in given
    if not is_complete or form.count("%f") > 1 or form.count("%z") > 1:
        raise Malformed(f"recipe.columns: the format {form!r} does not say all of a {type_name}.")


def _again(parts: Sequence[str], text: str, parsed: str) -> tuple[str, str]:
    """Return the value as text in its format, and what that has to be.

    A fraction may have less than six digits, and a value does not know the zone that it was written in: both
    are taken out of the text by a regular expression.
    """
    if "%f" not in parts and "%z" not in parts:
        return f"strftime({parsed}, {literal(''.join(parts))})", text
    pieces = _joined(parts)
    pattern = literal("^" + "".join(f"({''.join(map(_pattern, piece))})" for piece in pieces) + "$")
    local, expected = parsed, []
    for number, piece in enumerate(pieces, 1):
        group = f"regexp_extract({text}, {pattern}, {number})"
        if piece == ["%f"]:
            expected.append(f"rpad({group}, 6, '0')")
        elif piece == ["%z"]:
            local = f"({parsed} AT TIME ZONE 'UTC' + {_offset(group)})"
        else:
            expected.append(group)
    again = literal("".join(part for part in parts if part != "%z"))
    return f"strftime({local}, {again})", " || ".join(expected)


def _pattern(part: str) -> str:
    return _PATTERNS.get(part) or re.escape(part)


def _joined(parts: Sequence[str]) -> list[list[str]]:
    """Return the parts with all between a fraction and a zone as one piece."""
    pieces: list[list[str]] = []
    alone = (["%f"], ["%z"])
    for part in parts:
        if pieces and [part] not in alone and pieces[-1] not in alone:
            pieces[-1].append(part)
        else:
            pieces.append([part])
    return pieces


def _offset(zone: str) -> str:
    """Return the interval that a zone is ahead of UTC."""
    digits = f"replace({zone}, ':', '')"
    minutes = (
        f"(TRY_CAST(substr({digits}, 2, 2) AS INTEGER) * 60"
        f" + COALESCE(TRY_CAST(NULLIF(substr({digits}, 4, 2), '') AS INTEGER), 0))"
    )
    return f"to_minutes(CASE WHEN {zone}[1] = '-' THEN -{minutes} ELSE {minutes} END)"


def _is_held(parsed: str, type_name: str) -> str:
    zone = "+00" if type_name == "timestamptz" else ""
    native = "TIMESTAMPTZ" if zone else "TIMESTAMP"
    first, last = f"{native} '{FIRST} 00:00:00{zone}'", f"{native} '{LAST} 23:59:59.999999{zone}'"
    return f"{parsed} BETWEEN {first} AND {last}"
