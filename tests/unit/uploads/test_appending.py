"""Bytes that come in order, kept as far as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from jupyter_bigupload.digests import digest_of
from jupyter_bigupload.errors import (
    DigestMismatch,
    InconsistentSize,
    Locked,
    NotReceiving,
    OffsetMismatch,
    QuotaExceeded,
    TooLarge,
)
from jupyter_bigupload.stores.local import LocalStore
from jupyter_bigupload.uploads import Limits, NewUpload, State, UploadService
from tests.support.services import repository_of, service_of


class Broken(Exception):
    """The connection ended."""


async def body(*pieces: bytes, error: Exception | None = None) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
    if error is not None:
        raise error


class Slow:
    """A body whose pieces come when the test says so."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.asked = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            if self.queue.empty():
                self.asked.set()
            piece = await self.queue.get()
            if piece is None:
                return
            yield piece


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


def started(root: Path, limits: Limits | None = None) -> UploadService:
    repository = repository_of({"home": LocalStore(root)}, root.parent / "records")
    return service_of(repository, root.parent / "records", limits)


async def append(service: UploadService, upload_id: str, offset: int, *pieces: bytes) -> None:
    length = sum(map(len, pieces))
    await service.appending.append(upload_id, offset=offset, length=length, body=body(*pieces))


@pytest.mark.parametrize("length", [None, 6])
async def test_what_came_of_a_broken_body_stays(root: Path, length: int | None) -> None:
    service = started(root)
    upload = await service.create(NewUpload("a", 6, metadata={"tus-metadata": "filename YQ=="}))
    with pytest.raises(Broken):
        await service.appending.append(
            upload.id, offset=0, length=length, body=body(b"ab", b"c", error=Broken())
        )
    after = await started(root).status(upload.id)
    assert after.received.prefix == 3
    assert after.metadata == {"tus-metadata": "filename YQ=="}
    await append(service, upload.id, 3, b"def")
    assert (await service.complete(upload.id)).state is State.DONE
    assert (root / "a").read_bytes() == b"abcdef"


async def test_a_body_of_blocks_whose_length_nobody_knows(root: Path) -> None:
    service = started(root, Limits(block_size=4))
    upload = await service.create(NewUpload("a", None))
    data = bytes(range(250))
    grown = await service.appending.append(
        upload.id, offset=0, length=None, body=body(data[:130], data[130:]), ends=True
    )
    assert (grown.size, len(grown.parts.parts)) == (250, 63)
    await service.complete(upload.id)
    assert (root / "a").read_bytes() == data


async def test_with_a_digest_it_is_all_or_nothing(root: Path) -> None:
    service = started(root)
    upload = await service.create(NewUpload("a", 3))
    with pytest.raises(DigestMismatch):
        await service.appending.append(
            upload.id, offset=0, length=3, body=body(b"abd"), digest=digest_of([b"abc"], "sha")
        )
    with pytest.raises(Broken):
        await service.appending.append(
            upload.id,
            offset=0,
            length=3,
            body=body(b"ab", error=Broken()),
            digest=digest_of([b"abc"], "sha"),
        )
    assert (await service.status(upload.id)).received.total == 0
    grown = await service.appending.append(
        upload.id, offset=0, length=3, body=body(b"abc"), digest=digest_of([b"abc"], "sha-512")
    )
    assert grown.received.prefix == 3


async def test_only_at_the_end_of_what_is_there(root: Path) -> None:
    service = started(root)
    upload = await service.create(NewUpload("a", 6))
    await append(service, upload.id, 0, b"abc")
    for offset in (0, 2, 4):
        with pytest.raises(OffsetMismatch) as refused:
            await append(service, upload.id, offset, b"x")
        assert refused.value.details == {"offset": 3}
    await append(service, upload.id, 3, b"")
    await append(service, upload.id, 3, b"def")
    await service.complete(upload.id)
    with pytest.raises(NotReceiving):
        await append(service, upload.id, 6, b"")


async def test_the_size_may_be_said_later_but_not_changed(root: Path) -> None:
    service = started(root)
    upload = await service.create(NewUpload("a", None))
    await append(service, upload.id, 0, b"abc")
    appending = service.appending
    with pytest.raises(InconsistentSize):
        await appending.append(upload.id, offset=3, length=0, body=body(), size=2)
    grown = await appending.append(upload.id, offset=3, length=1, body=body(b"d"), size=6)
    assert grown.size == 6
    with pytest.raises(InconsistentSize):
        await appending.append(upload.id, offset=4, length=1, body=body(b"e"), size=7)
    assert (await started(root).status(upload.id)).size == 6


