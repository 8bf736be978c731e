"""Single files as downloads that can go on."""

from __future__ import annotations

import os
import random
import secrets
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest

from tests.support.server import RunningServer

from .conftest import client_of, reason
from .site import Site
from .test_objects import put

DOWNLOAD = "api/bigupload/download"
#: Some pieces, and a part of one.
SIZE = 5 * 2**20 + 777


def fetch(client: httpx.Client, path: str, destination: str = "home", **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(DOWNLOAD, params={"destination": destination, "path": path}, headers=named)


@pytest.fixture
def data(root: Path) -> bytes:
    """What is in the file `deep/a.bin`."""
    data = secrets.token_bytes(SIZE)
    (root / "deep").mkdir()
    (root / "deep" / "a.bin").write_bytes(data)
    return data


def test_a_whole_file(client: httpx.Client, root: Path, data: bytes) -> None:
    answer = fetch(client, "deep/a.bin")
    assert (answer.status_code, answer.content == data) == (200, True)
    assert answer.headers["Content-Length"] == str(SIZE)
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-transform" in answer.headers["Cache-Control"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="a.bin"')
    assert answer.headers["Last-Modified"].endswith(" GMT")
    described = client.head(DOWNLOAD, params={"path": "deep/a.bin"})
    assert described.status_code == 200
    assert described.content == b""
    for name in ("ETag", "Last-Modified", "Content-Length", "Accept-Ranges", "Content-Disposition"):
        assert described.headers[name] == answer.headers[name]


def test_an_empty_file(client: httpx.Client, root: Path) -> None:
    (root / "empty").touch()
    assert (fetch(client, "empty").status_code, fetch(client, "empty").content) == (200, b"")
    assert fetch(client, "empty", Range="bytes=-5").status_code == 200
    assert reason(fetch(client, "empty", Range="bytes=0-")) == (416, "range_not_satisfiable")


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, SIZE),
        ("bytes=1048575-1048576", 2**20 - 1, 2**20 + 1),
        ("Bytes = 5-9", 5, 10),
        ("bytes=,5-9,", 5, 10),
        (f"bytes=7-{SIZE * 2}", 7, SIZE),
        (f"bytes=7-{'9' * 5000}", 7, SIZE),
        ("bytes=-1", SIZE - 1, SIZE),
        (f"bytes=-{SIZE * 2}", 0, SIZE),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
    ],
)
def test_a_range(client: httpx.Client, data: bytes, asked: str, start: int, end: int) -> None:
    answer = fetch(client, "deep/a.bin", Range=asked)
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert answer.headers["Content-Length"] == str(end - start)
    assert answer.content == data[start:end]


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=",
        "bytes=-",
        "bytes=9-5",
        "bytes=a-b",
        "bytes=1-2,5-6",
        "lines=1-2",
        "1-2",
        "bytes=1",
        "bytes=+1-2",
    ],
)
def test_a_range_that_is_none_is_ignored(client: httpx.Client, data: bytes, asked: str) -> None:
    answer = fetch(client, "deep/a.bin", Range=asked)
    assert (answer.status_code, answer.content == data) == (200, True)


@pytest.mark.parametrize(
    "asked", [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 5}", "bytes=-0", f"bytes={'9' * 99}-"]
)
def test_a_range_beyond_the_end(client: httpx.Client, data: bytes, asked: str) -> None:
    answer = fetch(client, "deep/a.bin", Range=asked)
    assert reason(answer) == (416, "range_not_satisfiable")
    assert answer.json()["size"] == SIZE
    assert answer.headers["Content-Range"] == f"bytes */{SIZE}"


