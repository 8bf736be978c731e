from __future__ import annotations

from pathlib import Path

from playwright.async_api import expect

from . import IN_BOTH, IN_LAB
from .frontend import Frontend
from .patience import until
from .payload import digest, write_payload


@IN_BOTH
async def test_the_button_is_in_the_toolbar_and_in_the_context_menu(frontend: Frontend) -> None:
    await expect(frontend.upload_button).to_have_count(1)
    await frontend.listing.click(button="right", position={"x": 40, "y": 120})
    for name in ("BigUpload Files…", "BigUpload Folder…"):
        await expect(frontend.page.get_by_role("menuitem", name=name)).to_be_visible()


async def test_300_mb_arrive_unchanged_and_the_panel_shows_it(frontend: Frontend, big_file: Path) -> None:
    await frontend.watch_progress()
    await frontend.pick(big_file)
    row = frontend.row(big_file.name)
    await expect(row).to_have_count(1)
    await expect(row.get_by_role("progressbar")).to_have_count(1)
    await frontend.expect_state(big_file.name, "Done")

    assert digest(frontend.folder / big_file.name) == digest(big_file)
    seen = await frontend.progress_seen(big_file.name)
    assert seen == sorted(seen), "never backwards"
    assert (seen[0], seen[-1]) == (0, 100)
    assert len(seen) > 3, "and on its way in between"


@IN_LAB
async def test_several_files_at_once(frontend: Frontend, tmp_path: Path) -> None:
    sizes = {"a.bin": 20_000_001, "b.bin": 9_999_999, "c.bin": 1, "d.bin": 30_000_000}
    files = [write_payload(tmp_path / name, size) for name, size in sizes.items()]
    await frontend.pick(*files)
    await expect(frontend.transfers.get_by_role("listitem")).to_have_count(4)
    for file in files:
        await frontend.expect_state(file.name, "Done")
        assert digest(frontend.folder / file.name) == digest(file)
    assert frontend.on_disk() == sorted(sizes)


@IN_LAB
async def test_an_empty_file_and_a_long_name_in_other_scripts(frontend: Frontend, tmp_path: Path) -> None:
    empty = write_payload(tmp_path / "nothing.dat", 0)
    stem = "µ-Зоны, 数据 #1 & 50% “quoted” 🧪 "
    long = write_payload(tmp_path / f"{stem}{'ä' * ((251 - len(stem.encode())) // 2)}.bin", 3_000_000)
    await frontend.pick(empty, long)
    for file in (empty, long):
        await frontend.expect_state(file.name, "Done")
        assert digest(frontend.folder / file.name) == digest(file)
    assert frontend.on_disk() == sorted([empty.name, long.name])


@IN_LAB
async def test_the_listing_shows_the_finished_file_once_and_by_itself(
    frontend: Frontend, tmp_path: Path
) -> None:
    file = write_payload(tmp_path / "fresh.bin", 1_000_000)
    await expect(frontend.listed(file.name)).to_have_count(0)
    await frontend.pick(file)
    await frontend.expect_state(file.name, "Done")
    # Sooner than the listing would look by itself, which it does every ten seconds.
    await expect(frontend.listed(file.name)).to_have_count(1, timeout=8000)


async def test_another_folder_and_a_closed_panel_stop_nothing(frontend: Frontend, file: Path) -> None:
    (frontend.folder / "elsewhere").mkdir()
    await frontend.upload_limit.crawl()
    await frontend.pick(file)
    await frontend.expect_state(file.name, "Uploading")
    await frontend.close_panel()
    await frontend.page.get_by_role("button", name="Refresh").first.click()
    await frontend.go_into("elsewhere")

    await frontend.upload_limit.lift()
    await until(lambda: file.name in frontend.on_disk(), seconds=60, what="the file in its folder")
    assert digest(frontend.folder / file.name) == digest(file)
    assert frontend.on_disk() == ["elsewhere", file.name]
    assert list((frontend.folder / "elsewhere").iterdir()) == []
    await expect(frontend.transfers).to_have_count(0)
