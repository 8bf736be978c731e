"""What operations save, through the upload service and onto a disk."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import pytest

from jupyter_bigupload.errors import Changed, Exists, NotFound, StoreUnreachable, TooLarge
from jupyter_bigupload.operations.heartbeat import Cancelled
from jupyter_bigupload.operations.saving import FileSaver, NewFile
from jupyter_bigupload.stores.base import OnConflict
from jupyter_bigupload.stores.local import LocalStore
from jupyter_bigupload.uploads import Limits, Records, UploadRepository, UploadService
from tests.support.services import repository_of, service_of

_MiB = 2**20
DATA = os.urandom(40 * _MiB + 1234)


class Source:
    """A file that is read, as far as `fails_at`."""

    def __init__(self, data: bytes = DATA) -> None:
        self.data = data
        self.fails_at = len(data)
        self.error: Exception = StoreUnreachable("It broke off.")
        self.read_bytes = 0

    async def read(self, start: int, end: int | None) -> AsyncGenerator[bytes, None]:
        for at in range(start, len(self.data) if end is None else end, _MiB):
            if at >= self.fails_at:
                raise self.error
            piece = self.data[at : min(at + _MiB, len(self.data) if end is None else end)]
            self.read_bytes += len(piece)
            yield piece
            await asyncio.sleep(0)


class Worker:
    """A process that saves files; another one can begin where this one was."""

    def __init__(self, root: Path, records: Path) -> None:
        self.root = root
        limits = Limits(block_size=4 * _MiB)
        self.uploads: UploadService = service_of(
            repository_of({"home": LocalStore(root)}, records), records, limits
        )
        self.begun: Sequence[str] = []
        self.told = 0
        self.saver = FileSaver(self.uploads, self._begin, most_bytes=2**30)

    def _begin(self, uploads: Sequence[str]) -> None:
        self.begun = list(uploads)

    def tell(self, count: int) -> None:
        self.told += count

    async def save(self, of: Source, *, at_once: int = 1, **changes: object) -> str:
        new = new_file(len(of.data), **changes)
        return (await self.saver.save(new, of.read, self.tell, at_once=at_once)).path


def new_file(size: int | None = len(DATA), **changes: object) -> NewFile:
    fields: dict[str, object] = {
        "on_conflict": OnConflict.FAIL,
        "source": ["bucket", "a", '"etag"'],
        **changes,
    }
    return NewFile("home", "file.bin", size, **fields)  # type: ignore[arg-type]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def save_beside(worker: Worker, source: Source) -> None:
    """Save a file whose name somebody else takes meanwhile."""
    async with worker.saver.upload(new_file(source=["other"])) as file:
        await file.write_missing(source.read, worker.tell, at_once=2)
        (worker.root / "file.bin").write_bytes(b"somebody else's")
        await file.complete()


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return tmp_path / "records"


@pytest.fixture
def worker(root: Path, records: Path) -> Worker:
    return Worker(root, records)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("at_once", [1, 4])
@pytest.mark.parametrize("data", [b"", b"x", DATA], ids=len)
async def test_a_file_is_saved_whole(worker: Worker, data: bytes, at_once: int) -> None:
    source = Source(data)
    assert await worker.save(source, at_once=at_once) == "file.bin"
    assert (worker.root / "file.bin").read_bytes() == data
    assert names(worker.root) == ["file.bin"]
    assert worker.told == source.read_bytes == len(data)


@pytest.mark.parametrize("at_once", [1, 3])
async def test_what_breaks_off_is_gone_on_with_by_another_process(
    worker: Worker, records: Path, at_once: int
) -> None:
    source = Source()
    source.fails_at = 30 * _MiB
    with pytest.raises(StoreUnreachable):
        await worker.save(source, at_once=at_once)
    assert [name for name in names(worker.root) if not name.startswith(".")] == []
    first = source.read_bytes
    source.fails_at, source.read_bytes = len(DATA), 0
    second = Worker(worker.root, records)
    await second.save(source, at_once=at_once)
    assert (worker.root / "file.bin").read_bytes() == DATA
    assert source.read_bytes <= len(DATA) - first + 2 * at_once * 4 * _MiB
    assert source.read_bytes < len(DATA)
    assert second.told == len(DATA)


async def test_another_state_of_the_source_begins_anew(worker: Worker, records: Path) -> None:
    source = Source()
    source.fails_at = 30 * _MiB
    with pytest.raises(StoreUnreachable):
        await worker.save(source)
    changed = Source(os.urandom(len(DATA)))
    await Worker(worker.root, records).save(changed, source=["bucket", "a", '"other"'])
    assert (worker.root / "file.bin").read_bytes() == changed.data


@pytest.mark.parametrize("error", [Changed("It has changed."), Cancelled(), ValueError("a bug")], ids=repr)
async def test_what_is_of_no_use_any_more_is_removed(worker: Worker, error: Exception) -> None:
    source = Source()
    source.fails_at, source.error = 30 * _MiB, error
    with pytest.raises(type(error)):
        await worker.save(source, at_once=3)
    assert names(worker.root) == []
    with pytest.raises(NotFound):
        await worker.uploads.status(worker.begun[0])


async def test_a_target_that_appears_meanwhile(worker: Worker) -> None:
    source = Source()
    async with worker.saver.upload(new_file(on_conflict=OnConflict.RENAME)) as file:
        (worker.root / "file.bin").write_bytes(b"somebody else's")
        await file.write_missing(source.read, worker.tell, at_once=2)
        assert (await file.complete()).path == "file (1).bin"
    with pytest.raises(Exists):
        async with worker.saver.upload(new_file(source=["other"])) as file:
            pytest.fail("the name was taken")
    (worker.root / "file.bin").unlink()
    with pytest.raises(Exists):
        await save_beside(worker, source)
    assert names(worker.root) == ["file (1).bin", "file.bin"]
    assert (worker.root / "file.bin").read_bytes() == b"somebody else's"


async def test_the_same_again_after_it_was_done(worker: Worker, records: Path) -> None:
    await worker.save(Source())
    (worker.root / "file.bin").unlink()
    again = Source()
    await Worker(worker.root, records).save(again)
    assert (worker.root / "file.bin").read_bytes() == DATA
    assert again.read_bytes == len(DATA)


async def test_only_what_is_under_way_is_written_down(worker: Worker) -> None:
    async with worker.saver.upload(new_file(1)) as first:
        async with worker.saver.upload(new_file(1, source=["b"], on_conflict=OnConflict.RENAME)) as second:
            assert worker.begun == [first.id, second.id]
            await second.write_missing(Source(b"y").read, worker.tell, at_once=1)
            await second.complete()
        await first.write_missing(Source(b"x").read, worker.tell, at_once=1)
        with pytest.raises(Exists):
            await first.complete()


async def test_what_is_longer_than_allowed(worker: Worker) -> None:
    with pytest.raises(TooLarge):
        async with worker.saver.upload(new_file(2**31)):
            pytest.fail("it is too long")
    assert names(worker.root) == []


async def test_what_is_read_back_before_it_gets_its_name(root: Path, records: Path) -> None:
    """However long that takes: the service asks to be asked again, and each time more has been read."""
    repository = UploadRepository(stores={"home": LocalStore(root)}, records=Records(records), patience=0.0)
    uploads = service_of(repository, records, Limits(block_size=4 * _MiB, read_back=True))
    signs: list[int] = []
    saver = FileSaver(uploads, lambda _: None, most_bytes=2**30, alive=lambda: signs.append(1))
    await saver.save(new_file(), Source().read, lambda _: None)
    assert (root / "file.bin").read_bytes() == DATA
    assert signs


async def test_the_machine_was_started_anew_meanwhile(worker: Worker, root: Path, records: Path) -> None:
    source = Source()
    source.fails_at = 30 * _MiB
    with pytest.raises(StoreUnreachable):
        await worker.save(source)
    repository = UploadRepository(
        stores={"home": LocalStore(root)}, records=Records(records), patience=0.0, boot="another"
    )
    source.fails_at, source.read_bytes = len(DATA), 0
    second = FileSaver(service_of(repository, records), lambda _: None, most_bytes=2**30)
    await second.save(new_file(), source.read, lambda _: None)
    assert (root / "file.bin").read_bytes() == DATA
    assert source.read_bytes < len(DATA)
