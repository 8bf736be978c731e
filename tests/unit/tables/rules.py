"""What a text is, decided by Python alone: the rule that every kept value is held against."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timezone
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

_BOUNDS = {"int64": (-(2**63), 2**63 - 1), "uint64": (0, 2**64 - 1), "int128": (-(2**127), 2**127 - 1)}
_WORDS = {**dict.fromkeys(("true", "t", "yes", "y", "1"), True)}
_WORDS.update(dict.fromkeys(("false", "f", "no", "n", "0"), False))


def is_equal(type_name: str, text: str, value: Any) -> bool:
    """Return whether a value is the one that a text says; dates and times are in ISO 8601."""
    stripped = text.strip(" \t")
    try:
        return _IS_EQUAL[type_name.partition("(")[0]](type_name, stripped, value)
    except (ValueError, ArithmeticError):
        return False


def _whole(type_name: str, text: str, value: Any) -> bool:
    low, high = _BOUNDS[type_name]
    return type(value) is int and str(value) == text and low <= value <= high


def _decimal(type_name: str, text: str, value: Any) -> bool:
    precision, scale = map(int, type_name[len("decimal(") : -1].split(","))
    if not re.fullmatch(r"[+-]?[0-9]*\.?[0-9]*", text) or re.match(r"[+-]?0[0-9]", text):
        return False
    with localcontext() as context:
        context.prec = 400
        is_within = abs(value) < Decimal(10) ** (precision - scale)
        is_same_zero = value != 0 or not text.startswith("-")
        return bool(Decimal(text) == value and is_within and is_same_zero)


def _double(_: str, text: str, value: Any) -> bool:
    if re.fullmatch(r"(?i)[+-]?(nan|inf(inity)?)", text):
        wanted = float(text)
        return math.isnan(value) if math.isnan(wanted) else wanted == value
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text) or "_" in text:
        return False
    wanted = float(text)
    if math.isinf(wanted) or wanted != value or math.copysign(1, wanted) != math.copysign(1, value):
        return False
    digits = re.split("[eE]", text)[0]
    if wanted == 0:
        return not re.search("[1-9]", digits)
    is_exact = digits != text or abs(wanted) < 2**53 or Fraction(text) == Fraction(wanted)
    return is_exact and not re.match(r"[+-]?0[0-9]", text)


def _boolean(_: str, text: str, value: Any) -> bool:
    return _WORDS.get(text.lower()) is value


def _date(_: str, text: str, value: Any) -> bool:
    return type(value) is date and value.isoformat() == text


def _clock(text: str) -> str | None:
    match = re.fullmatch(r"(\d\d:\d\d)(:\d\d)?(\.\d+)?", text, re.ASCII)
    if match is None or (match[3] and not match[2]):
        return None
    fraction = (match[3] or ".").rstrip("0")[1:]
    return f"{match[1]}{match[2] or ':00'}.{fraction:0<6}" if len(fraction) <= 6 else None


def _time(_: str, text: str, value: Any) -> bool:
    return type(value) is time and value.isoformat("microseconds") == _clock(text)


def _timestamp(_: str, text: str, value: Any) -> bool:
    clock = _clock(text[11:])
    written = value.isoformat(" ", "microseconds")
    return value.tzinfo is None and text[10] in " T" and written == f"{text[:10]} {clock}"


def _timestamptz(_: str, text: str, value: Any) -> bool:
    match = re.fullmatch(r"(.{10})[ T](.*?)(Z|[+-]\d\d(?::?\d\d)?)", text, re.ASCII)
    clock = _clock(match[2]) if match else None
    if match is None or clock is None:
        return False
    zone = "+0000" if match[3] == "Z" else match[3].replace(":", "").ljust(5, "0")
    wanted = datetime.strptime(f"{match[1]} {clock} {zone}", "%Y-%m-%d %H:%M:%S.%f %z")
    return bool(wanted.astimezone(timezone.utc) == value)


def _text(_: str, text: str, value: Any) -> bool:
    return bool(text == value.strip(" \t"))


_IS_EQUAL = {
    "int64": _whole,
    "uint64": _whole,
    "int128": _whole,
    "decimal": _decimal,
    "float64": _double,
    "boolean": _boolean,
    "date": _date,
    "time": _time,
    "timestamp": _timestamp,
    "timestamptz": _timestamptz,
    "text": _text,
}
