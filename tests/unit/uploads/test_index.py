"""What is asked of all uploads at once: never stale, and without reading what did not change."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_bigupload.digests import Digest
from jupyter_bigupload.errors import NotFound, StorageFailed
from jupyter_bigupload.stores.base import Handle, OnConflict, Part
from jupyter_bigupload.stores.local import LocalStore
from jupyter_bigupload.testing.store_inputs import pieces
from jupyter_bigupload.uploads import (
    Cursor,
    Limits,
    NewUpload,
    Records,
    State,
    Upload,
    UploadRepository,
    sweep,
)
from jupyter_bigupload.uploads.overview import Overview
from jupyter_bigupload.uploads.parts import Parts, VerifiedPart
from jupyter_bigupload.uploads.records import store as records_module
from jupyter_bigupload.uploads.records.format import decode
from tests.support.services import repository_of, service_of
from tests.tiers import examples


def upload(upload_id: str, created: float = 1.0, size: int | None = 10) -> Upload:
    return Upload(
        id=upload_id,
        destination="elsewhere",
        path="x",
        size=size,
        last_modified=None,
        on_conflict=OnConflict.FAIL,
        created=created,
        updated=created,
        handle={"inode": 1},
    )


def part(start: int, end: int) -> VerifiedPart:
    return VerifiedPart(start, end, Digest("sha-256", b"x"))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the records that were read from their files."""
    ids: list[str] = []

    def spy(data: bytes, parts: Parts | None = None) -> Upload:
        found = decode(data, parts)
        ids.append(found.id)
        return found

    monkeypatch.setattr(records_module, "decode", spy)
    return ids


async def ids_of(records: Records) -> list[str]:
    return [entry.cursor.id for entry in await records.entries()]


async def test_only_what_changed_is_read(tmp_path: Path, read: list[str]) -> None:
    records, other = Records(tmp_path), Records(tmp_path)
    for number in range(20):
        await other.save(upload(f"u{number}", created=number))
    assert await ids_of(records) == [f"u{number}" for number in range(20)]
    assert sorted(read) == sorted(f"u{number}" for number in range(20))
    read.clear()
    await other.append(await other.load("u5"), part(0, 5), 100)
    assert len(await records.entries()) == 20
    assert await records.unfinished_bytes() == 200
    assert read == []  # a part more says nothing new of an upload whose size is known
    await other.save(replace(upload("u7", created=7), state=State.DONE))
    await other.delete("u8")
    await other.save(upload("new", created=5.5))
    assert await ids_of(records) == [
        *(f"u{number}" for number in range(6)),
        "new",
        *(f"u{number}" for number in range(6, 20) if number != 8),
    ]
    assert sorted(read) == ["new", "u7"]


async def test_what_this_server_did_counts_at_once_and_unread(tmp_path: Path, read: list[str]) -> None:
    records = Records(tmp_path)
    await records.save(upload("a"))
    await records.save(upload("b", size=None))
    assert await records.unfinished_bytes() == 10
    await records.append(await records.load("b"), part(0, 7), 2)
    assert await records.unfinished_bytes() == 17
    await records.delete("a")
    assert await records.unfinished_bytes() == 7
    await records.save(replace(await records.load("b"), state=State.DONE))
    assert await records.unfinished_bytes() == 0
    assert read == []


async def test_an_upload_of_unknown_size_grows_by_what_another_server_received(tmp_path: Path) -> None:
    records, other = Records(tmp_path), Records(tmp_path)
    begun = upload("a", size=None)
    await other.save(begun)
    assert [entry.size for entry in await records.entries()] == [0]
    begun = await other.append(begun, part(0, 7), 2)
    assert [entry.size for entry in await records.entries()] == [7]
    await other.append(begun, part(7, 9), 3)
    assert [entry.size for entry in await records.entries()] == [9]


async def test_a_record_that_cannot_be_believed(tmp_path: Path, read: list[str]) -> None:
    records = Records(tmp_path)
    await records.save(upload("good"))
    await Records(tmp_path).save(upload("bad"))
    path = records.path("bad")
    path.write_bytes(path.read_bytes()[:-1])
    records.path("other").write_bytes(records.path("good").read_bytes())
    (tmp_path / "No id.json").write_bytes(b"")
    assert await ids_of(records) == ["good"]
    assert sorted(await records.unreadable()) == ["bad", "other"]
    assert sorted(await records.ids()) == ["bad", "good", "other"]
    read.clear()
    assert sorted(await records.unreadable()) == ["bad", "other"]
    assert read == []


