"""A value is kept only if it is equal to its text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_bigupload.errors import Malformed
from jupyter_bigupload.tables.checking import REASONS, conversion, message
from jupyter_bigupload.tables.reading import Connection
from jupyter_bigupload.tables.recipe import Column, Dialect

from .rules import is_equal

# ruff: noqa: DTZ001  # times without a zone are what this is about

REJECTED = "rejected"
KINDS = (
    *("int64", "uint64", "int128", "decimal(18,3)", "decimal(38,38)", "decimal(4,0)", "float64"),
    *("boolean", "date", "time", "timestamp", "timestamptz"),
)


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    with Connection() as opened:
        yield opened


def converted(
    connection: Connection,
    column: Column,
    texts: Sequence[str | None],
    dialect: Dialect | None = None,
) -> list[tuple[bool, Any, str]]:
    """Return of each text whether it fits, its value, and the reason."""
    made = conversion(column, dialect or Dialect(), "t")
    connection.sql.execute("CREATE OR REPLACE TABLE texts (number BIGINT, t VARCHAR)")
    connection.sql.execute(
        "INSERT INTO texts SELECT unnest(range(len(?::VARCHAR[]))), unnest(?::VARCHAR[])", [texts, texts]
    )
    # Zoned values as Python has them, whatever pytz there is.
    value = f"({made.value})"
    if column.type == "timestamptz":
        value = f"epoch_us({value})"
    query = f"SELECT {made.fits}, {value}, {made.reason}, typeof({made.value}) FROM texts ORDER BY number"  # noqa: S608
    rows = connection.rows(query)
    connection.rows(f"SELECT count({made.cast}) FROM texts WHERE {made.fits}")  # noqa: S608
    if column.type == "timestamptz":
        return [(fits, None if v is None else _instant(v), reason) for fits, v, reason, _ in rows]
    return [(fits, one, reason) for fits, one, reason, _ in rows]


def _instant(microseconds: int) -> datetime:
    whole, rest = divmod(microseconds, 10**6)
    return datetime.fromtimestamp(whole, timezone.utc).replace(microsecond=rest)


ACCEPTED: list[tuple[str, str, object]] = [
    ("int64", "0", 0),
    ("int64", "-1", -1),
    ("int64", " 12\t", 12),
    ("int64", "9223372036854775807", 2**63 - 1),
    ("uint64", "18446744073709551615", 2**64 - 1),
    ("int128", "-170141183460469231731687303715884105728", -(2**127)),
    ("decimal(18,3)", "1.5", Decimal("1.500")),
    ("decimal(18,3)", "-0.125000", Decimal("-0.125")),
    ("decimal(18,3)", ".5", Decimal("0.5")),
    ("decimal(18,3)", "5.", Decimal(5)),
    ("decimal(18,3)", "+7", Decimal(7)),
    ("decimal(4,0)", "9999.000", Decimal(9999)),
    ("float64", "0.1", 0.1),
    ("float64", "-0", -0.0),
    ("float64", "12.50", 12.5),
    ("float64", "1e22", 1e22),
    ("float64", "1.7976931348623157E+308", 1.7976931348623157e308),
    ("float64", "9007199254740992", 2.0**53),
    ("float64", "18014398509481984.00", 2.0**54),
    ("float64", "inf", float("inf")),
    ("float64", "-Infinity", float("-inf")),
    ("float64", "NaN", float("nan")),
    ("boolean", "true", True),
    ("boolean", " No ", False),
    ("boolean", "1", True),
    ("boolean", "F", False),
    ("date", "2024-02-29", date(2024, 2, 29)),
    ("date", "0001-01-01", date(1, 1, 1)),
    ("date", " 9999-12-31 ", date(9999, 12, 31)),
    ("time", "10:00", time(10)),
    ("time", "23:59:59.5", time(23, 59, 59, 500000)),
    ("time", " 10:00:00.12345600", time(10, 0, 0, 123456)),
    ("timestamp", "2024-02-29 10:00:00", datetime(2024, 2, 29, 10)),
    ("timestamp", "2024-02-29T10:00", datetime(2024, 2, 29, 10)),
    ("timestamp", "2024-02-29 10:00:00.1234560", datetime(2024, 2, 29, 10, 0, 0, 123456)),
    ("timestamptz", "2024-02-29T10:00:00Z", datetime(2024, 2, 29, 10, tzinfo=timezone.utc)),
    ("timestamptz", "2024-02-29 10:00:00.5+0230", datetime(2024, 2, 29, 7, 30, 0, 500000, timezone.utc)),
    ("text", " a ", " a "),
]
REFUSED = [
    ("int64", "1.5", "not_whole"),
    ("int64", "1.0", "not_whole"),
    ("int64", "1e5", "not_whole"),
    ("int64", "1_000", "not_a_number"),
    ("int64", "0x10", "not_a_number"),
    ("int64", "1,000", "not_a_number"),
    ("int64", "007", "would_change"),
    ("int64", "-0", "would_change"),
    ("int64", "+49", "would_change"),
    ("int64", "9223372036854775808", "out_of_range"),
    ("int64", "\n1", "not_a_number"),
    ("int64", "1\0", "not_a_number"),
    ("int64", "\u0663", "not_a_number"),
    ("int64", "", "not_a_number"),
    ("uint64", "-1", "out_of_range"),
    ("int128", "170141183460469231731687303715884105728", "out_of_range"),
    ("decimal(18,3)", "1.2345", "too_precise"),
    ("decimal(18,3)", "1e3", "has_exponent"),
    ("decimal(18,3)", "1e-5", "has_exponent"),
    ("decimal(18,3)", "-0.000", "would_change"),
    ("decimal(18,3)", "01.5", "would_change"),
    ("decimal(18,3)", "1_0.5", "not_a_number"),
    ("decimal(18,3)", ".", "not_a_number"),
    ("decimal(18,3)", "1000000000000000", "out_of_range"),
    ("decimal(4,0)", "9999.5", "out_of_range"),
    ("decimal(18,3)", "inf", "not_a_number"),
    ("float64", "1e400", "out_of_range"),
    ("float64", "1e-400", "out_of_range"),
    ("float64", "9007199254740993", "too_precise"),
    ("float64", "9007199254740993.5", "too_precise"),
    ("float64", "90071992547409940", "too_precise"),
    ("float64", "1_0", "not_a_number"),
    ("float64", "0x10", "not_a_number"),
    ("float64", "1d", "not_a_number"),
    ("float64", "nan(1)", "not_a_number"),
    ("float64", "infinit", "not_a_number"),
    ("float64", "00.5", "would_change"),
    ("float64", "1,5", "not_a_number"),
    ("boolean", "2", "not_a_boolean"),
    ("boolean", "on", "not_a_boolean"),
    ("boolean", "", "not_a_boolean"),
    ("date", "2024-2-9", "not_a_date"),
    ("date", "2024/02/09", "not_a_date"),
    ("date", "2023-02-29", "not_a_date"),
    ("date", "2024-02-09 10:00", "not_a_date"),
    ("date", "epoch", "not_a_date"),
    ("date", "infinity", "not_a_date"),
    ("date", "0000-01-01", "not_a_date"),
    ("date", "2024-02-09 (BC)", "not_a_date"),
    ("date", "12024-02-09", "not_a_date"),
    ("time", "24:00:00", "not_a_time"),
    ("time", "1:2:3", "not_a_time"),
    ("time", "10:00:00+02", "has_zone"),
    ("time", "10:00:00.1234567", "too_precise"),
    ("timestamp", "2024-02-09", "not_a_timestamp"),
    ("timestamp", "2024-02-09 24:00:00", "not_a_timestamp"),
    ("timestamp", "2024-02-09 10:00:60", "not_a_timestamp"),
    ("timestamp", "2024-02-09T10:00:00Z", "has_zone"),
    ("timestamp", "2024-02-09 10:00:00+02", "has_zone"),
    ("timestamp", "2024-02-09 10:00:00.1234567", "too_precise"),
    ("timestamp", "epoch", "not_a_timestamp"),
    ("timestamp", "-infinity", "not_a_timestamp"),
    ("timestamp", "2024-02-09 (BC) 10:00:00", "not_a_timestamp"),
    ("timestamptz", "2024-02-09T10:00:00", "no_zone"),
    ("timestamptz", "2024-02-09 10:00:00 Europe/Berlin", "not_a_timestamp"),
    ("timestamptz", "9999-12-31 23:00:00-02", "not_a_timestamp"),
    ("timestamptz", "2024-02-09 10:00:00.1234567Z", "too_precise"),
]


@pytest.mark.parametrize(("kind", "text", "value"), ACCEPTED)
def test_it_is_kept(connection: Connection, kind: str, text: str, value: object) -> None:
    ((fits, made, _),) = converted(connection, Column("a", "a", kind), [text])

    assert fits
    assert made == value or (made != made and value != value)  # noqa: PLR0124  # not a number
    assert is_equal(kind, text, made)


@pytest.mark.parametrize(("kind", "text", "reason"), REFUSED)
def test_it_is_rejected_with_a_reason(connection: Connection, kind: str, text: str, reason: str) -> None:
    assert converted(connection, Column("a", "a", kind), [text]) == [(False, None, reason)]
    assert message(reason, kind)


@pytest.mark.parametrize("kind", [*KINDS, "text"])
def test_what_is_not_there_fits(connection: Connection, kind: str) -> None:
    ((fits, made, _),) = converted(connection, Column("a", "a", kind), [None])

    assert (fits, made) == (True, None)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int64", "1.234.567", 1234567),
        ("int64", "-1.234", -1234),
        ("int64", "1.2.3", REJECTED),
        ("int64", "12.34", REJECTED),
        ("int64", "0.123", REJECTED),
        ("int64", "1,5", REJECTED),
        ("decimal(18,3)", "1.234,5", Decimal("1234.5")),
        ("decimal(18,3)", "1234,5", Decimal("1234.5")),
        ("decimal(18,3)", "1.5", REJECTED),
        ("decimal(18,3)", "1,234.5", REJECTED),
        ("float64", "1.234,5", 1234.5),
        ("float64", "1,5", 1.5),
        ("float64", "1.5", REJECTED),
        ("float64", "12.34,5", REJECTED),
        ("float64", "9.007.199.254.740.993", REJECTED),
        ("float64", "9.007.199.254.740.992", 2.0**53),
        ("float64", "1,234,5", REJECTED),
    ],
)
def test_marks_of_a_country(connection: Connection, kind: str, text: str, value: object) -> None:
    dialect = Dialect(decimal=",", thousands=".")

    ((fits, made, _),) = converted(connection, Column("a", "a", kind), [text], dialect)

    assert (fits, made) == ((False, None) if value == REJECTED else (True, value))


@pytest.mark.parametrize("mark", [" ", "'", ",", "_"])
def test_any_mark_of_thousands(connection: Connection, mark: str) -> None:
    texts = [f"12{mark}345", f"1{mark}2{mark}3", "12345", f"{mark}123", f"12{mark}345.5"]

    made = converted(connection, Column("a", "a", "float64"), texts, Dialect(thousands=mark))

    leading = 123.0 if mark == " " else None
    assert [one[1] for one in made] == [12345.0, None, 12345.0, leading, 12345.5]


@pytest.mark.parametrize(
    ("kind", "form", "text", "value"),
    [
        ("date", "%d.%m.%Y", "01.02.2024", date(2024, 2, 1)),
        ("date", "%d.%m.%Y", "1.2.2024", REJECTED),
        ("date", "%d.%m.%Y", "01.02.2024 ", REJECTED),
        ("date", "%d.%m.%Y", "01.02.24", REJECTED),
        ("date", "%d.%m.%Y", "31.02.2024", REJECTED),
        ("date", "%d.%m.%Y", "infinity", REJECTED),
        ("date", "%d.%m.%Y", "epoch", REJECTED),
        ("date", "%d.%m.%Y", "01.02.2024x", REJECTED),
        ("date", "%-d.%-m.%y", "1.2.24", date(2024, 2, 1)),
        ("date", "%b %d, %Y", "FEB 01, 2024", date(2024, 2, 1)),
        ("date", "%a %d %b %Y", "Thu 01 Feb 2024", date(2024, 2, 1)),
        ("date", "%a %d %b %Y", "Mon 01 Feb 2024", REJECTED),
        ("date", "%Y%j", "2024366", date(2024, 12, 31)),
        ("time", "%I:%M %p", "12:30 AM", time(0, 30)),
        ("time", "%I:%M %p", "13:30 PM", REJECTED),
        (
            "timestamp",
            "%d/%m/%Y %H:%M:%S.%f",
            "01/02/2024 10:00:00.5",
            datetime(2024, 2, 1, 10, 0, 0, 500000),
        ),
        ("timestamp", "%d/%m/%Y %H:%M:%S.%f", "01/02/2024 10:00:00.1234567", REJECTED),
        ("timestamp", "%d/%m/%Y %H:%M", "01/02/2024 24:00", REJECTED),
        (
            "timestamptz",
            "%d/%b/%Y:%H:%M:%S %z",
            "01/Feb/2024:10:00:00 -0230",
            datetime(2024, 2, 1, 12, 30, tzinfo=timezone.utc),
        ),
        (
            "timestamptz",
            "%a, %d %b %Y %H:%M:%S.%f %z",
            "Thu, 01 Feb 2024 01:00:00.25 +05:30",
            datetime(2024, 1, 31, 19, 30, 0, 250000, timezone.utc),
        ),
        ("timestamptz", "%a, %d %b %Y %H:%M %z", "Wed, 01 Feb 2024 01:00 +05:30", REJECTED),
        ("timestamptz", "%d/%m/%Y %H:%M%z", "1/02/2024 10:00+01", REJECTED),
    ],
)
def test_dates_in_a_format(connection: Connection, kind: str, form: str, text: str, value: object) -> None:
    ((fits, made, reason),) = converted(connection, Column("a", "a", kind, form), [text])

    assert (fits, made) == ((False, None) if value == REJECTED else (True, value))
    assert reason in REASONS


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("date", "%d.%m."),
        ("date", "%Y-%m-%d %H"),
        ("date", "%s"),
        ("time", "%I:%M"),
        ("timestamp", "%Y-%m-%d %H:%M%z"),
        ("timestamptz", "%Y-%m-%d %H:%M"),
    ],
)
def test_a_format_says_all_of_its_type_and_no_more(kind: str, form: str) -> None:
    with pytest.raises(Malformed, match="format"):
        conversion(Column("a", "a", kind, form), Dialect(), "t")


@pytest.mark.parametrize(
    ("native", "value", "kind", "kept"),
    [
        ("DOUBLE", "2.0", "int64", 2),
        ("DOUBLE", "2.5", "int64", None),
        ("DOUBLE", "1e19", "int64", None),
        ("BIGINT", "9007199254740993", "float64", None),
        ("BIGINT", "9007199254740992", "float64", 2.0**53),
        ("DOUBLE", "0.125", "decimal(18,2)", None),
        ("DOUBLE", "0.25", "decimal(18,2)", Decimal("0.25")),
        ("TIMESTAMP", "TIMESTAMP '2024-01-01 10:00:00'", "date", None),
        ("TIMESTAMP", "TIMESTAMP '2024-01-01 00:00:00'", "date", date(2024, 1, 1)),
        ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ '2024-01-01 00:00:00Z'", "timestamp", None),
        ("BIGINT", "7", "text", "7"),
        ("BIGINT", "7", "as_is", 7),
        ("VARCHAR", "'007'", "int64", None),
    ],
)
def test_types_that_are_there_already(
    connection: Connection, native: str, value: str, kind: str, kept: object
) -> None:
    made = conversion(Column("a", "a", kind), Dialect(), "t", native)

    row = f"SELECT {made.value}, {made.fits} FROM (SELECT CAST({value} AS {native}) AS t)"  # noqa: S608

    assert connection.rows(row) == [(kept, kept is not None)]


_NUMBERS = st.from_regex(r"[ ]?[+-]?[0-9]{0,22}[.]?[0-9]{0,22}([eE][+-]?[0-9]{1,3})?[ ]?", fullmatch=True)
_TIMES = st.from_regex(
    r"[0-9]{4}-[01][0-9]-[0-3][0-9][ T]?([0-2][0-9]:[0-5][0-9](:[0-6][0-9]([.][0-9]{0,8})?)?)?"
    r"(Z|[+-][01][0-9](:?[0-5][0-9])?)?",
    fullmatch=True,
)
_TEXTS = st.one_of(
    _NUMBERS,
    _TIMES,
    st.text(alphabet="0123456789+-.,eE_ \tx:TZinfatyru/\0\n", max_size=26),
    st.floats().map(repr),
    st.integers(-(2**130), 2**130).map(str),
    st.datetimes().map(str),
    st.times().map(str),
    st.dates().map(str),
    st.datetimes(timezones=st.timezones()).map(str),
    st.decimals(allow_nan=False, allow_infinity=False).map(lambda value: f"{value:f}"),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(_TEXTS, min_size=20, max_size=60))
def test_whatever_is_kept_is_equal_to_its_text(connection: Connection, texts: list[str]) -> None:
    for kind in KINDS:
        for text, (fits, value, reason) in zip(
            texts, converted(connection, Column("a", "a", kind), texts), strict=True
        ):
            assert fits == (value is not None), (kind, text, value)
            assert not fits or is_equal(kind, text, value), (kind, text, value)
            assert fits or message(reason, kind)


@settings(max_examples=30, deadline=None)
@given(st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.datetimes(), st.dates())
def test_what_python_writes_is_kept(
    connection: Connection, whole: int, real: float, instant: datetime, day: date
) -> None:
    for kind, value in (("int64", whole), ("float64", real), ("timestamp", instant), ("date", day)):
        ((fits, made, _),) = converted(connection, Column("a", "a", kind), [str(value)])

        assert fits, (kind, value)
        assert made == value
