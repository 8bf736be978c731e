"""What a server does not take: the panel says why, and nothing is left in the folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer

from . import IN_LAB, OWN_TAB
from .applications import prepare_pages
from .frontend import Frontend
from .payload import write_payload

LIMIT = 10**6

#: Root may write to any folder, whatever its mode says: the server gives that right up (CAP_DAC_OVERRIDE, 1).
LIKE_A_PERSON = """
import ctypes
header = (ctypes.c_uint32 * 2)(0x20080522, 0)
sets = (ctypes.c_uint32 * 6)()
libc = ctypes.CDLL(None, use_errno=True)
assert libc.capget(header, sets) == 0
for effective_permitted_inheritable in range(3):
    sets[effective_permitted_inheritable] &= ~(1 << 1)
assert libc.capset(header, sets) == 0
"""


@pytest.fixture(scope="module")
def strict_server() -> Iterator[RunningServer]:
    settings = {"BigUpload": {"max_upload_size": LIMIT}}
    with ForkedServer(app="lab", config=settings, config_code=LIKE_A_PERSON) as running:
        prepare_pages(running)
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def strict(page: Page, strict_server: RunningServer, tmp_path: Path, application: str) -> Frontend:
    """An application, on a server whose administrator allows little."""
    (strict_server.root / tmp_path.name).mkdir()
    frontend = Frontend(page, strict_server, application, tmp_path.name)
    await frontend.open()
    return frontend


async def expect_refusal(frontend: Frontend, name: str, explanation: str, *, passes: bool = True) -> None:
    """Wait for the words, and for Retry only where that can help."""
    await frontend.expect_state(name, "Failed")
    await expect(frontend.row(name)).to_contain_text(explanation)
    await expect(frontend.button("Retry", name)).to_have_count(int(passes))
    await frontend.expect_nothing_unfinished()


async def test_a_file_that_does_not_fit_on_the_disk(frontend: Frontend, tmp_path: Path) -> None:
    file = tmp_path / "universe.bin"
    with file.open("wb") as sparse:
        sparse.truncate(shutil.disk_usage(frontend.folder).free + 2**40)
    await frontend.pick(file)
    await expect_refusal(frontend, file.name, "There is not enough free space on the server.")
    assert frontend.chunks.sent == []
    assert frontend.on_disk() == []


@OWN_TAB
async def test_a_folder_that_was_deleted_meanwhile_and_then_made_again(
    frontend: Frontend, tmp_path: Path
) -> None:
    file = write_payload(tmp_path / "late.bin", 1_000_000)
    async with frontend.choosing(frontend.upload_button) as chosen:
        chosen.append(file)
        frontend.folder.rmdir()
    await expect_refusal(frontend, file.name, f"The folder “{frontend.folder.name}” is no longer there.")
    assert not frontend.folder.exists()

    frontend.folder.mkdir()
    await frontend.button("Retry", file.name).click()
    await frontend.expect_state(file.name, "Done")
    assert frontend.on_disk() == [file.name]


@IN_LAB
async def test_a_file_over_the_limit(strict: Frontend, tmp_path: Path) -> None:
    large = write_payload(tmp_path / "large.bin", LIMIT + 1)
    allowed = write_payload(tmp_path / "allowed.bin", LIMIT)
    await strict.pick(large, allowed)
    await strict.expect_state(allowed.name, "Done")
    await expect_refusal(strict, large.name, "The file is larger than this server accepts.", passes=False)
    assert strict.on_disk() == [allowed.name]


async def test_a_folder_that_nobody_may_write_to(strict: Frontend, tmp_path: Path) -> None:
    file = write_payload(tmp_path / "kept-out.bin", LIMIT)
    strict.folder.chmod(0o555)
    try:
        await strict.pick(file)
        await expect_refusal(strict, file.name, "You cannot write to this folder.")
    finally:
        strict.folder.chmod(0o755)
    assert strict.on_disk() == []
