"""What must work in every browser, from the click to the file on the disk."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.browser.payload import MIB, digest, write_payload

from .driver import until
from .page import Page

pytestmark = [pytest.mark.long, pytest.mark.services]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Of sixteen chunks."""
    return write_payload(tmp_path / "run-7.bin", 64 * MIB)


def begin(page: Page, file: Path) -> None:
    """Upload until one chunk is there and others are on their way."""
    page.hold_back()
    page.upload(file)
    until(page.unfinished, what="an upload")
    until(lambda: page.unfinished()[0]["received"], what="a chunk")


def expect_the_whole_file(page: Page, file: Path) -> None:
    page.expect(file.name, "Done")
    assert digest(page.folder / file.name) == digest(file)
    assert page.on_disk() == [file.name]
    assert page.unfinished() == []


def expect_the_rest(page: Page, file: Path, received: list[list[int]], sent: int) -> None:
    """Wait for the file; after so many chunks, nothing was sent of what was there."""
    expect_the_whole_file(page, file)
    for start, end in page.chunks()[sent:]:
        assert all(end <= begun or ended <= start for begun, ended in received), "sent again"


def test_200_mb_arrive_unchanged(page: Page, tmp_path: Path) -> None:
    file = write_payload(tmp_path / "events.bin", 200 * 10**6)
    page.upload(file)
    expect_the_whole_file(page, file)


def test_several_files(page: Page, tmp_path: Path) -> None:
    files = [write_payload(tmp_path / name, size) for name, size in (("ü 1.bin", 0), ("b.bin", 9_999_999))]
    page.upload(*files)
    for file in files:
        page.expect(file.name, "Done")
        assert digest(page.folder / file.name) == digest(file)
    assert page.on_disk() == sorted(file.name for file in files)


def test_pause_stops_the_bytes_and_resume_goes_on(page: Page, file: Path) -> None:
    begin(page, file)
    page.press("Pause", file.name)
    page.expect(file.name, "Paused")
    page.go_on()  # what was held back ends
    before = page.unfinished()
    sent = len(page.chunks())
    time.sleep(1)
    assert page.unfinished() == before
    assert len(page.chunks()) == sent

    page.press("Resume", file.name)
    expect_the_rest(page, file, before[0]["received"], sent)


def test_a_network_that_breaks_and_is_back(page: Page, file: Path) -> None:
    begin(page, file)
    page.cut()
    page.expect(file.name, "Waiting")
    page.expect(file.name, "The server cannot be reached.")
    (upload,) = page.unfinished()
    sent = len(page.chunks())
    page.go_on()
    expect_the_rest(page, file, upload["received"], sent)


def test_cancel_leaves_nothing(page: Page, file: Path) -> None:
    begin(page, file)
    assert len(page.on_disk()) == 1, "the partial"
    page.press("Cancel", file.name)
    page.expect(file.name, "Cancelled")
    until(lambda: page.on_disk() == [], what="an empty folder")
    assert page.unfinished() == []


@pytest.mark.parametrize(
    ("decision", "names"), [("Replace", ["data.csv"]), ("Keep both", ["data (1).csv", "data.csv"])]
)
def test_a_name_that_is_taken(page: Page, tmp_path: Path, decision: str, names: list[str]) -> None:
    file = write_payload(tmp_path / "data.csv", 2_000_000)
    taken = page.folder / file.name
    taken.write_bytes(b"what was there before")
    page.upload(file)
    dialog = ".jp-Dialog"
    until(lambda: "is already there" in "".join(page.driver.texts(dialog)), what="a question")
    assert taken.read_bytes() == b"what was there before", "untouched while nobody has decided"
    page.driver.press(decision)
    page.expect(file.name, "Done")
    assert page.on_disk() == names
    assert digest(page.folder / names[0]) == digest(file)
    assert decision == "Replace" or taken.read_bytes() == b"what was there before"