async def test_a_folder_that_is_none(tmp_path: Path) -> None:
    records = Records(tmp_path / "records")
    assert await records.entries() == []
    (tmp_path / "records").write_bytes(b"")
    for ask in (records.entries, records.unreadable, records.ids, lambda: records.load("x")):
        with pytest.raises(StorageFailed):
            await ask()
    (tmp_path / "records").unlink()
    await records.save(upload("x"))
    assert await ids_of(records) == ["x"]


async def test_a_folder_that_is_emptied(tmp_path: Path) -> None:
    records = Records(tmp_path / "records")
    await records.save(upload("x"))
    shutil.rmtree(tmp_path / "records")
    assert await ids_of(records) == []
    await records.save(upload("y"))
    assert await ids_of(records) == ["y"]
    assert await records.unfinished_bytes() == 10


async def test_many_who_ask_at_once_share_a_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    records, looks, scandir = Records(tmp_path), 0, os.scandir

    def counting(path: Path) -> AbstractContextManager[Iterator[os.DirEntry[str]]]:
        nonlocal looks
        looks += 1
        return scandir(path)

    monkeypatch.setattr(os, "scandir", counting)
    await asyncio.gather(*(records.entries() for _ in range(50)))
    assert 1 <= looks <= 2


_OPERATIONS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(["create", "grow", "finish", "delete", "ask"]),
        st.integers(0, 3),
        st.none() | st.integers(0, 100),
    ),
    max_size=25,
)


@given(_OPERATIONS)
@settings(max_examples=examples(60), deadline=None)
def test_two_servers_know_what_the_files_say(operations: list[tuple[int, str, int, int | None]]) -> None:
    async def run(folder: Path) -> None:
        servers = [Records(folder), Records(folder)]
        for moment, (who, what, number, size) in enumerate(operations):
            server, upload_id = servers[who], f"u{number}"
            try:
                if what == "create":
                    await server.save_whole(upload(upload_id, created=moment, size=size))
                elif what == "grow":
                    known = await server.load(upload_id)
                    at = known.received.total
                    await server.append(known, part(at, at + 3), moment)
                elif what == "finish":
                    await server.save(replace(await server.load(upload_id), state=State.DONE))
                elif what == "delete":
                    await server.delete(upload_id)
            except NotFound:
                continue
            for one in servers if what == "ask" else ():
                await agree(one, Records(folder))
        for one in servers:
            await agree(one, Records(folder))

    async def agree(server: Records, fresh: Records) -> None:
        seen = await server.entries()
        there = {path.stem for path in server.path("x").parent.glob("*.json")}
        loaded = sorted((await fresh.load_all(sorted(there))), key=lambda one: (one.created, one.id))
        assert [entry.cursor for entry in seen] == [(one.created, one.id) for one in loaded]
        assert [entry.state for entry in seen] == [one.state for one in loaded]
        sizes = [one.received.total if one.size is None else one.size for one in loaded]
        assert [entry.size for entry in seen] == sizes
        unfinished = sum(size for one, size in zip(loaded, sizes, strict=True) if one.state is not State.DONE)
        assert await server.unfinished_bytes() == unfinished

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder)))


@given(st.floats(allow_nan=False, allow_infinity=False), st.from_regex(r"[0-9a-z-]{1,64}", fullmatch=True))
def test_a_cursor_comes_back(created: float, upload_id: str) -> None:
    cursor = Cursor(created, upload_id)
    assert Cursor.parse(str(cursor)) == cursor


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "1.0",
        "_a",
        "1.0_",
        "nan_a",
        "inf_a",
        "1.0_A",
        "1.0_a/b",
        "1_0_a",
        "\u0661_a",
        "1.0_a\n",
        " 1_a",
    ],
)
def test_what_is_no_cursor(text: str) -> None:
    with pytest.raises(ValueError, match="not a cursor"):
        Cursor.parse(text)


