"""What the panel tells of a file that arrived, and of what earlier visits left."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Locator, expect

from . import IN_LAB, OWN_TAB
from .frontend import Frontend
from .patience import until
from .payload import digest, write_payload

_CLIPBOARD = "navigator.clipboard.readText()"


async def compute(frontend: Frontend, name: str) -> Locator:
    """Open the details of a file that is done, and ask for its checksum there, by the keyboard alone."""
    row = frontend.row(name)
    details = frontend.button("Details of", name)
    await expect(details).to_have_attribute("aria-expanded", "false")
    await details.press("Enter")
    await expect(details).to_have_attribute("aria-expanded", "true")
    await row.get_by_role("button", name="Compute").press("Enter")
    return row.locator(".jp-BigUpload-checksum")


async def test_the_checksum_is_the_same_at_both_ends(frontend: Frontend, tmp_path: Path) -> None:
    file = write_payload(tmp_path / "events.bin", 20_000_001)
    await frontend.pick(file)
    await frontend.expect_state(file.name, "Done")
    checksum = await compute(frontend, file.name)
    await expect(checksum.locator("code")).to_have_text(digest(file))
    await expect(checksum.get_by_role("status")).to_have_text("Same on this computer and on the server")
    row = frontend.row(file.name)
    await expect(row).to_contain_text("20,000,001 bytes")
    await expect(row).to_contain_text(f"{frontend.folder.name}/{file.name}")

    await frontend.page.context.grant_permissions(["clipboard-read"])
    await row.get_by_role("button", name="Copy the SHA-256").click()
    assert await frontend.page.evaluate(_CLIPBOARD) == digest(file)
    await frontend.button("Details of", file.name).click()
    await expect(checksum.locator("code")).to_have_count(0)


async def test_a_file_that_was_changed_on_the_server_differs(frontend: Frontend, tmp_path: Path) -> None:
    file = write_payload(tmp_path / "events.bin", 5_000_000)
    await frontend.pick(file)
    await frontend.expect_state(file.name, "Done")
    stored = frontend.folder / file.name
    content = bytearray(stored.read_bytes())
    content[1_234_567] ^= 1
    stored.write_bytes(content)

    checksum = await compute(frontend, file.name)
    await expect(checksum.get_by_role("status")).to_contain_text("The two differ")
    await expect(checksum.locator("code")).to_have_text([digest(stored), digest(file)])


async def test_a_file_that_is_gone_from_this_computer_has_one_checksum(
    frontend: Frontend, tmp_path: Path
) -> None:
    file = write_payload(tmp_path / "events.bin", 5_000_000)
    await frontend.pick(file)
    await frontend.expect_state(file.name, "Done")
    expected = digest(file)
    file.unlink()

    checksum = await compute(frontend, file.name)
    await expect(checksum.get_by_role("status")).to_contain_text("cannot be read any more")
    await expect(checksum.locator("code")).to_have_text([expected])


@IN_LAB
async def test_the_same_file_is_not_sent_again(frontend: Frontend, tmp_path: Path) -> None:
    file = write_payload(tmp_path / "events.bin", 20_000_001)
    (frontend.folder / file.name).write_bytes(file.read_bytes())
    await frontend.pick(file)
    await frontend.expect_state(file.name, "Done")
    await expect(frontend.row(file.name)).to_contain_text("Already there: the same file, nothing was sent.")
    assert frontend.chunks.sent == []
    assert frontend.on_disk() == [file.name]


@OWN_TAB
async def test_what_is_unfinished_can_be_removed_at_once(frontend: Frontend, tmp_path: Path) -> None:
    await frontend.remove_leftovers()
    files = [write_payload(tmp_path / name, 30_000_000) for name in ("a.bin", "b.bin")]
    async with frontend.upload_limit.after():
        await frontend.pick(*files)
        await until(
            lambda: len({chunk.url for chunk in frontend.chunks.acknowledged}) == 2, what="a chunk of each"
        )
    await frontend.reload()
    for file in files:
        await frontend.expect_state(file.name, "Unfinished")
        await expect(frontend.row(file.name)).to_contain_text(
            "Interrupted a moment ago. To resume, choose the same file again."
        )
        await expect(frontend.button("Remove", file.name)).to_be_visible()

    page = frontend.page
    await page.get_by_role("button", name="Remove unfinished…").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Remove 2 unfinished uploads?")
    await dialog.get_by_role("button", name="Cancel").click()
    assert len(await frontend.unfinished()) == 2

    await page.get_by_role("button", name="Remove unfinished…").click()
    await dialog.get_by_role("button", name="Remove").click()
    await until(lambda: frontend.on_disk() == [], what="an empty folder")
    await frontend.expect_nothing_unfinished()