def test_conditions(client: httpx.Client, root: Path, data: bytes) -> None:
    first = fetch(client, "deep/a.bin")
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    assert etag.startswith('"')

    def status(**headers: str) -> int:
        return fetch(client, "deep/a.bin", **headers).status_code

    assert status(If_None_Match=etag) == status(If_None_Match=f'"x", W/{etag}') == 304
    assert status(If_None_Match="*") == status(If_Modified_Since=modified) == 304
    assert status(If_None_Match='"x"', If_Modified_Since=modified) == 200
    assert status(If_Modified_Since="Sun, 06 Nov 1994 08:49:37 GMT") == 200
    assert status(If_Modified_Since="no date") == 200
    assert status(If_Match=etag) == status(If_Match="*") == status(If_Match=f'"a,b",{etag}') == 200
    assert status(If_Match='"x"') == status(If_Match=f"W/{etag}") == 412
    assert status(If_Unmodified_Since=modified) == 200
    assert status(If_Unmodified_Since="Sun, 06 Nov 1994 08:49:37 GMT") == 412
    assert status(Range="bytes=1-", If_Range=etag) == 206
    for other in ('"x"', f"W/{etag}", modified):
        whole = fetch(client, "deep/a.bin", Range="bytes=1-", If_Range=other)
        assert (whole.status_code, whole.content == data) == (200, True)
    unchanged = fetch(client, "deep/a.bin", If_None_Match=etag)
    assert (unchanged.content, unchanged.headers["ETag"]) == (b"", etag)
    # As many bytes as before, and the same modification time.
    found = (root / "deep" / "a.bin").stat()
    (root / "deep" / "a.bin").write_bytes(data[::-1])
    os.utime(root / "deep" / "a.bin", ns=(found.st_atime_ns, found.st_mtime_ns))
    assert reason(fetch(client, "deep/a.bin", If_Match=etag)) == (412, "changed")
    assert fetch(client, "deep/a.bin", Range="bytes=1-", If_Range=etag).content == data[::-1]


def test_what_was_cut_goes_on(server: RunningServer, client: httpx.Client, data: bytes) -> None:
    chance = random.Random(7)  # noqa: S311  # where a connection is cut
    for _ in range(10):
        came = b""
        etag = ""
        while len(came) < SIZE:
            headers = {"Range": f"bytes={len(came)}-", "If-Range": etag} if came else {}
            with (
                client_of(server) as other,
                other.stream("GET", DOWNLOAD, params={"path": "deep/a.bin"}, headers=headers) as answer,
            ):
                assert answer.status_code == (206 if came else 200)
                etag = answer.headers["ETag"]
                left = chance.randrange(1, 3 * 2**20)
                for piece in answer.iter_bytes():
                    came += piece[:left]
                    left -= len(piece)
                    if left <= 0:
                        break
        assert came == data


