"""Addresses at which something answers that is no store: web servers of many kinds, on real sockets."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import threading
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from jupyter_bigupload.destinations import try_to_begin
from jupyter_bigupload.errors import BigUploadError, BucketMissing, StoreUnreachable
from jupyter_bigupload.stores.address import StoreAddress
from jupyter_bigupload.stores.azure import AzureBlobs
from jupyter_bigupload.stores.base import Handle, OnConflict
from jupyter_bigupload.stores.bucket import BucketStore
from jupyter_bigupload.stores.bucket.multipart import Multipart
from jupyter_bigupload.stores.s3 import S3
from jupyter_bigupload.testing.store_inputs import digest_of, pieces, target
from tests.contract.buckets import PART

#: What nginx says, and lighttpd, and a page that is written as XML may be.
NGINX = (
    b"<html>\r\n<head><title>Not what you want</title></head>\r\n<body>\r\n<hr>nginx</body>\r\n</html>\r\n"
)
LIGHTTPD = b'<?xml version="1.0" encoding="iso-8859-1"?>\n<!DOCTYPE html PUBLIC "x"><html><br/></html>'
SITE = b"<!doctype html><html><head><script src=/app.js></script></head><body><br></body></html>"


class Answers(BaseHTTPRequestHandler):
    """One and the same to everything."""

    def __init__(self, status: int, body: bytes, *args: object) -> None:
        self.status = status
        self.body = body
        super().__init__(*args)  # type: ignore[arg-type]  # passed on as they are

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(self.status)
        if self.body:
            self.send_header("Content-Type", "text/html" if self.body.startswith(b"<") else "text/plain")
        if self.status == 301:
            self.send_header("Location", "https://127.0.0.1:9/")
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(self.body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer  # noqa: N815  # what http.server calls them

    def log_message(self, *_: object) -> None:
        pass


class Files(SimpleHTTPRequestHandler):
    """`python -m http.server`."""

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def listening(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(params=["s3", "azure"])
def connect(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Multipart]:
    """Make the port of each kind for an address."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    key = base64.b64encode(b"1" * 64).decode()
    monkeypatch.setenv("ACCOUNT", f"AccountName=lab;AccountKey={key}")

    def made(url: str) -> Multipart:
        if request.param == "azure":
            return AzureBlobs("files", StoreAddress(endpoint_url=f"{url}/lab", credentials="ACCOUNT"))
        return S3("files", StoreAddress(endpoint_url=url, region="us-east-1", path_style=True))

    return made


def questions(port: Multipart, spool: Path) -> list[Callable[[], Awaitable[object]]]:
    """All that is asked of a store; the first two are what a person meets first."""
    algorithm = port.checksums[0]
    digest = digest_of(bytes(PART), algorithm)
    store = BucketStore(port, prefix="", spool=spool, part_size=PART)
    plan: Handle = {"key": "k", "path": "a.bin", "upload_id": "0" * 26, "part_size": PART, "size": PART}
    (spool / "k").mkdir(parents=True)
    return [
        lambda: try_to_begin(store),
        lambda: store.begin(target("a.bin", size=PART)),
        lambda: store.begin(target("a.bin", size=PART, on_conflict=OnConflict.REPLACE)),
        lambda: store.write_part(plan, 0, pieces(bytes(PART)), hashlib.sha256(), end=PART, digest=digest),
        lambda: store.parts(plan),
        lambda: port.begin("a.bin", tag="", content_type="text/plain"),
        lambda: port.list_parts("a.bin", "0" * 26),
        lambda: port.objects.list(""),  # type: ignore[attr-defined]  # both kinds have it
    ]


async def refusals(port: Multipart, spool: Path) -> list[BigUploadError]:
    found = []
    for question in questions(port, spool):
        with pytest.raises(BigUploadError) as refused:
            await question()
        found.append(refused.value)
    return found


@pytest.mark.parametrize(
    ("status", "page"),
    [
        (200, SITE),
        (200, NGINX),
        (301, NGINX),
        (400, NGINX),  # http where https is spoken
        (403, LIGHTTPD),
        (404, SITE),
        (404, LIGHTTPD),
        (405, NGINX),
        (501, NGINX),
    ],
)
async def test_a_web_server(
    connect: Callable[[str], Multipart], tmp_path: Path, status: int, page: bytes
) -> None:
    """No retry helps, no upload is taken for lost, and the message says what to look at."""
    with listening(partial(Answers, status, page)) as url:
        for refused in await refusals(connect(url), tmp_path):
            assert isinstance(refused, BucketMissing), (refused, refused.message)
            assert "endpoint_url" in refused.message
            assert str(status) in refused.message


async def test_the_web_server_of_python(connect: Callable[[str], Multipart], tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.bin").write_bytes(b"<html>")
    with listening(partial(Files, directory=str(tmp_path))) as url:
        for refused in (await refusals(connect(url), tmp_path / "spool"))[:4]:
            assert isinstance(refused, BucketMissing), (refused, refused.message)
            assert "endpoint_url" in refused.message


@pytest.mark.parametrize("body", [b"", b"404 page not found\n"], ids=["nothing", "text"])
async def test_nothing_is_there(connect: Callable[[str], Multipart], tmp_path: Path, body: bytes) -> None:
    with listening(partial(Answers, 404, body)) as url:
        for refused in await refusals(connect(url), tmp_path):
            assert isinstance(refused, BucketMissing), (refused, refused.message)
            assert "endpoint_url" in refused.message
            assert "404" in refused.message


@pytest.mark.parametrize("status", [405, 501])
async def test_who_does_not_know_the_question(
    connect: Callable[[str], Multipart], tmp_path: Path, status: int
) -> None:
    with listening(partial(Answers, status, b"")) as url:
        for refused in await refusals(connect(url), tmp_path):
            assert isinstance(refused, BucketMissing), (refused, refused.message)
            assert "endpoint_url" in refused.message
            assert str(status) in refused.message


@pytest.mark.parametrize("status", [502, pytest.param(504, marks=pytest.mark.long)])
async def test_a_proxy_whose_store_is_down(
    connect: Callable[[str], Multipart], tmp_path: Path, status: int
) -> None:
    """It answers with a page too; but this passes."""
    with listening(partial(Answers, status, NGINX)) as url:
        for question in questions(connect(url), tmp_path)[3:5]:
            with pytest.raises(StoreUnreachable):
                await question()
