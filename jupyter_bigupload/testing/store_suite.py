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
import secrets
from collections.abc import AsyncIterator
from typing import Protocol

import pytest

from ..errors import Exists, LengthMismatch, NotFound
from ..stores.base import OnConflict, Part, Store, Target

_PIECE = 2**16


class StoredFiles(Protocol):
    """A second way to look at what a store holds, which does not go through the store."""

    def names(self) -> set[str]:
        """Return the paths of all finished files."""
        ...

    def leftovers(self) -> set[str]:
        """Return whatever there is besides finished files."""
        ...

    def read(self, path: str) -> bytes:
        """Return a finished file's bytes."""
        ...

    def put(self, path: str, data: bytes) -> None:
        """Make a finished file."""
        ...


async def pieces(data: bytes, *, length: int = _PIECE) -> AsyncIterator[bytes]:
    """Yield `data` in pieces of `length` bytes, and let others run in between."""
    for start in range(0, len(data), length):
        await asyncio.sleep(0)
        yield data[start : start + length]


def target(
    path: str = "file.bin", size: int | None = None, on_conflict: OnConflict = OnConflict.FAIL
) -> Target:
    """Return a target with a key of its own."""
    return Target(key=secrets.token_hex(8), path=path, size=size, on_conflict=on_conflict)


class StoreSuite:
    """What holds for every store."""

    #: Bytes of a part in these tests: at least the store's `min_part`.
    part = 2**18

    @pytest.fixture
    def data(self) -> bytes:
        """Return the bytes of a file of three parts and a half."""
        return secrets.token_bytes(self.part * 3 + self.part // 2)

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

    async def test_parts_come_in_any_order_and_at_once(
        self, store: Store, stored: StoredFiles, data: bytes
    ) -> None:
        """Where the store says that they may."""
        if not store.capabilities.out_of_order:
            pytest.skip("this store takes parts in order only")
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
        earlier = await store.begin(wanted)
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

    async def test_two_uploads_of_one_name_do_not_mix(
        self, store: Store, stored: StoredFiles, data: bytes
    ) -> None:
        """Each has bytes of its own; the second to commit meets the first."""
        other = bytes(len(data))
        first, second = await store.begin(target()), await store.begin(target())
        await asyncio.gather(
            store.write_part(first, 0, pieces(data), hashlib.sha256()),
            store.write_part(second, 0, pieces(other), hashlib.sha256()),
        )
        await store.commit(first, len(data), OnConflict.FAIL)
        with pytest.raises(Exists):
            await store.commit(second, len(other), OnConflict.FAIL)
        assert stored.read("file.bin") == data

    async def test_a_body_that_breaks(self, store: Store, stored: StoredFiles, data: bytes) -> None:
        """Its error comes out, and the part can be sent again."""

        async def broken() -> AsyncIterator[bytes]:
            yield data[:_PIECE]
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
            yield data[:_PIECE]
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

    async def test_a_name_that_is_taken(self, store: Store, stored: StoredFiles, data: bytes) -> None:
        """`FAIL` refuses it at the start and at the end, and harms nothing."""
        handle = await store.begin(target())
        await store.write_part(handle, 0, pieces(data), hashlib.sha256())
        stored.put("file.bin", b"mine")
        with pytest.raises(Exists) as taken:
            await store.begin(target())
        assert taken.value.details == {"path": "file.bin", "size": len(b"mine")}
        with pytest.raises(Exists):
            await store.commit(handle, len(data), OnConflict.FAIL)
        assert stored.read("file.bin") == b"mine"
        done = await store.commit(handle, len(data), OnConflict.RENAME)
        assert done.path == "file (1).bin"
        assert stored.read("file (1).bin") == data

    async def test_replace(self, store: Store, stored: StoredFiles, data: bytes) -> None:
        """The old file stays until the very end."""
        stored.put("file.bin", b"old")
        handle = await store.begin(target(on_conflict=OnConflict.REPLACE))
        await store.write_part(handle, 0, pieces(data), hashlib.sha256())
        assert stored.read("file.bin") == b"old"
        await store.commit(handle, len(data), OnConflict.REPLACE)
        assert stored.read("file.bin") == data

    async def test_commit_is_safe_to_repeat(self, store: Store, stored: StoredFiles, data: bytes) -> None:
        """A server that died right after it asks again."""
        for number, policy in enumerate(OnConflict):
            stored.put(f"{number}.bin", b"there already")
            path = f"{number}.bin" if policy is not OnConflict.FAIL else "free.bin"
            handle = await store.begin(target(path, on_conflict=policy))
            await store.write_part(handle, 0, pieces(data), hashlib.sha256())
            first = await store.commit(handle, len(data), policy)
            assert await store.commit(handle, len(data), policy) == first
            assert stored.read(first.path) == data

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

    async def test_discard_does_not_touch_the_finished_file(
        self, store: Store, stored: StoredFiles, data: bytes
    ) -> None:
        """Also when it comes late."""
        handle = await store.begin(target())
        await store.write_part(handle, 0, pieces(data), hashlib.sha256())
        await store.commit(handle, len(data), OnConflict.FAIL)
        await store.discard(handle)
        assert stored.read("file.bin") == data

    async def test_a_part_is_digested_while_it_is_written(self, store: Store, data: bytes) -> None:
        """All of it, in order."""
        handle = await store.begin(target(size=len(data)))
        hasher = hashlib.sha256()
        await store.write_part(handle, 0, pieces(data), hasher)
        assert hasher.digest() == hashlib.sha256(data).digest()

    async def test_a_part_is_digested_as_it_is_stored(self, store: Store, data: bytes) -> None:
        """Also one that was written at another time, or whose end is missing."""
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

    @pytest.mark.parametrize("name", ["ü 漢字.bin", "a'b\"c%20&?#.bin", "-rf", "a\\b", "x" * 255])
    async def test_odd_names(self, store: Store, stored: StoredFiles, name: str) -> None:
        """They are kept to the letter."""
        handle = await store.begin(target(name))
        await store.write_part(handle, 0, pieces(b"odd"), hashlib.sha256())
        assert (await store.commit(handle, 3, OnConflict.FAIL)).path == name
        assert stored.read(name) == b"odd"
        assert await store.size(name) == len(b"odd")
