from __future__ import annotations

import asyncio

import pytest

from jupyter_bigupload.errors import TooLarge
from jupyter_bigupload.http.bodies import body as module
from jupyter_bigupload.http.bodies.body import ClientGone, SmallBody, StreamingBody
from jupyter_bigupload.http.bodies.connection import PIECE


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_small_pieces_are_gathered() -> None:
    body = StreamingBody()

    async def feed() -> None:
        for _ in range(2 * PIECE // 2**16):
            await body.feed(bytes(2**16))
        await body.feed(b"rest")
        body.finish()

    feeding = asyncio.ensure_future(feed())
    assert [len(piece) async for piece in body] == [PIECE, PIECE, 4]
    await feeding


async def test_an_empty_body() -> None:
    body = StreamingBody()
    body.finish()
    assert [piece async for piece in body] == []


async def test_the_feeder_waits_for_the_store() -> None:
    body = StreamingBody()
    fed = 0

    async def feed() -> None:
        nonlocal fed
        for _ in range(10):
            await body.feed(bytes(PIECE))
            fed += 1
        body.finish()

    feeding = asyncio.ensure_future(feed())
    await settle()
    assert fed <= 2
    pieces = aiter(body)
    for taken in range(1, 6):
        await anext(pieces)
        await settle()
        assert fed <= taken + 2
    assert len([piece async for piece in pieces]) == 5
    await feeding


async def test_a_slow_link_is_not_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINGER", -1.0)
    body = StreamingBody()
    await body.feed(b"a little")
    assert await anext(aiter(body)) == b"a little"


async def test_a_broken_connection_is_an_error_of_the_body_after_what_came() -> None:
    body = StreamingBody()
    await body.feed(bytes(PIECE))
    await body.feed(b"a little")
    body.fail(ClientGone())
    reading = aiter(body)
    assert await anext(reading) == bytes(PIECE)
    assert await anext(reading) == b"a little"
    with pytest.raises(ClientGone):
        await anext(reading)


async def test_a_reader_that_waits_hears_of_the_break() -> None:
    body = StreamingBody()
    reading = asyncio.ensure_future(anext(aiter(body)))
    await settle()
    assert body.wanted.is_set()
    body.fail(ClientGone())
    with pytest.raises(ClientGone):
        await reading


async def test_the_end_of_the_connection_ends_the_feeder() -> None:
    body = StreamingBody()
    feeding = [asyncio.ensure_future(body.feed(bytes(PIECE))) for _ in range(4)]
    await settle()
    assert not all(one.done() for one in feeding)
    body.fail(ClientGone())
    await asyncio.wait_for(asyncio.gather(*feeding, body.feed(bytes(PIECE))), 5)


async def test_a_body_that_is_there_outlives_its_connection() -> None:
    body = StreamingBody()
    await body.feed(b"all of it")
    body.finish()
    body.fail(ClientGone())
    assert [piece async for piece in body] == [b"all of it"]


async def test_a_small_body_has_a_limit() -> None:
    body = SmallBody(5)
    await body.feed(b"123")
    await body.feed(b"45")
    assert body.data == b"12345"
    with pytest.raises(TooLarge):
        await body.feed(b"6")
    assert body.data == b""


async def test_what_nobody_wants_holds_up_nobody() -> None:
    body = StreamingBody()
    feeding = asyncio.ensure_future(body.feed(bytes(PIECE)))
    await body.feed(bytes(PIECE))
    waiting = asyncio.ensure_future(body.feed(bytes(PIECE)))
    await settle()
    body.discard()
    await asyncio.wait_for(asyncio.gather(feeding, waiting, body.feed(bytes(100 * PIECE))), 5)
