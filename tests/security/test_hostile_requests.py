"""Paths that try to leave the root, and headers that nobody would send in good faith."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_from_bytes

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from jupyter_bigupload.errors import BigUploadError
from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer
from tests.tiers import examples

from .raw import ask_raw

UPLOADS = "api/bigupload/uploads"
REASONS = {error.reason for error in BigUploadError.__subclasses__()}
ONE_SERVER = settings(max_examples=examples(150), suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server whose root has links that leave it, and a neighbour that nobody may touch."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "root" / "sub" / ".hidden").mkdir(parents=True)
    (folder / "outside").mkdir()
    (folder / "outside" / "secret").write_bytes(SECRET)
    (folder / "root" / "out").symlink_to(folder / "outside")
    (folder / "root" / "in").symlink_to(folder / "root" / "sub")
    (folder / "root" / "loop").symlink_to(folder / "root" / "loop")
    (folder / "root" / "secret").symlink_to(folder / "outside" / "secret")
    (folder / "root" / "dangling").symlink_to(folder / "outside" / "new")
    with ForkedServer(root=folder / "root") as running:
        yield running
        running.require_no_traceback()


@pytest.fixture(scope="module")
def client(server: RunningServer) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"token {server.token}"}
    with httpx.Client(base_url=server.url, headers=headers, trust_env=False, timeout=30) as one:
        yield one


def outside(root: Path) -> dict[str, bytes | None]:
    """Everything around the root."""
    return {
        str(path): path.read_bytes() if path.is_file() else None
        for path in sorted(root.parent.rglob("*"))
        if root not in path.parents
    }


#: In a file outside the server's root.
SECRET = b"what nobody may see"

STEPS = st.sampled_from(
    [
        *["..", ".", "", "sub", "in", "out", "loop", "secret", "dangling", ".hidden", "~", "a", "con", "..;"],
        *["%2e%2e", "%252e", "\\", "a\0b", "\n", "\uff0e\uff0e", "\u202egpj"],
        *["é" * 127, "x" * 255, "x" * 256, "x" * 5000],
    ]
) | st.text(max_size=8)
PATHS = st.builds(
    lambda start, steps, end: start + "/".join(steps) + end,
    st.sampled_from(["", "", "/", "//"]),
    st.lists(STEPS, min_size=1, max_size=4),
    st.sampled_from(["", "", "/", "\0"]),
)


def check(answer: httpx.Response) -> None:
    """It says yes, or clearly why not."""
    assert answer.status_code in {200, 201, 202, 204} or answer.json()["reason"] in REASONS, answer.text
    assert answer.status_code < 500 or answer.status_code in {501, 507}, answer.text


@ONE_SERVER
@example("../outside/new")
@example("out/new")
@example("secret")
@example("sub/secret")
@example("dangling")
@example("in/../../outside/new")
@example("loop/x")
@given(PATHS)
def test_no_path_leaves_the_root(server: RunningServer, client: httpx.Client, path: str) -> None:
    before = outside(server.root)
    # Written with escapes, so that halves of surrogate pairs arrive as well.
    body = {"path": path, "size": 3, "on_conflict": "replace"}
    created = client.post(UPLOADS, json=body)
    check(created)
    if created.status_code == 201:
        upload = f"{UPLOADS}/{created.json()['id']}"
        headers = {"Content-Range": "bytes 0-2/3"}
        sending = client.post(
            "api/upload_handlers", params={"upload": created.json()["id"]}, content=b"abc", headers=headers
        )
        assert sending.status_code == 200, sending.text
        check(client.post(f"{upload}/complete"))
        client.delete(upload)
    check(client.get("api/bigupload/digest", params={"path": path}))
    assert outside(server.root) == before
    assert SECRET not in created.content


@ONE_SERVER
@given(
    st.lists(
        STEPS.map(lambda step: step.encode("utf-8", "surrogatepass")) | st.binary(max_size=6), max_size=3
    ),
    STEPS | st.text(max_size=8),
    st.sampled_from(["GET", "POST", "DELETE"]),
    st.integers(0, 2),
)
def test_no_folder_or_name_leaves_the_root(
    server: RunningServer, folders: list[bytes], name: str, method: str, times: int
) -> None:
    before = outside(server.root)
    folder, quoted = "/".join(quote_from_bytes(step, safe="") for step in folders), name
    for _ in range(times):
        folder, quoted = quote(folder, safe="/"), quote(quoted, safe="", errors="replace")
    encoded = quote(quoted, safe="", errors="replace")
    disposition = f'Content-Disposition: attachment; filename="{encoded}"'.encode()
    target = f"/api/upload_handlers/{folder}?file={encoded}&on_conflict=replace".encode()
    body = b"abc" if method == "POST" else b""
    answer = ask_raw(server, method, target, [disposition, b"Content-Length: %d" % len(body)], body)
    assert answer.status == 200 or answer.fields["reason"] in REASONS, answer
    assert answer.status < 500 or answer.status in {501, 507}, answer
    assert outside(server.root) == before


def test_surrogates_and_more_in_json(server: RunningServer) -> None:
    for text in (
        rb'"\ud800"',
        rb'"a\udfffb"',
        rb'"\u0000"',
        rb'"..\u002fx"',
        b'"\xff"',
        b"[" * 5000,
        b"1e999",
    ):
        body = b'{"size": 1, "path": ' + text + b"}"
        length = b"Content-Length: %d" % len(body)
        answer = ask_raw(server, "POST", f"/{UPLOADS}".encode(), [length], body)
        assert answer.status in {400, 403}, (text, answer)
        assert answer.fields["reason"] in REASONS


NUMBER = st.integers(-1, 12) | st.sampled_from([2**31, 2**63, 10**30]) | st.just("*") | st.just("")
RANGES = st.builds(
    lambda unit, start, end, size: f"{unit}{start}-{end}/{size}".encode(),
    st.sampled_from(["bytes ", "bytes=", "items ", "bytes  ", ""]),
    NUMBER,
    NUMBER,
    NUMBER,
)
MEMBERS = st.sampled_from(
    [
        b"sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:",
        b"sha-256=:AAAA:",
        b"sha-256=:A:",
        b"sha-256=::",
        b"sha-256=AAAA",
        b"sha-256",
        b"SHA-256=:AAAA:",
        b"md5=:AAAA:",
        b"unknown=:AAAA:;q=1",
        b"xxh3-128=:AAAAAAAAAAAAAAAAAAAAAA==:",
        b"xxh3-128=:====:",
        b"xxh3-128=:\xff:",
        b'sha-256="text"',
        b"=:AAAA:",
        b"",
    ]
)
DIGESTS = st.lists(MEMBERS, min_size=1, max_size=3).map(b", ".join)
NAMES = st.sampled_from(
    [
        b'attachment; filename="x"',
        b"attachment; filename*=UTF-8''%e2%82",
        b"attachment; filename*=bogus''x",
        b"attachment; filename*0=a; filename*1=b",
        b'attachment; filename="%00"',
        b'attachment; filename="..%2f..%2fx"',
        b'attachment; filename="unended',
        b"attachment; filename=",
        b"\xff\xfe",
        b";;;;",
    ]
)
LINES = st.one_of(
    RANGES.map(lambda value: b"Content-Range: " + value),
    DIGESTS.map(lambda value: b"Content-Digest: " + value),
    NAMES.map(lambda value: b"Content-Disposition: " + value),
    st.sampled_from(
        [
            b"Expect: 100-continue",
            b"Expect: miracle",
            b"Content-Encoding: gzip",
            b"Content-Type: multipart/form-data",
            b"Content-Type: multipart/form-data; boundary=" + b"x" * 300,
            b"Content-Type: multipart/form-data; boundary=x",
        ]
    ),
    st.binary(max_size=12).map(lambda value: b"Content-Range: " + value.translate(None, b"\r\n").strip()),
)
FRAMINGS = st.sampled_from(
    [
        [b"Content-Length: 3"],
        [b"Content-Length: 30"],
        [b"Content-Length: 1"],
        [b"Content-Length: -1"],
        [b"Content-Length: x"],
        [b"Content-Length: 3", b"Content-Length: 4"],
        [b"Content-Length: 9223372036854775808"],
        [b"Transfer-Encoding: chunked"],
        [b"Transfer-Encoding: chunked", b"Content-Length: 3"],
        [b"Transfer-Encoding: gzip, chunked"],
        [],
    ]
)
BODIES = st.sampled_from(
    [b"abc", b"3\r\nabc\r\n0\r\n\r\n", b"3\r\nab", b"zz\r\nabc", b"--x\r\n\r\nabc\r\n--x--\r\n", b""]
)


@dataclass(frozen=True)
class Request:
    """A request that brings bytes, of an upload or of a name."""

    method: str
    of_upload: bool
    lines: list[bytes]
    framing: list[bytes]
    body: bytes


REQUESTS = st.builds(
    Request,
    method=st.sampled_from(["POST", "PUT", "PATCH"]),
    of_upload=st.booleans(),
    lines=st.lists(LINES, max_size=4),
    framing=FRAMINGS,
    body=BODIES,
)


@settings(max_examples=examples(200), suppress_health_check=list(HealthCheck))
@given(REQUESTS)
def test_no_header_breaks_the_server(server: RunningServer, client: httpx.Client, request_: Request) -> None:
    target = b"/api/upload_handlers?on_conflict=replace"
    if request_.of_upload:
        made = client.post(UPLOADS, json={"path": "header", "size": 3, "on_conflict": "replace"})
        target += b"&upload=" + made.json()["id"].encode()
    before = outside(server.root)
    headers = [*request_.framing, *request_.lines]
    answer = ask_raw(server, request_.method, target, headers, request_.body, ends=False)
    assert answer.status < 500 or answer.status in {501, 507}, answer
    # What can't be read as HTTP at all ends with the connection, or with a bare answer of the web server.
    if answer.status not in {0, 200} and answer.body:
        assert answer.fields["reason"] in REASONS, answer
    assert outside(server.root) == before
    if request_.of_upload:
        client.delete(f"{UPLOADS}/{made.json()['id']}")
    assert client.get("api/status").status_code == 200


def test_nothing_was_left_beside(server: RunningServer) -> None:
    assert os.listdir(server.root.parent / "outside") == ["secret"]  # noqa: PTH208  # names alone
