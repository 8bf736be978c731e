"""What a person takes from the server, by the browser's own downloads."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

from playwright.async_api import Download, Locator, Page, expect

from tests.support.server import RunningServer

from . import IN_BOTH, IN_LAB
from .cutting import CutOnce
from .frontend import Frontend
from .payload import MIB, digest, write_payload

#: A name with all that an address, a header or a shell might take for something else.
NAME = "Messung 1 & 2 “ü”+100%?#日本🎈.bin"


def item(page: Page, label: str) -> Locator:
    """The entry of an open menu with exactly this label."""
    return page.locator(".lm-Menu-itemLabel").get_by_text(label, exact=True)


async def saved(frontend: Frontend, label: str, tmp_path: Path) -> tuple[Download, Path]:
    """Click an entry of the open menu; return what the browser saves, once it has all of it."""
    async with frontend.page.expect_download() as begun:
        await item(frontend.page, label).click()
    download = await begun.value
    path = tmp_path / "saved"
    await download.save_as(path)
    return download, path


async def refresh(frontend: Frontend) -> None:
    await frontend.page.evaluate("window.jupyterapp.commands.execute('filebrowser:refresh')")


@IN_BOTH
async def test_what_is_selected_in_the_list(frontend: Frontend, tmp_path: Path) -> None:
    (frontend.folder / NAME).write_bytes(b"some bytes")
    (frontend.folder / "run 7" / "empty").mkdir(parents=True)
    (frontend.folder / "run 7" / "a.csv").write_bytes(b"1,2")
    await refresh(frontend)

    await frontend.listed(NAME).click(button="right")
    download, path = await saved(frontend, "Download (Resumable)", tmp_path)
    assert path.read_bytes() == b"some bytes"
    # The browser replaces what the file systems of some computers can't have in a name.
    assert download.suggested_filename.startswith("Messung 1 & 2")
    assert download.suggested_filename.endswith("日本🎈.bin")

    await frontend.listed("run 7").click(button="right")
    download, path = await saved(frontend, "Download Folder as ZIP", tmp_path)
    assert download.suggested_filename == "run 7.zip"
    assert sorted(zipfile.ZipFile(path).namelist()) == ["run 7/a.csv", "run 7/empty/"]

    await frontend.listed(NAME).click(modifiers=["Control"])
    await frontend.listed(NAME).click(button="right")
    download, path = await saved(frontend, "Download 2 Items as ZIP", tmp_path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == sorted([NAME, "run 7/a.csv", "run 7/empty/"])


@IN_LAB
async def test_more_than_an_address_can_say(frontend: Frontend, tmp_path: Path) -> None:
    names = [f"{number:03} {'é' * 40}.txt" for number in range(40)]
    for name in names:
        (frontend.folder / name).write_text(name)
    await refresh(frontend)
    await frontend.listed(names[0]).click()
    await frontend.page.keyboard.press("Control+a")
    await frontend.listed(names[0]).click(button="right")
    _, path = await saved(frontend, "Download 40 Items as ZIP", tmp_path)
    assert sorted(zipfile.ZipFile(path).namelist()) == names


@IN_LAB
async def test_what_is_gone_is_told_in_words(frontend: Frontend) -> None:
    file = frontend.folder / "gone.bin"
    file.write_bytes(b"x")
    await refresh(frontend)
    await frontend.listed("gone.bin").click(button="right")
    file.unlink()
    await item(frontend.page, "Download (Resumable)").click()
    await expect(frontend.page.locator(".Toastify__toast")).to_contain_text("It is no longer there.")


async def test_the_connection_is_cut_in_the_middle(
    page: Page, server: RunningServer, folder: str, application: str, tmp_path: Path
) -> None:
    run = server.root / folder / "run 7"
    run.mkdir()
    files = [write_payload(run / f"{number}.bin", 10 * MIB) for number in range(3)]
    network = CutOnce(server.port, after=12 * MIB)
    async with network.listening() as address:
        start = "lab/tree" if application == "lab" else "tree"
        await page.goto(f"{address}{start}/{folder}?token={server.token}")
        frontend = Frontend(page, server, application, folder)
        await frontend.wait_until_ready()
        await frontend.listed("run 7").click(button="right")
        _, path = await saved(frontend, "Download Folder as ZIP", tmp_path)
    assert network.cuts == 1
    first, second = network.requests
    assert "Range:" not in first
    assert "Range:" in second, "the browser goes on"
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        for file in files:
            content = archive.read(f"run 7/{file.name}")
            assert hashlib.sha256(content).hexdigest() == digest(file)