def connected(server: RunningServer, path: str) -> socket.socket:
    """Ask for a file by a connection of whose answer the kernel takes little at a time."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**16)
    connection.settimeout(30)
    connection.connect(("127.0.0.1", server.port))
    head = [
        f"GET /{DOWNLOAD}?path={path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: token {server.token}",
    ]
    connection.sendall("\r\n".join([*head, "", ""]).encode())
    return connection


@pytest.mark.parametrize("change", ["written to", "cut short"])
def test_what_changes_on_its_way_never_ends(start: Callable[..., RunningServer], change: str) -> None:
    server = start()
    size = 64 * 2**20
    file = server.root / "a.bin"
    file.write_bytes(b"a" * size)
    with connected(server, "a.bin") as connection:
        came = connection.recv(2**16)
        with file.open("r+b") as opened:
            if change == "cut short":
                opened.truncate(size // 2)
            else:
                opened.seek(size - 1)
                opened.write(b"b")
        while piece := connection.recv(2**16):
            came += piece
    head, _, body = came.partition(b"\r\n\r\n")
    assert f"Content-Length: {size}".encode() in head
    assert len(body) < size
    assert set(body) == {ord("a")}
    server.require_no_traceback()


def test_a_client_that_goes(start: Callable[..., RunningServer]) -> None:
    server = start()
    (server.root / "a.bin").write_bytes(bytes(64 * 2**20))
    for _ in range(5):
        with connected(server, "a.bin") as connection:
            assert connection.recv(100)
    with client_of(server) as client:
        assert fetch(client, "a.bin", Range="bytes=-1").content == b"\0"
        open_files = {
            str(one.readlink()) for one in Path(f"/proc/{server.pid}/fd").iterdir() if one.is_symlink()
        }
    server.require_no_traceback()
    assert len([name for name in open_files if name.endswith("a.bin")]) <= 5


def test_memory_stays_flat(start: Callable[..., RunningServer]) -> None:
    server = start()
    size = 512 * 2**20
    with (server.root / "a.bin").open("wb") as file:
        file.truncate(size)

    def memory(field: str) -> int:
        status = Path(f"/proc/{server.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(field))

    with client_of(server) as client:
        assert fetch(client, "a.bin", Range="bytes=0-0").status_code == 206
        before = memory("VmRSS")
        with connected(server, "a.bin") as slow:
            assert slow.recv(100)
            came = 0
            with client.stream("GET", DOWNLOAD, params={"path": "a.bin"}) as answer:
                for piece in answer.iter_bytes():
                    came += len(piece)
            assert came == size
        assert memory("VmHWM") - before <= 32 * 2**20


@pytest.mark.parametrize(
    "name",
    ["ü 漢字.bin", "a'b\"c%20&?#;.bin", "back\\slash", "trailing ", "\U0001f600", "new\nline", "x" * 255],
)
def test_odd_names(client: httpx.Client, root: Path, name: str) -> None:
    (root / name).write_bytes(b"odd")
    answer = fetch(client, name)
    assert (answer.status_code, answer.content) == (200, b"odd")
    disposition = answer.headers["Content-Disposition"]
    assert disposition.isascii()
    assert disposition.isprintable()
    encoded = disposition.partition("filename*=UTF-8''")[2]
    assert unquote(encoded, errors="strict") == name


def test_what_may_not_be_had(client: httpx.Client, root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (root / "out").symlink_to(tmp_path)
    (root / "link").symlink_to(tmp_path / "secret")
    (root / ".hidden").write_bytes(b"secret")
    (root / ".dir").mkdir()
    (root / ".dir" / "x").write_bytes(b"secret")
    (root / "folder").mkdir()
    os.mkfifo(root / "pipe")
    for path, expected in {
        "../secret": (403, "outside_root"),
        "a/../../secret": (403, "outside_root"),
        str(tmp_path / "secret"): (403, "outside_root"),
        "out/secret": (403, "outside_root"),
        "link": (404, "not_found"),
        ".hidden": (403, "hidden"),
        ".dir/x": (403, "hidden"),
        "pipe": (404, "not_found"),
        "missing": (404, "not_found"),
        "missing/x": (404, "folder_missing"),
        "nul\0": (400, "invalid_name"),
        "x" * 300: (400, "invalid_name"),
        "y/" * 5000: (400, "invalid_name"),
        "": (400, "malformed"),
    }.items():
        assert reason(fetch(client, path)) == expected, path
        assert client.head(DOWNLOAD, params={"path": path}).status_code == expected[0]
    assert reason(fetch(client, "x", "elsewhere")) == (501, "unsupported")


def test_hidden_files_where_they_may_be_seen(start: Callable[..., RunningServer]) -> None:
    server = start(config={"ContentsManager": {"allow_hidden": True}})
    (server.root / ".hidden").write_bytes(b"seen")
    with client_of(server) as client:
        assert fetch(client, ".hidden").content == b"seen"


def test_who_is_not_logged_in_learns_nothing(server: RunningServer, root: Path) -> None:
    (root / "there").write_bytes(b"x")
    with httpx.Client(base_url=server.url, trust_env=False) as stranger:
        for path in ("there", "missing"):
            assert reason(stranger.get(DOWNLOAD, params={"path": path})) == (403, "unauthorized")
            assert stranger.head(DOWNLOAD, params={"path": path}).status_code == 403


@pytest.mark.parametrize("destination", ["lab", "archive", "plain"])
def test_files_of_buckets(site: Site, visitor: httpx.Client, destination: str) -> None:
    data = secrets.token_bytes(SIZE)
    path = f"run {secrets.token_hex(4)}/ü #?&+%20 .bin"
    if destination == "plain":
        site.seaweedfs.client.put_object(Bucket=site.bucket, Key=path, Body=data)
    else:
        put(site, destination, path, data)
    answer = fetch(visitor, path, destination)
    assert (answer.status_code, answer.content == data) == (200, True)
    etag = answer.headers["ETag"]
    assert etag.startswith('"')
    part = fetch(visitor, path, destination, Range="bytes=1000-3000000", If_Range=etag)
    assert (part.status_code, part.content == data[1000:3000001]) == (206, True)
    assert fetch(visitor, path, destination, If_None_Match=etag).status_code == 304
    if destination != "plain":
        put(site, destination, path, data[::-1])
        again = fetch(visitor, path, destination, Range="bytes=1000-", If_Range=etag)
        assert (again.status_code, again.content == data[::-1]) == (200, True)
        assert reason(fetch(visitor, path, destination, If_Match=etag)) == (412, "changed")
    assert reason(fetch(visitor, "there is none", destination)) == (404, "not_found")
    assert reason(fetch(visitor, "a/../b", destination)) == (400, "invalid_name")
    assert reason(fetch(visitor, "x", "dead")) == (503, "store_unreachable")
