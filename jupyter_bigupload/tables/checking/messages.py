"""Why a text does not fit: codes that stay the same, and sentences for people."""

from __future__ import annotations

from collections.abc import Mapping

#: Every code, and its sentence about a text of a type.
REASONS: Mapping[str, str] = {
    "not_a_number": "This is no number.",
    "not_whole": "This is no whole number.",
    "has_exponent": "A number with an exponent is read as float64 only.",
    "would_change": "As a number it would lose a zero or a sign at its beginning.",
    "out_of_range": "This is too large or too small for {type}.",
    "too_precise": "This has more digits than {type} keeps.",
    "not_finite": "JSON has no such number.",
    "not_a_boolean": "This is neither true nor false.",
    "not_a_date": "This is no date as {format}.",
    "not_a_time": "This is no time as {format}.",
    "not_a_timestamp": "This is no date with a time as {format}.",
    "has_zone": "A {type} has no time zone, so that this one would be lost.",
    "no_zone": "There is no time zone, and a {type} needs one.",
    "differs": "As {type} this would be another value.",
}
_ISO = {
    "date": "in 2024-12-31",
    "time": "in 23:59:59",
    "timestamp": "in 2024-12-31 23:59:59",
    "timestamptz": "in 2024-12-31 23:59:59Z",
}


def message(reason: str, type_name: str, form: str | None = None) -> str:
    """Return the sentence for a code.

    Parameters
    ----------
    reason : str
        One of `REASONS`.
    type_name : str
        The type of the recipe's that the text does not fit.
    form : str or None
        How the column's dates are written; None for ISO 8601.
    """
    written = f"in {form}" if form else _ISO.get(type_name, "in ISO 8601")
    return REASONS[reason].format(type=type_name, format=written)
