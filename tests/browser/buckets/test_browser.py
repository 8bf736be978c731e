"""Looking into a bucket."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.async_api import expect

from .. import IN_LAB
from ..payload import digest, write_payload
from .panel import BucketPanel
from .places import Place, Places

_CLIPBOARD = "navigator.clipboard.readText()"
#: Milliseconds for a thousand lines, on a machine that does other things besides.
_RENDERED_WITHIN = 20_000


def put(places: Places, place: Place, *paths: str) -> None:
    """Put small objects into a bucket, past our server."""
    with ThreadPoolExecutor(8) as pool:
        keys = [place.key(path) for path in paths]
        list(
            pool.map(
                lambda key: places.seaweedfs.client.put_object(Bucket=place.bucket, Key=key, Body=b"123"),
                keys,
            )
        )


async def test_a_new_folder_and_what_is_uploaded_into_it(
    panel: BucketPanel, places: Places, tmp_path: Path
) -> None:
    place = places.plain
    top = f"of-{panel.frontend.path}"
    put(places, place, f"{top}/old.csv", f"{top}/deep/er/x.bin")
    file = write_payload(tmp_path / "new.bin", 6_000_000)
    await panel.choose(place)
    await panel.browse()
    await panel.contents.get_by_role("button", name=top, exact=True).click()
    await expect(panel.objects()).to_have_count(2)
    await expect(panel.object("old.csv")).to_contain_text("3 B")
    await expect(panel.contents.get_by_role("button", name="deep", exact=True)).to_be_visible()

    await panel.contents.get_by_role("button", name="New folder…").click()
    dialog = panel.page.get_by_role("dialog")
    await dialog.get_by_label("Name").fill("day 1/ü")
    await dialog.get_by_role("button", name="Open").click()
    await expect(panel.contents).to_contain_text("this one appears with the first file")
    async with panel.frontend.choosing(panel.page.get_by_role("button", name="Upload here…")) as chosen:
        chosen.append(file)
    await panel.expect_state(file, place, "Done", folder=f"{top}/day 1/ü")
    assert place.digest(f"{top}/day 1/ü/new.bin") == digest(file)

    await panel.browse()
    await expect(panel.object("new.bin")).to_contain_text("5.7 MB")
    crumbs = panel.contents.get_by_role("navigation", name="Folder")
    await crumbs.get_by_role("button", name=top, exact=True).click()
    await expect(panel.objects()).to_have_count(3)


@IN_LAB
async def test_a_url_is_copied_and_an_object_deleted_after_asking(panel: BucketPanel, places: Places) -> None:
    put(places, places.direct, "to delete/a.csv", "to delete/ü 1.csv")
    await panel.choose(places.direct)
    await panel.browse()
    await panel.contents.get_by_role("button", name="to delete", exact=True).click()
    await panel.page.context.grant_permissions(["clipboard-read"])
    await panel.object("ü 1.csv").get_by_role("button", name="Copy the URL of ü 1.csv").click()
    assert await panel.page.evaluate(_CLIPBOARD) == f"{places.direct.url}/to delete/ü 1.csv"

    delete = panel.object("a.csv").get_by_role("button", name="Delete a.csv…")
    dialog = panel.page.get_by_role("dialog")
    await delete.click()
    await expect(dialog).to_contain_text(f"{places.direct.url}/to delete/a.csv")
    await panel.page.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)
    assert left(places.direct, places) == ["a.csv", "ü 1.csv"], "Enter deletes nothing"

    await delete.click()
    await dialog.get_by_role("button", name="Delete", exact=True).click()
    await expect(panel.objects()).to_have_count(1)
    await expect(panel.object("ü 1.csv")).to_be_visible()
    assert left(places.direct, places) == ["ü 1.csv"]


def left(place: Place, places: Places) -> list[str]:
    folder = place.key("to delete/")
    listed = places.seaweedfs.client.list_objects_v2(Bucket=place.bucket, Prefix=folder)
    return [item["Key"].removeprefix(folder) for item in listed["Contents"]]


@pytest.mark.long
async def test_a_thousand_objects_are_a_page(panel: BucketPanel, places: Places) -> None:
    put(places, places.closed, *(f"many/{number:04}.txt" for number in range(1003)))
    await panel.choose(places.closed)
    await panel.browse()
    await panel.contents.get_by_role("button", name="many", exact=True).click()
    await expect(panel.objects()).to_have_count(1000, timeout=_RENDERED_WITHIN)
    more = panel.contents.get_by_role("button", name="Load more")
    await more.click()
    await expect(panel.objects()).to_have_count(1003, timeout=_RENDERED_WITHIN)
    await expect(more).to_have_count(0)
    await expect(panel.object("1002.txt")).to_be_visible()
