"""The contract of `stores.base.Store`, as tests that every store must pass against the real thing.

A store's own test module subclasses `StoreSuite` and gives it fixtures::

    class TestMyStore(StoreSuite):
        @pytest.fixture
        def store(self) -> Store: ...

        @pytest.fixture
        def stored(self) -> StoredFiles: ...
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from ..digests import Hasher
from ..errors import LengthMismatch, NotFound
from ..stores.base import Gathering, Handle, OnConflict, Part, PartReading, Store
from .store_inputs import PIECE, StoredFiles, digest_of, pieces, target
from .store_naming_suite import NamingSuite

__all__ = ["StoreSuite", "StoredFiles", "pieces", "target"]


class StoreSuite(NamingSuite):
    """What holds for every store."""

    async def test_a_file_arrives_as_it_was(self, store: Store, stored: StoredFiles, data: bytes) -> None:
        """Part after part, then commit."""
        handle = await store.begin(target(size=len(data)))
        for start in range(0, len(data), self.part):
            chunk = data[start : start + self.part]
            part = await store.write_part(handle, start, pieces(chunk), hashlib.sha256())
            assert part == Part(start, start + len(chunk))
        done = await store.commit(handle, len(data), OnConflict.FAIL)
        assert (done.path, done.size) == ("file.bin", len(data))
        assert stored.read("file.bin") == data
        assert not stored.leftovers()

    async def test_parts_that_the_store_verifies_itself(
        self, store: Store, stored: StoredFiles, data: bytes
    ) -> None:
        """Each chunk with its end and its digest, flushed and told of."""
        algorithm = next(iter(store.capabilities.checksums), "sha-256")
        handle = await store.begin(target(size=len(data)))
        for start in range(0, len(data), self.part):
            chunk = data[start : start + self.part]
            hasher, end = Hasher(algorithm), start + len(chunk)
            digest = digest_of(chunk, algorithm)
            assert await store.write_part(
                handle, start, pieces(chunk), hasher, end=end, digest=digest
            ) == Part(start, end)
            assert hasher.digest == digest
            await flush_acknowledged(store, handle, [Part(0, end)])
        held = sorted((part.start, part.end) for part in await store.parts(handle))
        assert held[0][0] == 0
        assert held[-1][1] == len(data)
        await store.commit(handle, len(data), OnConflict.FAIL, digest=digest_of(data, algorithm))
        assert stored.read("file.bin") == data
        assert not stored.leftovers()

    async def test_chunks_of_any_size(self, store: Store, stored: StoredFiles, data: bytes) -> None:
        """Also when none of them is a part of the store, and flushed all the time."""
        handle = await store.begin(target(size=len(data)))
        length = self.part * 2 // 5
        for start in range(0, len(data), length):
            chunk = data[start : start + length]
            await store.write_part(handle, start, pieces(chunk), hashlib.sha256(), end=start + len(chunk))
            await flush_acknowledged(store, handle, [Part(0, start + len(chunk))])
            await flush_acknowledged(store, handle, [Part(0, start + len(chunk))])
        await store.commit(handle, len(data), OnConflict.FAIL)
        assert stored.read("file.bin") == data
        assert not stored.leftovers()

    async def test_parts_come_in_any_order_and_at_once(
        self, store: Store, stored: StoredFiles, data: bytes
    ) -> None:
        """No store may mind."""
        handle = await store.begin(target(size=len(data)))
        starts = list(range(0, len(data), self.part))
        await asyncio.gather(
            *(
                store.write_part(handle, at, pieces(data[at : at + self.part]), hashlib.sha256())
                for at in reversed(starts)
            )
        )
        await store.commit(handle, len(data), OnConflict.FAIL)
        assert stored.read("file.bin") == data

    async def test_nothing_is_visible_before_the_commit(
        self, store: Store, stored: StoredFiles, data: bytes
    ) -> None:
        """Neither under the target's name nor under another that is no leftover."""
        handle = await store.begin(target(size=len(data)))
        await store.write_part(handle, 0, pieces(data), hashlib.sha256())
        assert not stored.names()
        assert await store.size("file.bin") is None

    async def test_an_empty_file(self, store: Store, stored: StoredFiles) -> None:
        """It has no parts."""
        handle = await store.begin(target(size=0))
        await store.commit(handle, 0, OnConflict.FAIL)
        assert stored.read("file.bin") == b""

    async def test_begin_is_safe_to_repeat(self, store: Store, stored: StoredFiles, data: bytes) -> None:
        """What an earlier try made is gone, and mixes with nothing."""
        wanted = target(size=len(data))
        earlier = await store.begin(replace(wanted, size=len(data) + 1))
        await store.write_part(earlier, 0, pieces(bytes(len(data) + 1)), hashlib.sha256())
        handle = await store.begin(wanted)
        await store.write_part(handle, 0, pieces(data), hashlib.sha256())
        await store.commit(handle, len(data), OnConflict.FAIL)
        assert stored.read("file.bin") == data
        assert not stored.leftovers()

    async def test_a_part_is_written_again(self, store: Store, stored: StoredFiles, data: bytes) -> None:
        """The last one counts."""
        handle = await store.begin(target(size=len(data)))
        await store.write_part(handle, 0, pieces(bytes(len(data))), hashlib.sha256())
        await store.write_part(handle, 0, pieces(data), hashlib.sha256())
        await store.commit(handle, len(data), OnConflict.FAIL)
        assert stored.read("file.bin") == data

    async def test_a_body_that_breaks(self, store: Store, stored: StoredFiles, data: bytes) -> None:
        """Its error comes out, and the part can be sent again."""

        async def broken() -> AsyncIterator[bytes]:
            yield data[:PIECE]
            raise ConnectionResetError

        handle = await store.begin(target(size=len(data)))
        with pytest.raises(ConnectionResetError):
            await store.write_part(handle, 0, broken(), hashlib.sha256())
        await store.write_part(handle, 0, pieces(data), hashlib.sha256())
        await store.commit(handle, len(data), OnConflict.FAIL)
        assert stored.read("file.bin") == data

    async def test_a_writer_that_is_cancelled(self, store: Store, stored: StoredFiles, data: bytes) -> None:
        """It ends, and the part can be sent again."""
        reached = asyncio.Event()

        async def endless() -> AsyncIterator[bytes]:
            yield data[:PIECE]
            reached.set()
            await asyncio.Event().wait()

        handle = await store.begin(target(size=len(data)))
        writer = asyncio.ensure_future(store.write_part(handle, 0, endless(), hashlib.sha256()))
        await reached.wait()
        writer.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writer
        await store.write_part(handle, 0, pieces(data), hashlib.sha256())
        await store.commit(handle, len(data), OnConflict.FAIL)
        assert stored.read("file.bin") == data

    async def test_commit_of_the_wrong_length(self, store: Store, stored: StoredFiles, data: bytes) -> None:
        """Nothing appears."""
        handle = await store.begin(target(size=len(data)))
        await store.write_part(handle, 0, pieces(data[:-1]), hashlib.sha256())
        with pytest.raises(LengthMismatch):
            await store.commit(handle, len(data), OnConflict.FAIL)
        assert not stored.names()

    async def test_discard_leaves_nothing(self, store: Store, stored: StoredFiles, data: bytes) -> None:
        """It is safe to repeat, and what is discarded is gone for good."""
        handle = await store.begin(target(size=len(data)))
        await store.write_part(handle, 0, pieces(data), hashlib.sha256())
        await store.discard(handle)
        await store.discard(handle)
        assert not stored.names()
        assert not stored.leftovers()
        assert list(await store.parts(handle)) == []
        with pytest.raises(NotFound):
            await store.write_part(handle, 0, pieces(data), hashlib.sha256())
        with pytest.raises(NotFound):
            await store.commit(handle, len(data), OnConflict.FAIL)

    async def test_a_part_is_digested_while_it_is_written(self, store: Store, data: bytes) -> None:
        """All of it, in order."""
        handle = await store.begin(target(size=len(data)))
        hasher = hashlib.sha256()
        await store.write_part(handle, 0, pieces(data), hasher)
        assert hasher.digest() == hashlib.sha256(data).digest()

    async def test_a_part_is_digested_as_it_is_stored(self, store: Store, data: bytes) -> None:
        """Also one that was written at another time, or whose end is missing."""
        if not isinstance(store, PartReading):
            pytest.skip("this store lets nobody read what is not finished")
        handle = await store.begin(target(size=len(data)))
        await store.write_part(handle, 0, pieces(data), hashlib.sha256())
        for start, end in ((0, len(data)), (self.part - 1, self.part + 1), (len(data) - 1, len(data) * 2)):
            hasher = hashlib.sha256()
            await store.digest_part(handle, start, end, hasher)
            assert hasher.digest() == hashlib.sha256(data[start:end]).digest()
        await store.discard(handle)
        with pytest.raises(NotFound):
            await store.digest_part(handle, 0, len(data), hashlib.sha256())

    async def test_a_finished_file_is_digested(self, store: Store, stored: StoredFiles, data: bytes) -> None:
        """One that is not there is not found, and an unfinished one is not there."""
        stored.put("there.bin", data)
        hasher = hashlib.sha256()
        assert await store.digest_file("there.bin", hasher) == len(data)
        assert hasher.digest() == hashlib.sha256(data).digest()
        await store.begin(target("unfinished.bin"))
        with pytest.raises(NotFound):
            await store.digest_file("unfinished.bin", hashlib.sha256())

    async def test_parts_never_lack_what_was_written(self, store: Store, data: bytes) -> None:
        """They are the truth after a crash."""
        handle = await store.begin(target(size=len(data)))
        await store.write_part(handle, 0, pieces(data[: self.part]), hashlib.sha256())
        held = await store.parts(handle)
        assert any(part.start <= 0 and part.end >= self.part for part in held)
        assert all(part.end <= len(data) for part in held)


async def flush_acknowledged(store: Store, handle: Handle, received: Sequence[Part]) -> None:
    """Do as the service does after each chunk."""
    if isinstance(store, Gathering):
        await store.flush_acknowledged(handle, received)
