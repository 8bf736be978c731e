from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jupyter_bigupload.digests import Digest
from jupyter_bigupload.errors import Locked, NotFound, NotReceiving
from jupyter_bigupload.stores.local import LocalStore
from jupyter_bigupload.testing.store_inputs import pieces
from jupyter_bigupload.uploads import Locks, NewUpload, Records, Upload, UploadService
from jupyter_bigupload.uploads.claims import Claims
from jupyter_bigupload.uploads.lifecycle import Event
from jupyter_bigupload.uploads.parts import VerifiedPart
from tests.support.services import repository_of, service_of


def part(start: int, end: int) -> VerifiedPart:
    return VerifiedPart(start, end, Digest.parse("sha-256=:AAAA:"))


class Site:
    """A service, and claims beside it that share nothing with it but the records."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.root.mkdir()
        self.records = folder / "records"
        self.repository = repository_of({"home": LocalStore(self.root)}, self.records)
        self.service: UploadService = service_of(self.repository, self.records)
        self.claims = Claims(self.repository, Locks(self.records), lambda: 5.0)

    async def create(self) -> Upload:
        return await self.service.create(NewUpload("x", 100))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The uploads whose records were loaded, one entry a load."""
    loaded: list[str] = []
    load_now = Records.load_now

    def counted(self: Records, upload_id: str) -> Upload:
        loaded.append(upload_id)
        return load_now(self, upload_id)

    monkeypatch.setattr(Records, "load_now", counted)
    return loaded


async def test_a_chunk_loads_its_record_once(site: Site, loads: list[str]) -> None:
    upload = await site.create()
    for at in range(3):
        loads.clear()
        written = await site.service.write(upload.id, start=at, end=at + 1, total=100, body=pieces(b"x"))
        assert loads == [upload.id]
        assert written.received.prefix == at + 1


async def test_chunks_at_once_share_the_record(site: Site, loads: list[str]) -> None:
    upload = await site.create()
    loads.clear()
    async with site.claims.range(upload.id, 0, 10) as first, site.claims.range(upload.id, 10, 20) as second:
        await second.append(part(10, 20))
        grown = await first.append(part(0, 10))
        assert grown == first.upload == second.upload
        assert [(each.start, each.end) for each in grown.parts] == [(0, 10), (10, 20)]
    assert loads == [upload.id]
    assert await site.repository.load(upload.id) == grown


async def test_the_record_is_loaded_anew_once_nobody_holds_the_upload(site: Site) -> None:
    """Another server may have changed it meanwhile."""
    upload = await site.create()
    async with site.claims.range(upload.id, 0, 10):
        pass
    await site.service.write(upload.id, start=50, end=51, total=100, body=pieces(b"x"))
    async with site.claims.range(upload.id, 0, 10) as claim:
        assert claim.upload.received.covers(50, 51)


async def test_a_cancelled_append_is_in_memory_too(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is on the disk counts for the chunks that come at the same time."""
    upload = await site.create()
    entering, leave = threading.Event(), threading.Event()
    append = Records._append  # noqa: SLF001  # the thread's side of it has to be held up

    def slow(self: Records, *args: object) -> Upload:
        entering.set()
        assert leave.wait(30)
        return append(self, *args)  # type: ignore[arg-type]  # passed on as they are

    monkeypatch.setattr(Records, "_append", slow)

    async def enter() -> None:
        async with site.claims.range(upload.id, 0, 10) as claim:
            await claim.append(part(0, 10))

    async with site.claims.range(upload.id, 20, 30) as other:
        task = asyncio.ensure_future(enter())
        await asyncio.to_thread(entering.wait, 30)
        task.cancel()
        await asyncio.sleep(0)  # the task hears of it while the thread is still at work
        leave.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        grown = await other.append(part(20, 30))
        assert [(each.start, each.end) for each in grown.parts] == [(0, 10), (20, 30)]
    assert await site.repository.load(upload.id) == grown


async def test_what_was_removed_is_claimed_by_nobody(site: Site) -> None:
    upload = await site.create()
    async with site.claims.locks.whole(upload.id) as lease:
        with pytest.raises(Locked):
            async with site.claims.range(upload.id, 0, 10):
                pass
        await site.repository.delete_record(lease.upload_id)
    with pytest.raises(NotFound):
        async with site.claims.range(upload.id, 0, 10):
            pass


async def test_no_part_is_entered_once_the_upload_takes_none(site: Site) -> None:
    upload = await site.create()
    async with site.claims.whole(upload.id) as claim:
        await claim.save(claim.upload.after(Event.COMPLETE))
        with pytest.raises(NotReceiving):
            await claim.append(part(0, 10))
    assert not (await site.repository.load(upload.id)).parts.parts


async def test_a_chunk_of_what_is_gone_is_not_acknowledged(site: Site) -> None:
    """Its bytes go into a partial that somebody has removed; the chunk beside it finds that out first."""
    upload = await site.create()
    begun, leave = asyncio.Event(), asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b"x"
        begun.set()
        await leave.wait()
        yield b"y"

    first = asyncio.ensure_future(
        site.service.write(upload.id, start=0, end=2, total=100, body=body()),
    )
    await begun.wait()
    assert upload.handle is not None
    (site.root / str(upload.handle["partial"])).unlink()
    with pytest.raises(NotFound):
        await site.service.write(upload.id, start=50, end=51, total=100, body=pieces(b"z"))
    leave.set()
    with pytest.raises(NotFound):
        await first
    assert not list(site.records.glob(f"{upload.id}*"))


async def test_a_record_that_nobody_foresaw_keeps_no_lock(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = await site.create()

    def broken(self: Records, upload_id: str) -> Upload:
        raise KeyError(upload_id)

    given_back, loop = asyncio.Event(), asyncio.get_running_loop()
    monkeypatch.setattr(Records, "load_now", broken)
    monkeypatch.setattr(
        Locks, "_give_back", lambda _self, _upload_id: loop.call_soon_threadsafe(given_back.set)
    )
    with pytest.raises(KeyError):
        async with site.claims.range(upload.id, 0, 10):
            pass
    await asyncio.wait_for(given_back.wait(), 30)
