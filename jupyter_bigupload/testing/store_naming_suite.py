"""The part of the contract of `stores.base.Store` that is about names (see `store_suite.py`)."""

from __future__ import annotations

import asyncio
import hashlib
import secrets

import pytest

from ..errors import Exists
from ..stores.base import OnConflict, Store
from .store_inputs import StoredFiles, pieces, target


class NamingSuite:
    """What holds for every store of names, free and taken."""

    #: Bytes of a part in these tests: at least the store's `min_part`.
    part = 2**18
    #: Whether a file can still get another name when it is committed.
    renames_at_commit = True

    @pytest.fixture
    def data(self) -> bytes:
        """Return the bytes of a file of three parts and a half."""
        return secrets.token_bytes(self.part * 3 + self.part // 2)

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

    async def test_a_name_that_is_taken(self, store: Store, stored: StoredFiles, data: bytes) -> None:
        """`FAIL` refuses it at the start and at the end, and harms nothing."""
        handle = await store.begin(target())
        await store.write_part(handle, 0, pieces(data), hashlib.sha256())
        stored.put("file.bin", b"mine")
        with pytest.raises(Exists) as taken:
            await store.begin(target())
        assert taken.value.details == {"path": "file.bin", "size": len(b"mine")}
        with pytest.raises(Exists) as taken:
            await store.commit(handle, len(data), OnConflict.FAIL)
        assert taken.value.details["path"] == "file.bin"
        assert taken.value.details["size"] == len(b"mine")
        assert stored.read("file.bin") == b"mine"
        if not self.renames_at_commit:
            with pytest.raises(Exists) as taken:
                await store.commit(handle, len(data), OnConflict.RENAME)
            assert taken.value.details == {"path": "file.bin", "size": 4, "can_rename": False}
            return
        done = await store.commit(handle, len(data), OnConflict.RENAME)
        assert done.path == "file (1).bin"
        assert stored.read("file (1).bin") == data

    async def test_a_free_name_beside_one_that_is_taken(
        self, store: Store, stored: StoredFiles, data: bytes
    ) -> None:
        """`RENAME` finds one, and keeps both files."""
        stored.put("file.bin", b"mine")
        handle = await store.begin(target(size=len(data), on_conflict=OnConflict.RENAME))
        await store.write_part(handle, 0, pieces(data), hashlib.sha256())
        done = await store.commit(handle, len(data), OnConflict.RENAME)
        assert done.path == "file (1).bin"
        assert stored.read("file.bin") == b"mine"
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

    async def test_discard_does_not_touch_the_finished_file(
        self, store: Store, stored: StoredFiles, data: bytes
    ) -> None:
        """Also when it comes late."""
        handle = await store.begin(target())
        await store.write_part(handle, 0, pieces(data), hashlib.sha256())
        await store.commit(handle, len(data), OnConflict.FAIL)
        await store.discard(handle)
        assert stored.read("file.bin") == data

    @pytest.mark.parametrize("name", ["ü 漢字.bin", "a'b\"c%20&?#.bin", "-rf", "a\\b", "x" * 255])
    async def test_odd_names(self, store: Store, stored: StoredFiles, name: str) -> None:
        """They are kept to the letter."""
        handle = await store.begin(target(name))
        await store.write_part(handle, 0, pieces(b"odd"), hashlib.sha256())
        assert (await store.commit(handle, 3, OnConflict.FAIL)).path == name
        assert stored.read(name) == b"odd"
        assert await store.size(name) == len(b"odd")
