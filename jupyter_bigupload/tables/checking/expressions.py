"""What all conversions are made of."""

from __future__ import annotations

from dataclasses import dataclass

#: SQL of the characters that may stand around a value.
BLANKS = "' ' || chr(9)"


@dataclass(frozen=True)
class Conversion:
    """SQL expressions that make typed values of one column of text.

    Parameters
    ----------
    native : str
        DuckDB's type of the values.
    value : str
        The value; NULL where the text is NULL or does not fit.
    fits : str
        Whether the text is NULL, or its value is equal to it. Never NULL.
    reason : str
        Why it does not fit: one of `REASONS`. Means nothing where it fits.
    cast : str
        The value where it fits, without asking whether it does; what it is of any other text is not said: a
        wrong value, NULL, or an error.
    """

    native: str
    value: str
    fits: str
    reason: str
    cast: str


def checked(text: str, native: str, cast: str, check: str, reason: str, *, value: str) -> Conversion:
    """Return the conversion whose values are kept where `check` is true.

    `value` is SQL of the value that check and reason are about: the cast itself, or what has it already.
    """
    fits = f"({text} IS NULL OR COALESCE({check}, false))"
    return Conversion(native, f"CASE WHEN {check} THEN {value} END", fits, reason, cast)


def finite(made: Conversion, value: str) -> Conversion:
    """Return the conversion without infinity and what is no number, which JSON does not have."""
    fits = f"({made.fits} AND COALESCE(isfinite({value}), true))"
    kept = f"CASE WHEN isfinite({value}) THEN {made.value} END"
    reason = f"CASE WHEN {made.fits} THEN 'not_finite' ELSE {made.reason} END"
    return Conversion(made.native, kept, fits, reason, made.cast)


def first_of(cases: list[tuple[str, str]], otherwise: str) -> str:
    """Return the code of the first condition that is true."""
    whens = " ".join(f"WHEN {condition} THEN '{code}'" for condition, code in cases)
    return f"CASE {whens} ELSE '{otherwise}' END"


def matches(text: str, pattern: str) -> str:
    """Return whether all of a text matches a regular expression (RE2), but for blanks around it."""
    quoted = pattern.replace("'", "''")
    return rf"regexp_full_match({text}, '[ \t]*(?:{quoted})[ \t]*')"
