"""Values come back as they were, whatever their type."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_bigupload.errors import RowsRefused
from jupyter_bigupload.operations.dolt.database.stored import encoder, fits
from jupyter_bigupload.operations.dolt.importing.encoding import Digest, Encoder

from .child import Child
from .steps import commit
from .there import IDS, load_rows, rows_of, sql

FLOATS = [0.1, 1e300, 5e-324, 2.0, float("inf"), None]
TEXTS = ["", "1.10", "x\0y", "ü 😀\r\n", " 007 ", "1e5", None]
CASES: list[tuple[str, list[Any], list[Any], str]] = [
    ("boolean", [True, False, None], [1, 0, None], "integer"),
    ("int64", [2**63 - 1, -(2**63), 0, None], [2**63 - 1, -(2**63), 0, None], "integer"),
    ("uint64", [2**64 - 1, 0, None], ["18446744073709551615", "0", None], "text"),
    ("int128", [-(2**127), 2**127 - 1], [str(-(2**127)), str(2**127 - 1)], "text"),
    (
        "decimal(38,10)",
        [Decimal("1234567890123456789012345678.1000000000"), Decimal("0E-10"), "1.1000000000", None],
        ["1234567890123456789012345678.1000000000", "0.0000000000", "1.1000000000", None],
        "text",
    ),
    ("float64", FLOATS, FLOATS, "real"),
    ("float64", [-0.0, 3], [0.0, 3.0], "real"),
    ("date", [date(1, 1, 1), date(9999, 12, 31)], ["0001-01-01", "9999-12-31"], "text"),
    ("time", [time(9, 30), time(23, 59, 59, 999999)], ["09:30:00", "23:59:59.999999"], "text"),
    (
        "timestamp",
        [datetime(2026, 11, 28, 9, 30), datetime(1900, 1, 1, 0, 0, 0, 1), "2026-11-28 09:30:00"],  # noqa: DTZ001
        ["2026-11-28 09:30:00", "1900-01-01 00:00:00.000001", "2026-11-28 09:30:00"],
        "text",
    ),
    (
        "timestamptz",
        [datetime(2026, 11, 28, 9, 30, tzinfo=timezone(timedelta(hours=2))), "2026-01-01 07:30:00.5+00"],
        ["2026-11-28 07:30:00+00:00", "2026-01-01 07:30:00.5+00:00"],
        "text",
    ),
    ("text", TEXTS, TEXTS, "text"),
    ("blob", [b"", b"\0\xff", None], [b"", b"\0\xff", None], "blob"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "given_values", "expected", "stored"), CASES)
def test_values_are_stored_without_loss(  # noqa: PLR0917  # drawn
    there: Child, path: Path, kind: str, given_values: list[Any], expected: list[Any], stored: str
) -> None:
    rows = [(number, value) for number, value in enumerate(given_values)]
    there(load_rows, path, rows_of(f"id:int64 x:{kind}", *rows), key=["id"])
    commit(there, path)
    more = [(number + 100, value) for number, value in enumerate(given_values)]
    there(load_rows, path, rows_of(f"id:int64 x:{kind}", *more), IDS[2], mode="append")
    commit(there, path, IDS[2])
    found = there(sql, path, "SELECT x, typeof(x) FROM t ORDER BY id")
    assert [value for value, _ in found] == expected * 2
    assert {type_name for _, type_name in found} <= {stored, "null"}


@pytest.mark.parametrize("kind", ["uint64", "decimal(10,2)", "date", "text", "float64"])
def test_values_that_are_keys_are_found_again(there: Child, path: Path, kind: str) -> None:
    samples: dict[str, list[Any]] = {
        "uint64": [2**64 - 1, 3, 2**63],
        "decimal(10,2)": [Decimal("10.00"), Decimal("9.00"), Decimal("-1.50")],
        "date": [date(2026, 1, 2), date(1, 1, 1), date(2026, 1, 1)],
        "text": ["b\0c", "b", "ü", "😀", "\uffff", ""],
        "float64": [1.5, -2.0, 1e300, 0.0],
    }
    values = samples[kind]
    rows = [(value, number) for number, value in enumerate(values)]
    there(load_rows, path, rows_of(f"k:{kind} n:int64", *rows), key=["k"])
    commit(there, path)
    changed = [(value, number + 10) for value, number in reversed(rows)]
    imported = there(load_rows, path, rows_of(f"k:{kind} n:int64", *changed), IDS[2], mode="update")
    assert imported.pending.counts.modified == len(values)
    commit(there, path, IDS[2])
    assert sorted(there(sql, path, "SELECT n FROM t")) == [(number + 10,) for number in range(len(values))]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("float64", float("nan")), ("float64", 2**60 + 1), ("text", b"x"), ("text", True), ("as_is", [1])],
)
def test_what_would_be_another_value_is_refused(kind: str, value: Any) -> None:
    encode = encoder(kind)
    assert encode is not None
    with pytest.raises(RowsRefused):
        list(encode([None, value]))


@pytest.mark.parametrize(
    ("kind", "declared", "does_fit"),
    [
        ("int64", "INTEGER", True),
        ("int64", "BIGINT UNSIGNED", True),
        ("int64", "DECIMAL(10,2)", True),
        ("int64", "", True),
        ("int64", "TEXT", False),
        ("int64", "DOUBLE", False),
        ("boolean", "BOOLEAN", True),
        ("float64", "DOUBLE PRECISION", True),
        ("float64", "NUMERIC", False),
        ("float64", "INT", False),
        ("text", "VARCHAR(20)", True),
        ("text", "DATE", False),
        ("text", "FLOATING POINT", False),
        ("date", "DATE", True),
        ("timestamp", "DATETIME", True),
        ("timestamptz", "TIMESTAMP", True),
        ("decimal(10,2)", "DECIMAL(10,2)", False),
        ("decimal(10,2)", "TEXT", True),
        ("uint64", "INTEGER", False),
        ("blob", "TEXT", True),
    ],
)
def test_types_fit_where_sqlite_leaves_their_values_alone(
    there: Child,
    path: Path,
    kind: str,
    declared: str,
    does_fit: bool,  # noqa: FBT001  # drawn
) -> None:
    assert fits(kind, declared) == does_fit
    samples = {"int64": 3, "boolean": 1, "float64": 2.0, "text": "1.10", "date": "2026-11-28",
               "timestamp": "2026-11-28 09:30:00", "timestamptz": "2026-11-28 09:30:00+00:00",
               "decimal(10,2)": "1.10", "uint64": "18446744073709551615", "blob": b"1"}  # fmt: skip
    value = samples[kind]
    literal = f"x'{value.hex()}'" if isinstance(value, bytes) else repr(value)
    insert = f"INSERT INTO t VALUES ({literal})"  # noqa: S608  # of the lines above
    (found,) = there(sql, path, f"CREATE TABLE t (x {declared})", insert, "SELECT x FROM t")
    same = (type(found[0]), found[0]) == (type(value), value)
    assert same or not does_fit


VALUES = st.one_of(st.none(), st.integers(), st.floats(allow_nan=False), st.text(), st.binary())


@given(st.lists(st.tuples(VALUES, VALUES), max_size=20), st.randoms(), st.integers(1, 7))
def test_a_digest_depends_on_rows_alone(rows: list[Any], random: Any, size: int) -> None:
    one, other = Digest(), Digest()
    one.add(rows)
    shuffled = list(rows)
    random.shuffle(shuffled)
    for start in range(0, len(shuffled), size):
        # Other objects of the same values, of which each is referred to once.
        other.add([tuple(_another(value) for value in row) for row in shuffled[start : start + size]])
    assert one == other


def _another(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass")
    return bytes(bytearray(value)) if isinstance(value, bytes) else value


@pytest.mark.parametrize(
    "other",
    [[(1, "a")], [(1, "a"), (2, "c")], [(1, "b"), (2, "a")], [(1.0, "a"), (2, "b")], [("1", "a"), (2, "b")],
     [(1, "a"), (2, "b"), (2, "b")], [(1, "a"), (2, None)], [("a", 1), (2, "b")]],
)  # fmt: skip
def test_other_rows_have_another_digest(other: list[Any]) -> None:
    one, two = Digest(), Digest()
    one.add([(1, "a"), (2, "b")])
    two.add(other)
    assert one != two
    assert str(one) != str(two)


def test_columns_are_taken_out_in_their_order() -> None:
    encode = Encoder([2, 0], ["boolean", "text"])
    assert encode([["x", "y"], [1, 2], [True, None]]) == [[1, None], ["x", "y"]]
    assert Encoder([0, 1], ["int64", "text"])([[1], ["a"]]) == [[1], ["a"]]
