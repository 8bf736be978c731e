from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from . import IN_LAB
from .frontend import Frontend
from .payload import digest, write_payload

OLD = b"what was there before"


def collide(frontend: Frontend, tmp_path: Path, *names: str) -> list[Path]:
    """Write files to upload whose names are taken."""
    for name in names:
        (frontend.folder / name).write_bytes(OLD)
    return [write_payload(tmp_path / name, 2_000_000) for name in names]


def dialog(frontend: Frontend) -> Locator:
    return frontend.page.get_by_role("dialog")


async def decide(frontend: Frontend, decision: str) -> None:
    await dialog(frontend).get_by_role("button", name=decision, exact=True).click()


@IN_LAB
async def test_replace(frontend: Frontend, tmp_path: Path) -> None:
    (file,) = collide(frontend, tmp_path, "data.csv")
    await frontend.pick(file)
    await expect(dialog(frontend)).to_contain_text(f"“{file.name}” is already there")
    await expect(dialog(frontend)).to_contain_text("21 B")
    assert (frontend.folder / file.name).read_bytes() == OLD, "untouched while nobody has decided"
    await decide(frontend, "Replace")
    await frontend.expect_state(file.name, "Done")
    assert digest(frontend.folder / file.name) == digest(file)
    assert frontend.on_disk() == [file.name]


async def test_keep_both(frontend: Frontend, tmp_path: Path) -> None:
    (file,) = collide(frontend, tmp_path, "data.csv")
    await frontend.pick(file)
    await decide(frontend, "Keep both")
    await frontend.expect_state(file.name, "Done")
    await expect(frontend.row(file.name)).to_contain_text("Saved as “data (1).csv”.")
    assert (frontend.folder / file.name).read_bytes() == OLD
    assert digest(frontend.folder / "data (1).csv") == digest(file)
    assert frontend.on_disk() == ["data (1).csv", file.name]
    await expect(frontend.listed("data (1).csv")).to_have_count(1)


@IN_LAB
async def test_skip(frontend: Frontend, tmp_path: Path) -> None:
    (file,) = collide(frontend, tmp_path, "data.csv")
    await frontend.pick(file)
    await decide(frontend, "Skip")
    await frontend.expect_state(file.name, "Skipped")
    assert (frontend.folder / file.name).read_bytes() == OLD
    assert frontend.on_disk() == [file.name]
    await frontend.expect_nothing_unfinished()


@pytest.mark.parametrize("decision", ["Replace", pytest.param("Skip", marks=pytest.mark.long)])
async def test_one_decision_for_all(frontend: Frontend, tmp_path: Path, decision: str) -> None:
    files = collide(frontend, tmp_path, "a.csv", "b.csv", "c.csv")
    free = write_payload(tmp_path / "free.csv", 1_000_000)
    await frontend.pick(*files, free)
    # The file whose name is free does not wait for the person.
    await frontend.expect_state(free.name, "Done")
    await dialog(frontend).get_by_label("Do this for all").check()
    await decide(frontend, decision)
    for file in files:
        await frontend.expect_state(file.name, "Done" if decision == "Replace" else "Skipped")
        stored = frontend.folder / file.name
        assert digest(stored) == digest(file) if decision == "Replace" else stored.read_bytes() == OLD
    await expect(dialog(frontend)).to_have_count(0)
    assert frontend.on_disk() == sorted(file.name for file in [*files, free])
