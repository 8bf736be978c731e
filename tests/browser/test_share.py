"""What BigUpload takes of what Jupyter would upload itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Locator, Request, expect

from tests.support.server import RunningServer

from . import IN_BOTH, IN_LAB, OWN_TAB
from .drops import drop
from .frontend import Frontend
from .patience import until
from .payload import digest, write_payload

MIB = 2**20


@pytest.fixture
def share(server: RunningServer, request: pytest.FixtureRequest) -> Iterator[None]:
    """The person's settings, until the test is over; to be asked for before the application."""

    def write(settings: dict[str, object]) -> None:
        httpx.put(
            f"{server.url}lab/api/settings/jupyter-bigupload:plugin",
            headers={"Authorization": f"token {server.token}"},
            json={"raw": json.dumps(settings)},
        ).raise_for_status()

    write(request.param)
    yield
    write({})


async def settle(frontend: Frontend) -> None:
    """Wait until the page knows its settings."""
    await frontend.page.evaluate("() => window.jupyterapp.restored.then(() => undefined)")
    await frontend.page.wait_for_load_state("networkidle")


class Own:
    """What Jupyter itself uploads in a page."""

    def __init__(self, frontend: Frontend) -> None:
        self.names: set[str] = set()
        frontend.page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if request.method == "PUT" and "/api/contents/" in request.url:
            self.names.add(request.url.rpartition("/")[2].partition("?")[0])


def own_button(frontend: Frontend) -> Locator:
    return frontend.page.locator(".jp-id-upload").get_by_role("button").first


async def arrive(frontend: Frontend, *files: Path) -> None:
    for file in files:
        there = frontend.folder / file.name
        await until(
            lambda there=there, file=file: there.exists() and digest(there) == digest(file),  # type: ignore[misc]
            seconds=30,
            what=file.name,
        )


@IN_BOTH
async def test_jupyters_own_button_uploads_by_bigupload(frontend: Frontend, tmp_path: Path) -> None:
    own = Own(frontend)
    files = [write_payload(tmp_path / name, 3 * MIB) for name in ("a.bin", "b.bin")]
    async with frontend.choosing(own_button(frontend)) as chosen:
        chosen.extend(files)
    for file in files:
        await frontend.expect_state(file.name, "Done")
    await arrive(frontend, *files)
    assert own.names == set()
    await expect(frontend.page.get_by_role("dialog")).to_have_count(0)


@IN_LAB
async def test_jupyter_is_told_when_it_is_cancelled(frontend: Frontend, file: Path) -> None:
    await frontend.upload_limit.crawl()
    async with frontend.choosing(own_button(frontend)) as chosen:
        chosen.append(file)
    await frontend.expect_state(file.name, "Uploading")
    await frontend.button("Cancel", file.name).click()
    dialog = frontend.page.get_by_role("dialog")
    await expect(dialog).to_contain_text(f"The upload of “{file.name}” was cancelled.")
    await dialog.get_by_role("button").last.click()
    await expect(dialog).to_have_count(0)


@OWN_TAB
@pytest.mark.parametrize("share", [{"takes": "nothing"}], indirect=True)
async def test_nothing_is_taken_where_a_person_wants_that(
    share: None, frontend: Frontend, tmp_path: Path
) -> None:
    await settle(frontend)
    own = Own(frontend)
    dropped = write_payload(tmp_path / "dropped.bin", 1000)
    picked = write_payload(tmp_path / "picked.bin", 1000)
    await drop(frontend.page, frontend.listing, dropped)
    async with frontend.choosing(own_button(frontend)) as chosen:
        chosen.append(picked)
    await arrive(frontend, dropped, picked)
    # A file may be seen before the browser has told of its request.
    await until(lambda: own.names == {"dropped.bin", "picked.bin"}, seconds=30, what="both to be its own")
    await expect(frontend.transfers).to_have_count(0)


@IN_LAB
@OWN_TAB
@pytest.mark.parametrize("share", [{"takes": "large", "largeFrom": 2}], indirect=True)
async def test_only_large_ones_are_taken_where_a_person_wants_that(
    share: None, frontend: Frontend, tmp_path: Path
) -> None:
    await settle(frontend)
    own = Own(frontend)
    small = write_payload(tmp_path / "small.bin", 2 * MIB - 1)
    large = write_payload(tmp_path / "large.bin", 2 * MIB)
    also_small = write_payload(tmp_path / "also-small.bin", 10)
    await drop(frontend.page, frontend.listing, small)
    await arrive(frontend, small)
    await drop(frontend.page, frontend.listing, large, also_small)
    await arrive(frontend, large, also_small)
    folder = tmp_path / "folder"
    folder.mkdir()
    await drop(frontend.page, frontend.listing, folder)
    await until(lambda: "folder" in frontend.on_disk(), seconds=30, what="the folder")
    assert own.names == {"small.bin"}
