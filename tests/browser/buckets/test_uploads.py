"""Uploads to buckets through the server."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import expect

from .. import IN_LAB, OWN_TAB
from ..frontend import Frontend
from ..patience import until
from ..payload import digest, write_payload
from .panel import BucketPanel
from .places import Places
from .ways import ThroughTheServer

OLD = b"what was there before"


@IN_LAB
async def test_a_file_arrives_unchanged_and_its_row_says_where(
    panel: BucketPanel, places: Places, file: Path
) -> None:
    await panel.choose(places.plain)
    await panel.frontend.pick(file)
    await ThroughTheServer(panel, places.plain).expect_the_whole_file(file)
    row = panel.row(file, places.plain)
    await expect(row).to_contain_text(places.plain.title)
    await row.get_by_role("button", name=f"Details of {file.name}").click()
    await expect(row).to_contain_text(f"{places.plain.url}/{file.name}")


@IN_LAB
async def test_the_scratch_bucket_has_a_folder_per_person(
    panel: BucketPanel, places: Places, tmp_path: Path
) -> None:
    empty = write_payload(tmp_path / "nothing.dat", 0)
    odd = write_payload(tmp_path / "µ-Зоны, 数据 #1 & 50% “quoted” + 🧪?.bin", 6_000_000)
    await panel.open()
    await panel.picker.click()
    await expect(panel.option("Scratch bucket")).to_contain_text("Objects here are deleted after 7 days.")
    await panel.option("Scratch bucket").click()
    await panel.frontend.pick(empty, odd)
    for file in (empty, odd):
        await panel.expect_state(file, places.scratch, "Done")
        assert places.scratch.digest(file.name) == digest(file)
    assert places.scratch.unfinished() == []


async def test_azure(panel: BucketPanel, places: Places, file: Path) -> None:
    await panel.choose(places.azure)
    await panel.frontend.pick(file)
    await ThroughTheServer(panel, places.azure).expect_the_whole_file(file)


@IN_LAB
async def test_the_choice_outlives_a_reload(panel: BucketPanel, places: Places, tmp_path: Path) -> None:
    file = write_payload(tmp_path / "remembered.bin", 1_000_000)
    await panel.choose(places.plain)
    await panel.frontend.reload()
    await panel.frontend.pick(file)
    await expect(panel.picker).to_have_text(places.plain.title)
    await ThroughTheServer(panel, places.plain).expect_the_whole_file(file)


async def test_a_bucket_that_is_not_there_cannot_be_chosen(panel: BucketPanel, places: Places) -> None:
    await panel.choose(places.plain)
    await panel.picker.click()
    missing = panel.option(places.missing.title)
    await expect(missing).to_contain_text("Not available", timeout=20_000)
    await expect(missing).to_be_disabled()
    await expect(missing).to_contain_text(places.missing.bucket)
    await expect(panel.option(places.plain.title)).to_contain_text("Ready", timeout=20_000)
    await missing.click(force=True)
    await expect(panel.picker).to_have_text(places.plain.title)


# Names that are taken


async def test_names_that_are_taken(panel: BucketPanel, places: Places, tmp_path: Path) -> None:
    place = places.plain
    # The bucket is that of all tests, the other application's too.
    replaced, kept, skipped = (
        write_payload(tmp_path / f"{what} in {panel.frontend.path}.csv", 6_000_000)
        for what in ("replaced", "kept", "skipped")
    )
    beside = f"{kept.stem} (1).csv"
    for file in (replaced, kept, skipped):
        places.seaweedfs.client.put_object(Bucket=place.bucket, Key=place.key(file.name), Body=OLD)
    dialog = panel.page.get_by_role("dialog")
    await panel.choose(place)
    for file, decision, state in (
        (replaced, "Replace", "Done"),
        (kept, "Keep both", "Done"),
        (skipped, "Skip", "Skipped"),
    ):
        await panel.frontend.pick(file)
        await expect(dialog).to_contain_text(f"“{file.name}” is already there")
        await expect(dialog).to_contain_text("21 B")
        await dialog.get_by_role("button", name=decision, exact=True).click()
        await panel.expect_state(file, place, state)

    assert place.digest(replaced.name) == digest(replaced)
    for file in (kept, skipped):
        assert places.seaweedfs.read(place.bucket, place.key(file.name)) == OLD
    assert place.digest(beside) == digest(kept)
    await expect(panel.row(kept, place)).to_contain_text(f"Saved as “{beside}”.")
    assert place.unfinished() == []


# The hint


@IN_LAB
async def test_a_large_file_on_its_way_home_is_better_off_in_a_bucket(
    panel: BucketPanel, places: Places, file: Path
) -> None:
    await panel.choose_home()
    await panel.frontend.upload_limit.crawl()
    await panel.frontend.pick(file)
    await panel.page.get_by_label("Bucket", exact=True).select_option(places.direct.title)
    await panel.page.get_by_role("button", name=f"Upload to {places.direct.title} instead").click()
    await panel.frontend.upload_limit.lift()
    await panel.expect_state(file, places.direct, "Done")
    assert places.direct.digest(file.name) == digest(file)
    await panel.frontend.expect_state(file.name, "Cancelled")
    await until(lambda: panel.frontend.on_disk() == [], what="an empty folder")
    await expect(panel.picker).to_have_text(places.direct.title)


@OWN_TAB
async def test_who_declines_the_hint_is_not_asked_again(
    panel: BucketPanel, file: Path, tmp_path: Path
) -> None:
    small = write_payload(tmp_path / "small.bin", 1_000_000)
    frontend: Frontend = panel.frontend
    hint = panel.page.get_by_text("Buckets are made for that.")
    await panel.choose_home()
    await frontend.pick(small)
    await frontend.expect_state(small.name, "Done")
    await expect(hint).to_have_count(0)

    await frontend.upload_limit.crawl()
    await frontend.pick(file)
    await expect(hint).to_be_visible()
    await panel.page.get_by_role("button", name="Keep in home folder").click()
    await expect(hint).to_have_count(0)
    await frontend.upload_limit.lift()
    await frontend.expect_state(file.name, "Done")
    assert digest(frontend.folder / file.name) == digest(file)
