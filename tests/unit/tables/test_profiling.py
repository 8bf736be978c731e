"""Profiles of all rows, held against what Python counts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from jupyter_bigupload.tables.preview import preview
from jupyter_bigupload.tables.profiling import profile
from jupyter_bigupload.tables.recipe import Column, Dialect, parse
from tests.unit.tables.files import LIMITS, recipe_of, typed, written


def profiled(
    folder: Path, text: str, columns: list[Column], dialect: Dialect | None = None
) -> dict[str, Any]:
    file = written(folder, text.encode())
    return profile(file, recipe_of(columns, dialect), lambda done, total: None, LIMITS)


def column(answer: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [one for one in answer["columns"] if one["name"] == name]
    return found  # type: ignore[no-any-return]  # a column


def test_all_rows_of_a_file(tmp_path: Path) -> None:
    first = dt.date(2020, 1, 1)
    days = [first + dt.timedelta(days=row % 1000) for row in range(20_000)]
    words = [f"w{row * row % 37}" for row in range(20_000)]
    numbers = ["" if row % 10 == 3 else str(row % 123 - 23) for row in range(20_000)]
    text = "day,word,n,x\n" + "".join(
        f"{day},{word},{number},{row / 8}\n"
        for row, (day, word, number) in enumerate(zip(days, words, numbers, strict=True))
    )
    columns = typed(day="date", word="text", n="int64", x="float64")
    answer = profiled(tmp_path, text, columns)
    assert answer["rows"] == 20_000
    assert answer["rejects"] == {"count": 0, "structural": 0, "by_column": {}, "first": []}
    assert [one["name"] for one in answer["columns"]] == ["day", "word", "n", "x"]
    n = column(answer, "n")
    assert (n["nulls"], n["min"], n["max"], n["distinct"], n["distinct_exact"]) == (
        2000,
        "-23",
        "99",
        123,
        True,
    )
    given = [int(number) for number in numbers if number]
    for part in n["histogram"]:
        assert part["count"] == sum(int(part["from"]) <= one <= int(part["to"]) for one in given)
    assert sum(part["count"] for part in n["histogram"]) == len(given)
    day = column(answer, "day")
    assert (day["min"], day["max"]) == ("2020-01-01", "2022-09-26")
    for part in day["histogram"]:
        assert part["count"] == sum(part["from"] <= str(one) <= part["to"] for one in days)
    word = column(answer, "word")
    counts = Counter(words)
    assert len(word["histogram"]) == 10
    assert all(counts[part["value"]] == part["count"] for part in word["histogram"])
    assert word["histogram"][0]["count"] == max(counts.values())
    x = column(answer, "x")
    assert len(x["histogram"]) == 20
    assert {part["count"] for part in x["histogram"]} <= {999, 1000, 1001}


def test_every_type(tmp_path: Path) -> None:
    types = {
        "a": ("boolean", "true", "false"),
        "b": ("uint64", "1", str(2**64 - 1)),
        "c": ("int128", str(-(2**100)), str(2**100)),
        "d": ("decimal(6,2)", "-1.25", "99.50"),
        "e": ("time", "00:00:00", "23:59:59.5"),
        "f": ("timestamp", "1700-01-01 00:00:00", "2024-05-01 12:00:00"),
        "g": ("timestamptz", "2024-05-01T12:00:00+02:00", "2024-05-01T12:00:00Z"),
        "h": ("float64", "-1e300", "1e308"),
        "i": ("text", "x", "y"),
        "j": ("int64", str(-(2**63)), str(2**63 - 1)),
    }
    rows = [",".join(types), *(",".join(one[at] for one in types.values()) for at in (1, 2, 2))]
    columns = [Column(name, name, one[0]) for name, one in types.items()]
    answer = profiled(tmp_path, "\n".join(rows), columns)
    assert answer["rejects"]["count"] == 0
    for one in answer["columns"]:
        assert (one["rows"], one["nulls"], one["distinct"]) == (3, 0, 2)
        assert sum(part["count"] for part in one["histogram"]) == 3
    assert column(answer, "g")["min"] == "2024-05-01 10:00:00+00"
    assert column(answer, "c")["max"] == str(2**100)


def test_what_does_not_fit(tmp_path: Path) -> None:
    rows = [f"{row},{row}" for row in range(5000)]
    rows[3000] = "x,3000"
    rows[3001] = '""a,""b'  # of which DuckDB says that it is where another row is
    rows[3002] = "1,2,3"
    rows[4000] = '"4\n0",y'
    answer = profiled(tmp_path, "a,b\n" + "\n".join(rows) + "\n", typed(a="int64", b="int64"))
    offset = len("a,b\n" + "".join(f"{row}\n" for row in rows[:3000]))
    assert answer["rows"] == 5000
    found = answer["rejects"]
    assert (found["count"], found["structural"], found["by_column"]) == (5, 2, {"a": 2, "b": 1})
    assert [(one["line"], one["column"], one["text"], one["reason"]) for one in found["first"]] == [
        (3002, "a", "x", "not_a_number"),
        (3003, None, '""a,""b', "open_quote"),
        (3004, None, "1,2,3", "too_many_fields"),
        (4002, "a", "4\n0", "not_a_number"),
        (4002, "b", "y", "not_a_number"),
    ]
    assert found["first"][0]["byte"] == offset
    assert column(answer, "a")["nulls"] == 0


def test_of_many_that_do_not_fit_the_first_are_told(tmp_path: Path) -> None:
    text = "a\n" + "".join(f"{'x' if row % 2 else row}\n" for row in range(30_000))
    found = profiled(tmp_path, text, typed(a="int64"))["rejects"]
    assert found["count"] == 15_000
    assert [one["line"] for one in found["first"]] == list(range(3, 203, 2))


@pytest.mark.parametrize("text", ["a,b\n", "", "a,b\n1,\n"])
def test_without_rows_or_values(tmp_path: Path, text: str) -> None:
    answer = profiled(tmp_path, text, typed(a="int64", b="date"))
    assert answer["rows"] == text.count("\n1")
    assert column(answer, "b")["histogram"] == []
    assert column(answer, "b")["min"] is None


def test_the_same_as_of_the_preview_where_that_sees_all(tmp_path: Path) -> None:
    text = "n,when,word\n" + "".join(
        f"{row % 77},{1 + row % 28:02}.05.2024,w{row % 5}\n" for row in range(2000)
    )
    file = written(tmp_path, text.encode())
    shown = preview(file)
    answer = profile(file, parse(shown["recipe"]), lambda done, total: None, LIMITS)
    assert [{**one, "name": ""} for one in answer["columns"]] == [
        {**one["profile"], "name": ""} for one in shown["columns"]
    ]


def test_it_tells_how_far_it_is_and_can_be_ended(tmp_path: Path) -> None:
    file = written(tmp_path, b"a\n" + b"1\n" * 500_000)
    told: list[tuple[int, int]] = []
    profile(file, recipe_of(typed(a="int64")), lambda done, total: told.append((done, total)), LIMITS)
    assert told == sorted(told)
    assert told[-1] == (file.size, file.size)

    class Cancelled(Exception):
        pass

    def cancel(done: int, total: int) -> None:
        if done > total // 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        profile(file, recipe_of(typed(a="int64")), cancel, LIMITS)


def test_rows_of_which_duckdb_makes_two_are_one_reject_each(tmp_path: Path) -> None:
    rows = [f"{row},{row}" for row in range(20_000)]
    for row in range(100, 20_000, 500):
        rows[row] = '"1"x,"2"y' if row % 1000 else '"a\nb"x,""y'
    answer = profiled(tmp_path, "a,b\n" + "\n".join(rows) + "\n", typed(a="int64", b="int64"))
    found = answer["rejects"]
    assert (answer["rows"], found["count"], found["structural"]) == (20_000, 40, 40)
    assert found["first"][0]["text"] == '"1"x,"2"y'
    assert {one["reason"] for one in found["first"]} == {"open_quote"}
    assert column(answer, "a")["rows"] == 19_960
    assert column(answer, "a")["distinct"] == 19_960
