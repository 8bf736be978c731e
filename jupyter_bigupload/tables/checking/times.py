"""Dates and times in ISO 8601, none of whose parts vanish.

`TRY_CAST` takes `infinity`, `epoch` and years before Christ, leaves out the zone of a timestamp that has
none, and what is below a microsecond.
"""

from __future__ import annotations

from .expressions import BLANKS, Conversion, checked, first_of, matches

_DATE = r"\d{4}-\d\d-\d\d"
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6}0*)?)?"
_ZONE = r"(?:Z|[+-](?:0\d|1[0-5])(?::?[0-5]\d)?)"
_TOO_PRECISE = r".*\.\d{6}\d*[1-9]\D*"
#: What Python's dates hold, and thus every program that is likely to read them.
FIRST, LAST = "0001-01-01", "9999-12-31"


def iso_date(text: str, given: str | None = None) -> Conversion:
    """Return the conversion to a date."""
    cast = f"TRY_CAST({text} AS DATE)"
    value = given or cast
    written = f"CAST({value} AS VARCHAR)"
    check = (
        f"CASE WHEN {value} IS NULL OR {value} NOT BETWEEN DATE '{FIRST}' AND DATE '{LAST}' THEN false "
        f"WHEN {written} = {text} THEN true ELSE {written} = trim({text}, {BLANKS}) END"
    )
    return checked(text, "DATE", cast, check, "'not_a_date'", value=value)


def iso_time(text: str, given: str | None = None) -> Conversion:
    """Return the conversion to a time of the day, without a zone."""
    cast = f"TRY_CAST(trim({text}, {BLANKS}) AS TIME)"
    value = given or cast
    check = (
        f"CASE WHEN {value} IS NULL OR {value} = TIME '24:00:00' THEN false "
        f"WHEN CAST({value} AS VARCHAR) = {text} THEN true ELSE {matches(text, _CLOCK)} END"
    )
    reason = first_of(
        [
            (matches(text, _CLOCK + " ?" + _ZONE), "has_zone"),
            (f"{value} IS NOT NULL AND {matches(text, _TOO_PRECISE)}", "too_precise"),
        ],
        "not_a_time",
    )
    return checked(text, "TIME", cast, check, reason, value=value)


def iso_timestamp(text: str, given: str | None = None) -> Conversion:
    """Return the conversion to a date with a time, without a zone."""
    cast = f"TRY_CAST({text} AS TIMESTAMP)"
    value = given or cast
    written = f"CAST({value} AS VARCHAR)"
    check = (
        f"CASE WHEN {value} IS NULL OR NOT ({_is_held(value, 'TIMESTAMP')}) THEN false "
        f"WHEN {written} = {text} OR {written} = replace({text}, 'T', ' ') THEN true "
        f"ELSE {matches(text, f'{_DATE}[ T]{_CLOCK}')} END"
    )
    reason = first_of(
        [
            (matches(text, f"{_DATE}[ T].* ?{_ZONE}"), "has_zone"),
            (f"{value} IS NOT NULL AND {matches(text, _TOO_PRECISE)}", "too_precise"),
        ],
        "not_a_timestamp",
    )
    return checked(text, "TIMESTAMP", cast, check, reason, value=value)


def iso_timestamptz(text: str, given: str | None = None) -> Conversion:
    """Return the conversion to an instant: the same one in UTC, since no zone is kept."""
    cast = f"TRY_CAST({text} AS TIMESTAMPTZ)"
    value = given or cast
    written = f"CAST({value} AS VARCHAR)"
    check = (
        f"CASE WHEN {value} IS NULL OR NOT ({_is_held(value, 'TIMESTAMPTZ')}) THEN false "
        f"WHEN {written} = {text} OR {written} = replace(replace({text}, 'T', ' '), 'Z', '+00') THEN true "
        f"ELSE {matches(text, f'{_DATE}[ T]{_CLOCK}{_ZONE}')} END"
    )
    reason = first_of(
        [
            (matches(text, f"{_DATE}[ T]{_CLOCK}"), "no_zone"),
            (f"{value} IS NOT NULL AND {matches(text, _TOO_PRECISE)}", "too_precise"),
        ],
        "not_a_timestamp",
    )
    return checked(text, "TIMESTAMPTZ", cast, check, reason, value=value)


def _is_held(value: str, native: str) -> str:
    zone = "+00" if native == "TIMESTAMPTZ" else ""
    return f"{value} BETWEEN {native} '{FIRST} 00:00:00{zone}' AND {native} '{LAST} 23:59:59.999999{zone}'"