@pytest.mark.parametrize(("pieces", "length"), [([b"abcdefg"], 7), ([b"abc", b"defg"], None)])
async def test_nothing_goes_beyond_the_end(root: Path, pieces: Sequence[bytes], length: int | None) -> None:
    service = started(root)
    upload = await service.create(NewUpload("a", 6))
    with pytest.raises(InconsistentSize):
        await service.appending.append(upload.id, offset=0, length=length, body=body(*pieces))
    assert (await service.status(upload.id)).received.prefix <= 3


@pytest.mark.parametrize("length", [5, None])
async def test_a_body_that_ends_the_file_too_early(root: Path, length: int | None) -> None:
    service = started(root)
    upload = await service.create(NewUpload("a", 6))
    with pytest.raises(InconsistentSize):
        await service.appending.append(upload.id, offset=0, length=length, body=body(b"abcde"), ends=True)


async def test_limits_hold_for_sizes_that_are_said_later(root: Path) -> None:
    service = started(root, Limits(max_upload_size=5))
    upload = await service.create(NewUpload("a", None))
    await append(service, upload.id, 0, b"abc")
    with pytest.raises(TooLarge):
        await service.appending.append(upload.id, offset=3, length=0, body=body(), size=6)
    with pytest.raises(TooLarge):
        await append(service, upload.id, 3, b"def")
    await append(service, upload.id, 3, b"de")
    with pytest.raises(TooLarge):
        await append(service, upload.id, 5, b"f")


async def test_a_size_that_is_said_later_counts_once(root: Path) -> None:
    service = started(root, Limits(max_unfinished_size=5))
    upload = await service.create(NewUpload("a", None))
    await append(service, upload.id, 0, b"abc")
    with pytest.raises(QuotaExceeded):
        await service.appending.append(upload.id, offset=3, length=0, body=body(), size=6)
    await service.appending.append(upload.id, offset=3, length=0, body=body(), size=5)


async def test_another_connection_waits_unless_it_takes_over(root: Path) -> None:
    service = started(root)
    upload = await service.create(NewUpload("a", 6))
    slow = Slow()
    first = asyncio.ensure_future(service.appending.append(upload.id, offset=0, length=6, body=aiter(slow)))
    slow.queue.put_nowait(b"abc")
    await slow.asked.wait()
    with pytest.raises(Locked):
        await append(service, upload.id, 0, b"abcdef")

    there = await service.appending.offset(upload.id)
    assert there.received.prefix == 3
    with pytest.raises(Locked):
        await first
    await service.appending.append(upload.id, offset=3, length=3, body=body(b"def"), take_over=True)
    await service.complete(upload.id)
    assert (root / "a").read_bytes() == b"abcdef"


async def test_an_append_takes_over_too(root: Path) -> None:
    service = started(root)
    upload = await service.create(NewUpload("a", 6))
    slow = Slow()
    first = asyncio.ensure_future(service.appending.append(upload.id, offset=0, length=6, body=aiter(slow)))
    await slow.asked.wait()
    await service.appending.append(upload.id, offset=0, length=6, body=body(b"abcdef"), take_over=True)
    with pytest.raises(Locked):
        await first
    assert (await service.status(upload.id)).received.prefix == 6


async def test_what_a_protocol_notes_is_kept_before_the_body_is_read(root: Path) -> None:
    service = started(root)
    upload = await service.create(NewUpload("a", 6, metadata={"of": "creation"}))
    with pytest.raises(Broken):
        await service.appending.append(
            upload.id, offset=0, length=6, body=body(error=Broken()), ends=True, notes={"end": "6"}
        )
    assert (await started(root).status(upload.id)).metadata == {"of": "creation", "end": "6"}
    with pytest.raises(InconsistentSize):
        await service.appending.append(
            upload.id, offset=0, length=7, body=body(b"abcdefg"), ends=True, notes={"end": "7"}
        )
    assert (await service.status(upload.id)).metadata["end"] == "6"


async def test_each_block_is_told_once_it_is_recorded(root: Path) -> None:
    service = started(root, Limits(block_size=2))
    upload = await service.create(NewUpload("a", None))
    told: list[int] = []
    await service.appending.append(
        upload.id,
        offset=0,
        length=None,
        body=body(b"abc", b"de"),
        grown=lambda grown: told.append(grown.received.total),
    )
    assert told == [2, 4, 5]
    assert (await started(root).status(upload.id)).received.prefix == told[-1]
