"""The contract of `stores.removing.Removing`, as tests that every store must pass that has it.

To be used as `StoreSuite` is, with the same fixtures.
"""

from __future__ import annotations

import secrets

import pytest

from ..errors import Changed
from ..stores.comparing import KnowingDigests
from ..stores.reading import Readable
from ..stores.removing import Removable
from .store_inputs import StoredFiles, digest_of


class ReadableAndRemovable(Readable, Removable):
    """A store whose files can be read and removed."""


class RemovingSuite:
    """What holds for every store whose files can be removed."""

    async def test_a_file_is_removed_as_it_is(self, store: ReadableAndRemovable, stored: StoredFiles) -> None:
        """It, and nothing else; once more is as good."""
        stored.put("ü #?.bin", b"one")
        stored.put("ü", b"other")
        there = await store.reading.head("ü #?.bin")
        for _ in range(2):
            await store.removing.remove_file("ü #?.bin", there.etag, key=secrets.token_hex(8))
            assert stored.names() == {"ü"}
        assert stored.leftovers() == set()

    async def test_a_file_that_changed_stays(self, store: ReadableAndRemovable, stored: StoredFiles) -> None:
        """Also when it has as many bytes as before."""
        stored.put("file.bin", b"one")
        there = await store.reading.head("file.bin")
        stored.put("file.bin", b"two")
        with pytest.raises(Changed):
            await store.removing.remove_file("file.bin", there.etag, key=secrets.token_hex(8))
        assert stored.read("file.bin") == b"two"
        assert stored.leftovers() == set()

    async def test_a_folder_with_something_in_it_stays(
        self, store: ReadableAndRemovable, stored: StoredFiles
    ) -> None:
        """Its files do, in any case."""
        self.make_folder(stored, "full")
        stored.put("full/file.bin", b"one")
        await store.removing.remove_folder("full")
        assert stored.names() == {"full/file.bin"}

    async def test_what_is_known_of_a_file(self, store: Readable, stored: StoredFiles) -> None:
        """It is true, and of the state that was asked for."""
        if not isinstance(store, KnowingDigests):
            return
        stored.put("file.bin", b"one")
        there = await store.reading.head("file.bin")
        for digest in await store.known_digests("file.bin", there.etag):
            assert digest == digest_of(b"one", digest.algorithm)
        stored.put("file.bin", b"two")
        with pytest.raises(Changed):
            await store.known_digests("file.bin", there.etag)
        with pytest.raises(Changed):
            await store.known_digests("there is none.bin", there.etag)

    def make_folder(self, stored: StoredFiles, path: str) -> None:
        """Make a folder, where files need one."""
