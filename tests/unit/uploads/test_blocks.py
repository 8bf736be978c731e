"""A body cut into blocks: `uploads/writing/blocks.py`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_bigupload.errors import LengthMismatch
from jupyter_bigupload.uploads.writing.blocks import Blocks


class ConnectionLost(Exception):
    """What a connection that breaks looks like."""


async def body(pieces: Iterable[bytes], error: Exception | None = None) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
    if error is not None:
        raise error


async def read(blocks: Blocks) -> list[tuple[int, int | None, bytes]]:
    found = []
    while (block := await blocks.next()) is not None:
        data = b"".join([piece async for piece in block])
        assert block.read.is_set()
        found.append((block.start, block.end, data))
    return found


@given(lengths=st.lists(st.integers(1, 40), max_size=20), start=st.integers(0, 50), size=st.integers(1, 30))
async def test_all_bytes_in_blocks_that_end_at_multiples(lengths: list[int], start: int, size: int) -> None:
    pieces = [bytes([number % 256]) * length for number, length in enumerate(lengths)]
    whole = b"".join(pieces)
    end = start + len(whole)
    found = await read(Blocks(body(pieces), start, end, size))
    assert b"".join(data for _, _, data in found) == whole
    at = start
    for first, last, data in found:
        assert (first, last) == (at, at + len(data))
        at += len(data)
        assert at % size == 0 or at == end
        assert len(data) <= size


async def test_a_body_that_breaks_off_ends_its_block_early() -> None:
    lost = ConnectionLost()
    blocks = Blocks(body([b"abc", b"de"], lost), 0, 8, 4)
    assert await read(blocks) == [(0, 4, b"abcd"), (4, 8, b"e")]
    assert blocks.failure is lost


async def test_a_body_that_breaks_off_at_a_border_has_no_empty_block() -> None:
    blocks = Blocks(body([b"abcd"], ConnectionLost()), 0, 8, 4)
    assert await read(blocks) == [(0, 4, b"abcd")]
    assert isinstance(blocks.failure, ConnectionLost)


async def test_what_is_wrong_with_a_body_is_told_at_once() -> None:
    with pytest.raises(LengthMismatch):
        await read(Blocks(body([b"abc"], LengthMismatch("too long")), 0, 8, 4))


async def test_no_body_has_no_blocks() -> None:
    assert await read(Blocks(body([]), 0, 8, 4)) == []
