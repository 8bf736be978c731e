"""The real blueimp-file-upload 10.x from npm, unchanged, against the plain Content-Range protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route

from tests.support.server import RunningServer

from .chunks import ChunkLog
from .network import UploadLimit
from .patience import until
from .payload import MIB, digest, write_payload

_HERE = Path(__file__).parent
_NPM = _HERE / "node_modules"


class Blueimp:
    """A page of the server's own origin with blueimp's client in it."""

    def __init__(self, page: Page, server: RunningServer, folder: str) -> None:
        self.page = page
        self.folder = server.root / folder
        self.chunks = ChunkLog(page)
        self.upload_limit = UploadLimit(page)
        self._home = f"{server.url}blueimp-test/"
        self._login = f"{server.url}tree?token={server.token}"
        self._target = f"{server.base_url}api/upload_handlers/{folder}"

    async def open(self) -> None:
        assert _NPM.is_dir(), "run `jlpm install` in tests/browser first"
        # What a person's visit to Jupyter leaves in the browser: the login and the XSRF cookie.
        await self.page.context.request.get(self._login)
        await self.page.route(f"{self._home}**", self._serve)
        await self.page.goto(self._home)

    async def upload(self, *files: Path, **options: Any) -> None:
        await self.page.evaluate("([url, options]) => { begin(url, options); }", [self._target, options])
        await self.page.locator("#field").set_input_files(files)

    async def answer(self) -> Any:
        """The server's last answer, once there is one."""
        await self.page.wait_for_function("window.answers.length > 0 || window.failures.length > 0")
        assert await self.page.evaluate("window.failures") == []
        return await self.page.evaluate("window.answers.at(-1)")

    def on_disk(self) -> list[str]:
        return sorted(entry.name for entry in self.folder.iterdir())

    async def _serve(self, route: Route) -> None:
        script = route.request.url.removeprefix(self._home)
        await route.fulfill(path=_NPM / script if script else _HERE / "blueimp.html")


@pytest_asyncio.fixture(loop_scope="session")
async def blueimp(page: Page, server: RunningServer, folder: str) -> Blueimp:
    blueimp = Blueimp(page, server, folder)
    await blueimp.open()
    return blueimp


@pytest.mark.parametrize(
    ("multipart", "max_chunk_size"),
    [
        pytest.param(True, 4 * MIB, id="form-chunked"),
        pytest.param(False, None, id="whole"),
        pytest.param(True, None, id="form-whole", marks=pytest.mark.long),
        pytest.param(False, 4 * MIB, id="chunked", marks=pytest.mark.long),
    ],
)
async def test_a_file_arrives_unchanged(
    blueimp: Blueimp, tmp_path: Path, *, multipart: bool, max_chunk_size: int | None
) -> None:
    file = write_payload(tmp_path / "µ data 100%.bin", 10 * MIB + 7)
    await blueimp.upload(file, multipart=multipart, maxChunkSize=max_chunk_size)
    (described,) = (await blueimp.answer())["files"]
    assert (described["name"], described["size"]) == (file.name, file.stat().st_size)
    assert digest(blueimp.folder / file.name) == digest(file)
    assert blueimp.on_disk() == [file.name]
    assert [(chunk.start, chunk.end) for chunk in blueimp.chunks.sent] == (
        [(0, 4 * MIB), (4 * MIB, 8 * MIB), (8 * MIB, 10 * MIB + 7)] if max_chunk_size else []
    )


@pytest.mark.parametrize("multipart", [True, False])
async def test_an_empty_file(blueimp: Blueimp, tmp_path: Path, *, multipart: bool) -> None:
    file = write_payload(tmp_path / "nothing.dat", 0)
    await blueimp.upload(file, multipart=multipart, maxChunkSize=MIB)
    (described,) = (await blueimp.answer())["files"]
    assert described["size"] == 0
    assert blueimp.on_disk() == [file.name]
    assert (blueimp.folder / file.name).stat().st_size == 0


async def test_several_files_in_one_request(blueimp: Blueimp, tmp_path: Path) -> None:
    files = [write_payload(tmp_path / name, size) for name, size in [("a.bin", 3 * MIB), ("b.bin", 5)]]
    await blueimp.upload(*files, singleFileUploads=False)
    described = (await blueimp.answer())["files"]
    assert [file["name"] for file in described] == ["a.bin", "b.bin"]
    for file in files:
        assert digest(blueimp.folder / file.name) == digest(file)


async def test_it_goes_on_where_a_reload_stopped_it(blueimp: Blueimp, tmp_path: Path) -> None:
    file = write_payload(tmp_path / "run-7.bin", 24 * MIB)
    async with blueimp.upload_limit.after(3):
        await blueimp.upload(file, maxChunkSize=MIB)
        await until(lambda: len(blueimp.chunks.acknowledged) == 3, what="some chunks")
    await blueimp.page.reload()
    await blueimp.upload_limit.lift()
    await blueimp.upload(file, maxChunkSize=MIB, resume=True)
    (described,) = (await blueimp.answer())["files"]
    assert described["size"] == file.stat().st_size
    assert digest(blueimp.folder / file.name) == digest(file)
    assert blueimp.on_disk() == [file.name]
    assert blueimp.chunks.repeated == []


async def test_cancel_removes_what_was_there(blueimp: Blueimp, tmp_path: Path) -> None:
    file = write_payload(tmp_path / "run-7.bin", 24 * MIB)
    async with blueimp.upload_limit.after():
        await blueimp.upload(file, maxChunkSize=MIB)
        await until(lambda: blueimp.chunks.is_under_way, what="a chunk, and another")
    await blueimp.page.evaluate("() => { window.current.abort(); }")
    await blueimp.page.wait_for_function("window.answers.length > 0")
    assert await blueimp.page.evaluate("window.failures") == ["abort"]
    assert await blueimp.page.evaluate("window.answers") == [{file.name: True}]
    assert blueimp.on_disk() == []


async def test_a_taken_name_is_refused_and_nothing_harmed(blueimp: Blueimp, tmp_path: Path) -> None:
    file = write_payload(tmp_path / "data.csv", 100)
    (blueimp.folder / file.name).write_text("precious")
    await blueimp.upload(file)
    await blueimp.page.wait_for_function("window.failures.length > 0")
    (failure,) = await blueimp.page.evaluate("window.failures")
    assert failure["reason"] == "exists"
    assert (blueimp.folder / file.name).read_text() == "precious"
    assert blueimp.on_disk() == [file.name]


async def test_without_the_xsrf_header_nothing_is_taken(blueimp: Blueimp, tmp_path: Path) -> None:
    file = write_payload(tmp_path / "forged.bin", 100)
    await blueimp.upload(file, headers={})
    await blueimp.page.wait_for_function("window.failures.length > 0")
    (failure,) = await blueimp.page.evaluate("window.failures")
    assert failure["reason"] == "unauthorized"
    assert blueimp.on_disk() == []
