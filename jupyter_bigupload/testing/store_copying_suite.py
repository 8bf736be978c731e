"""The contract of `stores.copying.Copying`, as tests that every store must pass that has it.

To be used as `StoreSuite` is, with the same fixtures.
"""

from __future__ import annotations

import secrets

import pytest

from ..errors import Changed, Exists, Unsupported
from ..stores.base import Gathering, OnConflict
from ..stores.copying import CopyingItself, Original
from ..stores.reading import Readable
from .store_inputs import StoredFiles, target


class ReadableAndCopying(Readable, CopyingItself, Gathering):
    """A store whose files can be read and that copies them."""


class CopyingSuite:
    """What holds for every store that copies files itself."""

    #: Whether it copies by parts.
    copies_parts = True

    @pytest.mark.parametrize("size", [0, 1, 100_000])
    async def test_a_file_is_copied_by_its_store(
        self, store: ReadableAndCopying, stored: StoredFiles, size: int
    ) -> None:
        """Also where its name is odd, and where it is empty."""
        data, path = secrets.token_bytes(size), "ü 漢 #?&+%20=;'\".bin"
        stored.put(path, data)
        assert store.copying.reaches(store)
        original = await _original(store, path)
        made = await store.copying.copy_file(original, f"to/{path}", only_if_free=True)
        assert made == await store.reading.head(f"to/{path}")
        assert stored.read(f"to/{path}") == stored.read(path) == data
        assert stored.leftovers() == set()

    async def test_nothing_is_replaced_by_a_copy(
        self, store: ReadableAndCopying, stored: StoredFiles
    ) -> None:
        """Unless it is meant to be."""
        stored.put("file.bin", b"one")
        stored.put("there.bin", b"THERE")
        original = await _original(store, "file.bin")
        with pytest.raises(Exists):
            await store.copying.copy_file(original, "there.bin", only_if_free=True)
        assert stored.read("there.bin") == b"THERE"
        await store.copying.copy_file(original, "there.bin", only_if_free=False)
        assert stored.read("there.bin") == b"one"

    async def test_what_changed_is_not_copied(self, store: ReadableAndCopying, stored: StoredFiles) -> None:
        """Neither as a whole nor a part of it, also when it has as many bytes as before."""
        stored.put("file.bin", b"one")
        original = await _original(store, "file.bin")
        stored.put("file.bin", b"two")
        with pytest.raises(Changed):
            await store.copying.copy_file(original, "copy.bin", only_if_free=True)
        handle = await store.begin(target("parts.bin", size=3))
        with pytest.raises(Changed if self.copies_parts else (Changed, Unsupported)):
            await store.copying.copy_part(original, handle, 0, 3)
        await store.discard(handle)
        assert stored.names() == {"file.bin"}
        assert stored.leftovers() == set()

    async def test_a_file_is_copied_by_parts(self, store: ReadableAndCopying, stored: StoredFiles) -> None:
        """Each by the store, as a part of an unfinished file."""
        size = 2 * 5 * 2**20 + 1000
        data = secrets.token_bytes(size)
        stored.put("file.bin", data)
        original = await _original(store, "file.bin")
        handle = await store.begin(target("copy.bin", size=size))
        part = store.part_size(handle)
        if not self.copies_parts:
            with pytest.raises(Unsupported):
                await store.copying.copy_part(original, handle, 0, part)
            await store.discard(handle)
            return
        for start in range(0, size, part):
            digest = await store.copying.copy_part(original, handle, start, min(start + part, size))
            assert digest.value
        assert [(one.start, one.end) for one in await store.parts(handle)][-1][1] == size
        await store.commit(handle, size, OnConflict.FAIL)
        assert stored.read("copy.bin") == data
        assert stored.leftovers() == set()


async def _original(store: ReadableAndCopying, path: str) -> Original:
    return Original(store, path, await store.reading.head(path))
