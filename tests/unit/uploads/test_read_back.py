"""Reading back takes longer than a request may, and none has to ask for it twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from jupyter_bigupload.digests import SupportsUpdate
from jupyter_bigupload.errors import Checking
from jupyter_bigupload.stores.base import Handle
from jupyter_bigupload.stores.local import LocalStore
from jupyter_bigupload.testing.store_inputs import pieces
from jupyter_bigupload.uploads import Limits, NewUpload, Records, Upload, UploadRepository, UploadService
from tests.support.services import service_of


class SlowDisk(LocalStore):
    """A folder that takes its time to be read, and counts how often it is."""

    reads = 0

    async def digest_part(self, handle: Handle, start: int, end: int, hasher: SupportsUpdate) -> None:
        self.reads += 1
        await asyncio.sleep(0.02)
        await super().digest_part(handle, start, end, hasher)


@pytest.fixture
def disk(tmp_path: Path) -> SlowDisk:
    (tmp_path / "root").mkdir()
    return SlowDisk(tmp_path / "root")


def service(tmp_path: Path, disk: SlowDisk, *, boot: str, read_back: bool = False) -> UploadService:
    records = tmp_path / "records"
    repository = UploadRepository(stores={"home": disk}, records=Records(records), boot=boot, patience=0.01)
    return service_of(repository, records, Limits(read_back=read_back))


async def begun(before: UploadService) -> str:
    """An upload of five bytes, of which the last is missing."""
    upload = await before.create(NewUpload("x", 5))
    for at in range(4):
        await before.write(upload.id, start=at, end=at + 1, total=5, body=pieces(b"x"))
    return upload.id


async def once_checked(ask: Callable[[], Awaitable[Upload]]) -> Upload:
    """Ask until nothing is read back any more."""
    while True:
        try:
            return await ask()
        except Checking:
            await asyncio.sleep(0.02)


async def test_after_another_boot_each_part_is_read_once(tmp_path: Path, disk: SlowDisk) -> None:
    upload_id = await begun(service(tmp_path, disk, boot="one"))
    after = service(tmp_path, disk, boot="two")
    with pytest.raises(Checking) as caught:
        await after.write(upload_id, start=4, end=5, total=5, body=pieces(b"x"))
    assert caught.value.details["size"] == 4
    await once_checked(lambda: after.status(upload_id))
    await after.write(upload_id, start=4, end=5, total=5, body=pieces(b"x"))
    assert (await after.status(upload_id)).received.total == 5
    assert (await after.complete(upload_id)).state.value == "done"
    assert disk.reads == 4
    await after.stop()


async def test_looking_again_and_again_reads_once(tmp_path: Path, disk: SlowDisk) -> None:
    upload_id = await begun(service(tmp_path, disk, boot="one"))
    after = service(tmp_path, disk, boot="two")
    with pytest.raises(Checking):
        await after.status(upload_id)
    await once_checked(lambda: after.status(upload_id))
    for _ in range(3):
        assert (await after.status(upload_id)).received.total == 4
    assert disk.reads == 4
    await after.stop()


async def test_what_is_completed_is_read_every_time(tmp_path: Path, disk: SlowDisk) -> None:
    checking = service(tmp_path, disk, boot="one", read_back=True)
    upload_id = await begun(checking)
    await checking.write(upload_id, start=4, end=5, total=5, body=pieces(b"x"))
    with pytest.raises(Checking):
        await checking.complete(upload_id)
    done = await once_checked(lambda: checking.complete(upload_id))
    assert done.state.value == "done"
    assert disk.reads == 5
    await checking.stop()