_COMING_AND_GOING = st.lists(st.tuples(st.booleans(), st.integers(0, 30), st.integers(0, 5)), max_size=8)


@given(
    st.lists(st.integers(0, 5), max_size=30),
    st.integers(1, 7),
    st.lists(_COMING_AND_GOING, min_size=40, max_size=40),
)
@settings(max_examples=examples(40), deadline=None)
def test_who_was_there_all_the_time_is_on_one_page(
    created: list[int], limit: int, meanwhile: list[list[tuple[bool, int, int]]]
) -> None:
    """Also when many were begun in the same moment."""

    async def run(folder: Path) -> None:
        records, other = Records(folder), Records(folder)
        overview = Overview(UploadRepository(stores={}, records=records))
        for number, moment in enumerate(created):
            await other.save(upload(f"u{number}", created=moment))
        stayed = {f"u{number}" for number in range(len(created))}
        seen: list[str] = []
        after = None
        for changes in meanwhile:
            page = await overview.unfinished(after, limit)
            assert len(page.uploads) <= limit
            seen += [one.id for one in page.uploads]
            after = page.next
            if after is None:
                break
            for comes, number, moment in changes:
                if comes:
                    await other.save(upload(f"new{number}", created=moment))
                else:
                    await other.delete(f"u{number}")
                    stayed.discard(f"u{number}")
        assert after is None
        assert stayed <= set(seen)
        assert len(seen) == len(set(seen))

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder)))


async def test_a_page_reads_and_opens_no_more_than_it_shows(tmp_path: Path, read: list[str]) -> None:
    """After a restart, too, when what is there is held against the partials."""
    root, folder = tmp_path / "root", tmp_path / "records"
    root.mkdir()
    before = service_of(repository_of({"home": LocalStore(root)}, folder), folder)
    for number in range(12):
        await before.create(NewUpload(f"x{number}", 5))

    class Counting(LocalStore):
        looks = 0

        async def parts(self, handle: Handle) -> Sequence[Part]:
            self.looks += 1
            return await super().parts(handle)

    store = Counting(root)
    service = service_of(repository_of({"home": store}, folder), folder)
    await service.unfinished(limit=1)
    read.clear()
    store.looks = 0
    page = await service.unfinished(limit=4)
    assert len(page.uploads) == store.looks == len(read) == 4
    assert [one.path for one in page.uploads] == ["x0", "x1", "x2", "x3"]


class TestSweep:
    async def test_it_reads_what_may_be_over_and_nothing_else(self, tmp_path: Path, read: list[str]) -> None:
        root, folder = tmp_path / "root", tmp_path / "records"
        root.mkdir()
        now = 1000.0
        repository = repository_of({"home": LocalStore(root)}, folder)
        service = service_of(repository, folder, Limits(expire_after=100.0), clock=lambda: now)
        old = await service.create(NewUpload("old", 5))
        alive = await service.create(NewUpload("alive", 5))
        now = 1050.0
        await service.write(alive.id, start=0, end=1, total=5, body=pieces(b"x"))
        for number in range(5):
            await service.create(NewUpload(f"young{number}", 5))
        restarted = repository_of({"home": LocalStore(root)}, folder)
        service = service_of(restarted, folder, Limits(expire_after=100.0), clock=lambda: now)
        now = 1100.0
        await restarted.records.ids()
        read.clear()
        await sweep(service, restarted)
        assert set(read) == {old.id, alive.id}
        left = (await service.unfinished()).uploads
        assert sorted(one.path for one in left) == ["alive", *(f"young{number}" for number in range(5))]

    async def test_never_is_never(self, tmp_path: Path) -> None:
        root, folder = tmp_path / "root", tmp_path / "records"
        root.mkdir()
        now = 1000.0
        repository = repository_of({"home": LocalStore(root)}, folder)
        service = service_of(repository, folder, Limits(expire_after=0), clock=lambda: now)
        kept = await service.create(NewUpload("kept", 1))
        done = await service.create(NewUpload("done", 0))
        await service.complete(done.id)
        now = 1e11
        await sweep(service, repository)
        assert service.expiry.expires(kept) is None
        # What is done is only kept for clients whose answer was lost.
        assert await repository.records.ids() == [kept.id]
