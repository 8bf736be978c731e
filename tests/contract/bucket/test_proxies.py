"""Stores that are reached through a proxy only, as on many a cluster: both ways out go through it."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from jupyter_bigupload.errors import BigUploadError, StoreUnreachable
from jupyter_bigupload.stores.address import StoreAddress
from jupyter_bigupload.stores.base import OnConflict, Part
from jupyter_bigupload.stores.bucket import BucketStore
from jupyter_bigupload.stores.s3 import S3
from jupyter_bigupload.testing.store_inputs import digest_of, pieces, target
from tests.support.object_stores import SeaweedFS

PART = 5 * 2**20
DATA = os.urandom(PART + 1000)
LOGIN = "Basic " + base64.b64encode(b"some one:s/ecret").decode()


class Proxy:
    """One that asks for a login, and notes what it was asked for."""

    def __init__(self) -> None:
        self.port = 0
        self.asked: list[str] = []
        #: Answered in place of what was asked for.
        self.refusal: bytes | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            lines = self._note(head)
            if self.refusal is not None:
                writer.write(self.refusal)
            elif f"proxy-authorization: {LOGIN}".lower() not in [line.lower() for line in lines]:
                writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            else:
                await self._pass_on(lines, head, reader, writer)
        writer.close()

    async def _pass_on(
        self, lines: list[str], head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        method, where, _ = lines[0].split(" ")
        if method == "CONNECT":
            host, _, port = where.rpartition(":")
            there, away = await asyncio.open_connection(host, int(port))
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(_copy(reader, away), _copy(there, writer))
            return
        url = urlsplit(where)
        there, away = await asyncio.open_connection(url.hostname, url.port)
        answering = asyncio.ensure_future(_copy(there, writer))
        try:
            while True:  # a connection may bring more than one request
                where = lines[0].split(" ")[1]
                away.write(head.replace(where.encode(), where.partition(url.netloc)[2].encode(), 1))
                fields = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
                left = int(fields.get("content-length", 0))
                while left and (piece := await reader.read(min(2**16, left))):
                    left -= len(piece)
                    away.write(piece)
                    await away.drain()
                head = await reader.readuntil(b"\r\n\r\n")
                lines = self._note(head)
        finally:
            answering.cancel()
            away.close()

    def _note(self, head: bytes) -> list[str]:
        lines = head.decode().split("\r\n")
        self.asked.append(lines[0])
        return lines


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(2**16):
            writer.write(piece)
            await writer.drain()
    writer.close()


@pytest.fixture
async def proxy(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    made = Proxy()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, f"http://some%20one:s%2Fecret@127.0.0.1:{made.port}")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    yield made
    server.close()


@pytest.fixture(scope="module", params=[False, True], ids=["http", "https"])
def server(request: pytest.FixtureRequest, object_stores: Path) -> Iterator[SeaweedFS]:
    with SeaweedFS(object_stores / f"proxied-{request.param}", https=request.param) as store:
        store.make_bucket("lab")
        yield store


@pytest.fixture
def store(server: SeaweedFS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BucketStore:
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    port = S3("lab", StoreAddress(endpoint_url=server.endpoint, region="us-east-1", path_style=True))
    return BucketStore(port, prefix="", spool=tmp_path, part_size=PART)


async def upload(store: BucketStore) -> None:
    handle = await store.begin(target(size=len(DATA), on_conflict=OnConflict.REPLACE))
    whole = DATA[:PART]
    digest = digest_of(whole, "crc64nvme")
    await store.write_part(handle, 0, pieces(whole), hashlib.sha256(), end=PART, digest=digest)
    await store.write_part(handle, PART, pieces(DATA[PART:]), hashlib.sha256())
    await store.flush_acknowledged(handle, [Part(0, len(DATA))])
    await store.commit(handle, len(DATA), OnConflict.REPLACE)


async def test_all_goes_through_it(proxy: Proxy, server: SeaweedFS, store: BucketStore) -> None:
    await upload(store)
    place = urlsplit(server.endpoint).netloc
    way = "CONNECT " if server.endpoint.startswith("https") else "PUT http://"
    assert len([line for line in proxy.asked if line.startswith(f"{way}{place}")]) >= 2
    assert server.read("lab", "file.bin") == DATA


async def test_what_the_environment_excepts(
    proxy: Proxy, store: BucketStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    await upload(store)
    assert not proxy.asked


async def test_one_that_refuses(proxy: Proxy, server: SeaweedFS, store: BucketStore) -> None:
    """The reason names the proxy, and never its login."""
    handle = await store.begin(target("refused.bin", size=PART, on_conflict=OnConflict.REPLACE))
    signed = digest_of(DATA[:PART], "crc64nvme")
    for refusal in (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", b"?\r\n\r\n", b""):
        proxy.refusal = refusal
        with pytest.raises(BigUploadError) as refused:
            await store.write_part(handle, 0, pieces(DATA[:PART]), hashlib.sha256(), end=PART, digest=signed)
        assert "ecret" not in str(refused.value)
        if server.endpoint.startswith("https"):
            assert isinstance(refused.value, StoreUnreachable)
            assert "127.0.0.1" in str(refused.value)
    proxy.refusal = None
    await store.discard(handle)
