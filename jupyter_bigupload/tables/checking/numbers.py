r"""Numbers that are what their text says.

Where the text that DuckDB makes of a value is the one that it was made of, the two are equal: so nearly all
are checked without a regular expression. What `TRY_CAST` takes besides is `1_000`, `0x10`, `1.5` as the whole
number 2, and `1e400` as infinity.
"""

from __future__ import annotations

import re

from ..reading.connection import literal
from ..recipe import Dialect
from .expressions import BLANKS, Conversion, checked, first_of, matches

_WHOLE = {"int64": "BIGINT", "uint64": "UBIGINT"}
#: Below it a double holds every whole number.
_EXACT = 2**53
_DIGITS = r"0|[1-9]\d*"


def whole(
    type_name: str, dialect: Dialect, text: str, given: str | None = None, *, int128: str = "HUGEINT"
) -> Conversion:
    """Return the conversion to a whole number; `int128` is DuckDB's type for those of 128 bits."""
    native = _WHOLE.get(type_name, int128)
    mark = dialect.thousands
    digits = f"replace({text}, {literal(mark)}, '')" if mark else text
    cast = f"TRY_CAST({digits} AS {native})"
    value = given or cast
    grouped = rf"|-?[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+" if mark else ""
    canonical = rf"0|-?[1-9]\d*{grouped}"
    check = (
        f"CASE WHEN CAST({value} AS VARCHAR) = {text} THEN true WHEN {value} IS NULL THEN false "
        f"ELSE {matches(text, canonical)} END"
    )
    written, grouping = _written(dialect, text)
    reason = first_of(
        [
            (f"NOT {matches(written, _any_number(grouping))}", "not_a_number"),
            (f"regexp_matches({written}, '[.eE]')", "not_whole"),
            (rf"regexp_matches({written}, '^[ \t]*([+]|-?0)')", "would_change"),
        ],
        "out_of_range",
    )
    return checked(text, native, cast, check, reason, value=value)


def decimal(precision: int, scale: int, dialect: Dialect, text: str, given: str | None = None) -> Conversion:
    """Return the conversion to a decimal number: the text may have fewer digits behind the mark, not more."""
    native = f"DECIMAL({precision},{scale})"
    written, grouping = _written(dialect, text)
    digits = f"replace({written}, {literal(grouping)}, '')" if grouping else written
    cast = f"TRY_CAST({digits} AS {native})"
    value = given or cast
    whole_part = _grouped(grouping)
    pattern = rf"[+-]?(?:(?:{whole_part})?(?:\.\d{{0,{scale}}}0*)?)"
    # No decimal number is a negative zero, so that its sign would be lost.
    lost_sign = rf"{value} = 0 AND regexp_matches({written}, '^[ \t]*-')"
    check = (
        f"CASE WHEN starts_with(CAST({value} AS VARCHAR), {written}) THEN true "
        f"WHEN {value} IS NULL THEN false "
        f"ELSE {matches(written, pattern)} AND NOT ({lost_sign}) END"
    )
    reason = first_of(
        [
            (f"NOT {matches(written, _any_number(grouping))}", "not_a_number"),
            (f"regexp_matches({written}, '[eE]')", "has_exponent"),
            (
                rf"regexp_matches({written}, '^[ \t]*[+-]?0\d') OR COALESCE({lost_sign}, false)",
                "would_change",
            ),
            (f"{value} IS NULL", "out_of_range"),
        ],
        "too_precise",
    )
    return checked(text, native, cast, check, reason, value=value)


def double(dialect: Dialect, text: str, given: str | None = None) -> Conversion:
    """Return the conversion to the nearest double.

    A number that is written out, without an exponent, is kept from 2^53 on only if a double holds it exactly:
    who writes all digits means all of them.
    """
    written, grouping = _written(dialect, text)
    digits = f"replace({written}, {literal(grouping)}, '')" if grouping else written
    cast = f"TRY_CAST({digits} AS DOUBLE)"
    value = given or cast
    whole_part = _grouped(grouping)
    pattern = rf"[+-]?(?:(?:{whole_part})(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
    has_exponent = f"regexp_matches({written}, '[eE]')"
    vanished = f"{value} = 0 AND regexp_matches({written}, '^[^eE]*[1-9]')"
    whole_digits = rf"regexp_replace(trim({digits}, {BLANKS}), '^[+]|\.0*$', '', 'g')"
    exact = f"abs({value}) < {_EXACT} OR {has_exponent} OR {whole_digits} = format('{{:.0f}}', {value})"
    check = (
        f"CASE WHEN starts_with(CAST({value} AS VARCHAR), {written}) THEN true "
        f"WHEN {value} IS NULL THEN false "
        f"WHEN NOT isfinite({value}) THEN {matches(written, '(?i)[+-]?(?:inf(?:inity)?|nan)')} "
        f"ELSE {matches(written, pattern)} AND NOT ({vanished}) AND ({exact}) END"
    )
    reason = first_of(
        [
            (f"NOT {matches(written, _any_number(grouping))}", "not_a_number"),
            (rf"regexp_matches({written}, '^[ \t]*[+-]?0\d')", "would_change"),
            (f"COALESCE(NOT isfinite({value}) OR {vanished}, true)", "out_of_range"),
        ],
        "too_precise",
    )
    return checked(text, "DOUBLE", cast, check, reason, value=value)


def boolean(text: str, given: str | None = None) -> Conversion:
    """Return the conversion to true or false: of these words, and 1 and 0, in capitals or not."""
    cast = (
        f"CASE WHEN {text} = 'true' THEN true WHEN {text} = 'false' THEN false ELSE "
        f"CASE lower(trim({text}, {BLANKS})) "
        "WHEN 'true' THEN true WHEN 't' THEN true WHEN 'yes' THEN true WHEN 'y' THEN true WHEN '1' THEN true "
        "WHEN 'false' THEN false WHEN 'f' THEN false WHEN 'no' THEN false WHEN 'n' THEN false "
        "WHEN '0' THEN false END END"
    )
    value = given or cast
    fits = f"({text} IS NULL OR ({value}) IS NOT NULL)"
    return Conversion("BOOLEAN", value, fits, "'not_a_boolean'", cast)


def _written(dialect: Dialect, text: str) -> tuple[str, str]:
    """Return the text with a point before its fraction, and the mark between its groups then.

    The marks change places: a point in a text whose mark is another one is still no such mark.
    """
    mark = dialect.decimal
    if mark == ".":
        return text, dialect.thousands
    swapped = f"translate({text}, {literal(mark + '.')}, {literal('.' + mark)})"
    return swapped, mark if dialect.thousands == "." else dialect.thousands


def _grouped(mark: str) -> str:
    """Return the pattern of a whole number without a sign."""
    return rf"{_DIGITS}|[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+" if mark else _DIGITS


def _any_number(mark: str) -> str:
    """Return the pattern of whatever a person would call a number."""
    groups = rf"|\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+" if mark else ""
    return rf"[+-]?(?:(?:\d+{groups})(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
