"""What JSON and queries bring, and how times are written."""

from __future__ import annotations

import math
import re
from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jupyter_bigupload.errors import Malformed
from jupyter_bigupload.http.parsing.fields import as_iso, cursor, moment, page_limit


@given(st.floats() | st.integers())
@example(math.nan)
@example(math.inf)
@example(-math.inf)
@example(253402300799.9)
@example(-62135596800.5)
def test_every_moment_that_a_record_holds_can_be_shown(seconds: float) -> None:
    shown = as_iso(seconds)
    assert re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", shown)
    assert datetime.fromisoformat(shown.replace("Z", "+00:00")).tzinfo is not None


@given(st.floats(-62135596800, 253402300799))
def test_a_date_is_shown_as_it_is(seconds: float) -> None:
    shown = datetime.fromisoformat(as_iso(seconds).replace("Z", "+00:00")).timestamp()
    assert seconds - 1 <= shown <= seconds


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"),
        (1e300, "9999-12-31T23:59:59Z"),
        (-1e300, "0001-01-01T00:00:00Z"),
    ],
)
def test_moments(seconds: float, shown: str) -> None:
    assert as_iso(seconds) == shown


@given(st.integers(-8_640_000_000_000_000, 8_640_000_000_000_000) | st.none())
def test_every_moment_of_a_browser_is_taken(value: int | None) -> None:
    assert moment({"last_modified": value}, "last_modified") == value


@pytest.mark.parametrize("value", [8_640_000_000_000_001, -8_640_000_000_000_001, 1.5, "0", True, [0], {}])
def test_what_is_no_moment(value: object) -> None:
    with pytest.raises(Malformed):
        moment({"last_modified": value}, "last_modified")


@pytest.mark.parametrize(("text", "limit"), [("1", 1), ("500", 500), ("1000", 1000)])
def test_limits(text: str, limit: int) -> None:
    assert page_limit(text) == limit


@pytest.mark.parametrize("text", ["", "0", "-1", "1001", "1e2", "01", "five", "\u0661", " 1", "9" * 5000])
def test_what_is_no_limit(text: str) -> None:
    with pytest.raises(Malformed):
        page_limit(text)


@pytest.mark.parametrize("text", ["", "first", "nan_x", "9" * 5000, "1e999_../x"])
def test_what_is_no_cursor(text: str) -> None:
    with pytest.raises(Malformed):
        cursor(text)
