"""The contract of `stores.reading.RangeReading`, as tests that every store must pass that has it.

To be used as `StoreSuite` is, with the same fixtures.
"""

from __future__ import annotations

import contextlib
import secrets
import time

import pytest

from ..errors import Changed, NotFound
from ..stores.reading import Readable
from .store_inputs import StoredFiles

#: More than any store reads at once.
_SIZE = 9 * 2**20 + 4321


class ReadingSuite:
    """What holds for every store whose files can be read."""

    async def test_a_range_of_a_file(self, store: Readable, stored: StoredFiles) -> None:
        """From anywhere in it to anywhere, also where its name is odd."""
        data = secrets.token_bytes(_SIZE)
        path = "ü 漢 #?&+%20.bin"
        stored.put(path, data)
        there = await store.reading.head(path)
        assert there.size == _SIZE
        assert abs(there.modified - time.time()) < 600  # noqa: PLR2004  # seconds that clocks may differ
        ends = (0, 1, 2**20 - 1, 2**20, 5 * 2**20 + 7, _SIZE - 1, _SIZE)
        for start in ends:
            for end in ends:
                if start <= end:
                    assert await read(store, path, start, end, there.etag) == data[start:end]

    async def test_an_empty_file_is_read(self, store: Readable, stored: StoredFiles) -> None:
        """It has no bytes, and a state all the same."""
        stored.put("empty.bin", b"")
        there = await store.reading.head("empty.bin")
        assert there.size == 0
        assert there.etag
        assert await read(store, "empty.bin", 0, 0, there.etag) == b""

    async def test_a_state_lasts_until_the_file_changes(self, store: Readable, stored: StoredFiles) -> None:
        """Also when it has as many bytes as before."""
        stored.put("file.bin", b"one")
        first = await store.reading.head("file.bin")
        assert await store.reading.head("file.bin") == first
        stored.put("file.bin", b"two")
        second = await store.reading.head("file.bin")
        assert second.etag != first.etag
        with pytest.raises(Changed):
            await read(store, "file.bin", 0, 3, first.etag)
        assert await read(store, "file.bin", 0, 3, second.etag) == b"two"

    async def test_what_is_replaced_while_it_is_read(self, store: Readable, stored: StoredFiles) -> None:
        """The old bytes or an error, and never a mixture."""
        data = secrets.token_bytes(_SIZE)
        stored.put("file.bin", data)
        there = await store.reading.head("file.bin")
        came = b""
        async with contextlib.aclosing(store.reading.read("file.bin", 0, _SIZE, there.etag)) as pieces:
            with contextlib.suppress(Changed):
                async for piece in pieces:
                    if not came:
                        stored.put("file.bin", bytes(_SIZE))
                    came += piece
        assert came == data[: len(came)]
        with pytest.raises(Changed):
            await read(store, "file.bin", len(came) - 1, _SIZE, there.etag)

    async def test_a_reader_that_loses_interest(self, store: Readable, stored: StoredFiles) -> None:
        """It takes no more than it wanted, and others read on."""
        data = secrets.token_bytes(_SIZE)
        stored.put("file.bin", data)
        there = await store.reading.head("file.bin")
        for _ in range(20):
            async with contextlib.aclosing(store.reading.read("file.bin", 0, _SIZE, there.etag)) as pieces:
                assert data.startswith(await anext(pieces))
        assert await read(store, "file.bin", 0, _SIZE, there.etag) == data

    async def test_what_is_not_there_can_not_be_read(self, store: Readable) -> None:
        """Whether or not it ever was."""
        with pytest.raises(NotFound):
            await store.reading.head("there is none.bin")
        with pytest.raises(Changed):
            await read(store, "there is none.bin", 0, 1, '"1"')


async def read(store: Readable, path: str, start: int, end: int, etag: str) -> bytes:
    """Return a range as a whole."""
    async with contextlib.aclosing(store.reading.read(path, start, end, etag)) as pieces:
        return b"".join([piece async for piece in pieces])
