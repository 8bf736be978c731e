"""Rates, times that are left, and lines without a terminal: with a clock that the tests move."""

from __future__ import annotations

import pytest

from jupyter_bigupload.cli.printing.lines import Lines
from jupyter_bigupload.cli.printing.tally import Tally
from jupyter_bigupload.client import Progress

GB = 10**9


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tally(clock: Clock) -> Tally:
    return Tally(clock)


def of(
    sent: int, size: int | None = 10 * GB, state: str = "sending", path: str = "a", files: int = 1
) -> Progress:
    done = int(state == "done")
    return Progress(path, sent, size, state, done, files, sent, size or sent)


def test_rate_and_time_left(tally: Tally, clock: Clock) -> None:
    tally.told(of(0))
    for second in range(1, 31):
        clock.now += 1
        tally.told(of(second * GB // 10))
    assert tally.rate == pytest.approx(GB / 10)
    assert tally.left == pytest.approx(70)
    assert tally.words() == "100 MB/s, about 1 min 10 s left"
    assert tally.bytes() == "3.0 of 10.0 GB"


def test_what_is_there_already_is_no_speed(tally: Tally, clock: Clock) -> None:
    tally.told(of(8 * GB))
    clock.now += 1
    tally.told(of(8 * GB + 10**8))
    assert tally.rate == pytest.approx(10**8)
    tally.told(of(9 * GB, 9 * GB, "done", "there before"))
    tally.told(of(9 * GB, 9 * GB, "failed", "a"))
    assert tally.rate == pytest.approx(10**8)


def test_small_files_are_speed(tally: Tally, clock: Clock) -> None:
    for number in range(10):
        tally.told(of(10**6, 10**6, "done", str(number), files=10))
    clock.now += 1
    assert tally.rate == pytest.approx(10**7)
    assert tally.under_way == []


def test_silence(tally: Tally, clock: Clock) -> None:
    tally.told(of(1000))
    clock.now += 65
    assert tally.words() == "nothing sent for 1 min 5 s"
    tally.told(of(1000, state="completing"))
    assert tally.words() == "checking on the server"


def test_nobody_knows_the_end(tally: Tally, clock: Clock) -> None:
    tally.told(of(0, None))
    clock.now += 1
    tally.told(of(GB, None))
    assert tally.left is None
    assert tally.words() == "1.0 GB/s"
    assert tally.bytes() == "1.0 GB"


def test_bytes_that_are_sent_again(tally: Tally, clock: Clock) -> None:
    tally.told(of(0))
    tally.told(of(GB))
    clock.now += 1
    tally.told(of(0))
    assert tally.rate == 0
    assert tally.left is None


def test_lines_now_and_then(clock: Clock) -> None:
    tally, printed = Tally(clock), list[str]()
    lines = Lines(tally, printed.append, clock)
    for second in range(601):
        progress = of(second * 10**7, 6 * GB)
        tally.told(progress)
        lines.told(progress)
        clock.now += 1
    assert printed[0] == "100 MB of 6.0 GB, 10.0 MB/s, about 9 min 50 s left"
    assert len(printed) == 11  # after 10, 30, 70, 130, 190 … s


def test_no_line_for_what_is_over(clock: Clock) -> None:
    tally, printed = Tally(clock), list[str]()
    lines = Lines(tally, printed.append, clock)
    clock.now += 100
    lines.told(of(GB, GB, "done"))
    assert printed == []
