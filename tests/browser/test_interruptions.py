from __future__ import annotations

import asyncio
import re
from pathlib import Path

from playwright.async_api import expect

from . import IN_LAB, ONLY_TAB, OWN_TAB
from .frontend import LONGEST_PAUSE, Frontend
from .patience import quiet, until
from .payload import digest, write_payload

# A page that has uploaded something knows the network, and may send a whole file in its first chunk.
pytestmark = OWN_TAB


async def begin(frontend: Frontend, file: Path) -> None:
    """Upload until one chunk is there and others are on their way."""
    async with frontend.upload_limit.after():
        await frontend.pick(file)
        await until(lambda: frontend.chunks.is_under_way, what="a first chunk, and others")


async def expect_unfinished(frontend: Frontend, file: Path) -> None:
    """Wait until the panel shows what the server has, of which nothing may be sent again."""
    await frontend.expect_state(file.name, "Unfinished")
    (upload,) = await frontend.unfinished()
    assert upload["received"]
    frontend.chunks.acknowledge(upload["received"])


async def expect_the_whole_file(frontend: Frontend, file: Path) -> None:
    """Wait for its end: all bytes, nothing beside it, and nothing sent twice."""
    await frontend.expect_state(file.name, "Done")
    assert digest(frontend.folder / file.name) == digest(file)
    assert frontend.on_disk() == [file.name]
    assert frontend.chunks.repeated == []


@IN_LAB
async def test_pause_stops_the_bytes_and_resume_goes_on(frontend: Frontend, file: Path) -> None:
    await begin(frontend, file)
    await frontend.button("Pause", file.name).click()
    await frontend.expect_state(file.name, "Paused")
    await until(lambda: frontend.chunks.idle, what="the chunks on their way ended")
    (before,) = await frontend.unfinished()
    sent = len(frontend.chunks.sent)
    await quiet(1)
    assert len(frontend.chunks.sent) == sent
    assert (await frontend.unfinished()) == [before]

    await frontend.upload_limit.lift()
    await frontend.button("Resume", file.name).click()
    await expect_the_whole_file(frontend, file)


async def test_cancel_leaves_nothing(frontend: Frontend, file: Path) -> None:
    await begin(frontend, file)
    (upload,) = await frontend.unfinished()
    assert len(frontend.on_disk()) == 1, "the partial"
    assert frontend.records(upload["id"])

    await frontend.button("Cancel", file.name).click()
    await frontend.expect_state(file.name, "Cancelled")
    await until(lambda: frontend.on_disk() == [], what="an empty folder")
    await until(lambda: frontend.records(upload["id"]) == [], what="no record")
    await frontend.expect_nothing_unfinished()


@IN_LAB
async def test_after_a_reload_the_big_upload_button_goes_on_too(frontend: Frontend, file: Path) -> None:
    await begin(frontend, file)
    await frontend.reload()
    await expect_unfinished(frontend, file)

    await frontend.upload_limit.lift()
    await frontend.pick(file)
    await expect_the_whole_file(frontend, file)
    await expect(frontend.row(file.name)).to_have_count(1)


async def test_after_a_reload_resume_takes_the_same_file_and_no_other(
    frontend: Frontend, file: Path, tmp_path: Path
) -> None:
    await begin(frontend, file)
    await frontend.reload()
    await expect_unfinished(frontend, file)
    (tmp_path / "other").mkdir()
    other = write_payload(tmp_path / "other" / file.name, file.stat().st_size - 1)

    await frontend.upload_limit.lift()
    async with frontend.choosing(frontend.button("Resume", file.name)) as chosen:
        chosen.append(other)
    dialog = frontend.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("This is another file")
    await expect(dialog).to_contain_text("has another size")
    async with frontend.choosing(dialog.get_by_role("button", name="Choose another file…")) as chosen:
        chosen.append(file)
    await expect_the_whole_file(frontend, file)


@ONLY_TAB
async def test_a_server_that_dies_for_a_while(frontend: Frontend, file: Path) -> None:
    await frontend.take_the_clock()
    await begin(frontend, file)
    frontend.server.kill()
    try:
        await frontend.expect_state(file.name, "Waiting")
        await expect(frontend.row(file.name)).to_contain_text("The server cannot be reached.")
        await frontend.tries_again(times=2)
        await frontend.upload_limit.lift()
    finally:
        await asyncio.to_thread(frontend.server.start)
    await frontend.let_pass(LONGEST_PAUSE)
    await expect_the_whole_file(frontend, file)


@IN_LAB
async def test_leaving_asks_while_bytes_move(frontend: Frontend, file: Path) -> None:
    await begin(frontend, file)
    async with frontend.page.expect_event("dialog") as asked:
        await frontend.page.close(run_before_unload=True)
    question = await asked.value
    assert question.type == "beforeunload"
    await question.dismiss()

    await frontend.upload_limit.lift()
    await expect_the_whole_file(frontend, file)
    async with frontend.page.expect_event("close"):
        await frontend.page.close(run_before_unload=True)


async def test_a_second_tab_leaves_what_is_under_way_to_the_first(frontend: Frontend, file: Path) -> None:
    """It neither offers to resume it nor to remove it, until the first one is gone."""
    await begin(frontend, file)
    page = await frontend.page.context.new_page()
    second = Frontend(page, frontend.server, frontend.path, frontend.folder.name)
    try:
        async with page.expect_response(re.compile(r"/api/bigupload/uploads(\?|$)")):
            await second.open()
        await second.show_panel()
        await expect(second.transfers.get_by_role("listitem")).to_have_count(0)
        assert len(await second.unfinished()) == 1

        second.chunks.take_over(frontend.chunks)
        await frontend.page.close(run_before_unload=False)
        await second.page.reload()
        await second.wait_until_ready()
        await expect_unfinished(second, file)
        async with second.choosing(second.button("Resume", file.name)) as chosen:
            chosen.append(file)
        await expect_the_whole_file(second, file)
    finally:
        await page.close()
