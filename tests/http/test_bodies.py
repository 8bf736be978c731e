"""What becomes of bodies: how large, how slow, and what their headers say."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from jupyter_bigupload.http.bodies.incoming import DROPPED, JSON_LIMIT
from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer

from .conftest import client_of, create, reason

UPLOADS = "api/bigupload/uploads"
HANDLER = "api/upload_handlers"
JSON_ROUTES = [
    UPLOADS,
    f"{UPLOADS}/some/complete",
    f"{UPLOADS}/some/sign",
    f"{UPLOADS}/some/parts",
    "api/bigupload/catalog",
]
#: More digits than Python reads as a number.
MANY = "9" * 5000


class Exchange:
    """One connection, whose requests are written by hand."""

    def __init__(self, server: RunningServer) -> None:
        self._socket = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        self._stream = self._socket.makefile("rb")
        self._server = server

    def __enter__(self) -> Exchange:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        self._socket.close()

    def send(self, verb: str, path: str, *headers: str, body: bytes = b"", login: bool = True) -> None:
        lines = [f"{verb} /{path} HTTP/1.1", f"Host: 127.0.0.1:{self._server.port}", *headers]
        if login:
            lines.append(f"Authorization: token {self._server.token}")
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)

    def send_more(self, data: bytes) -> None:
        self._socket.sendall(data)

    def wait(self, seconds: float) -> None:
        """Send nothing for so long."""
        time.sleep(seconds)

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of the next answer; status 0 for a connection that is closed."""
        first = self._stream.readline()
        if not first:
            return 0, {}, b""
        headers = {}
        while line := self._stream.readline().strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        return int(first.split()[1]), headers, self._stream.read(int(headers.get("content-length", 0)))

    def closed(self) -> bool:
        try:
            return self._stream.read() == b""
        except ConnectionResetError:
            return True


def in_chunks(data: bytes, size: int) -> bytes:
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def padded(length: int) -> bytes:
    """A JSON object of so many bytes."""
    return b'{"x": "' + b"x" * (length - 9) + b'"}'


@pytest.mark.parametrize("path", JSON_ROUTES)
def test_a_body_of_json_is_small(client: httpx.Client, root: Path, path: str) -> None:
    assert reason(client.post(path, content=padded(JSON_LIMIT)))[1] in {"malformed", "not_found"}
    for content in (padded(JSON_LIMIT + 1), iter([padded(JSON_LIMIT), b" "])):
        answer = client.post(path, content=content)
        assert reason(answer) == (413, "too_large")
        assert answer.json()["limit"] == JSON_LIMIT


@pytest.mark.parametrize("path", [*JSON_ROUTES, HANDLER])
def test_a_large_body_of_a_stranger_is_not_waited_for(server: RunningServer, path: str) -> None:
    with Exchange(server) as exchange:
        exchange.send("POST", path, f"Content-Length: {400 * 2**20}", login=False)
        status, headers, body = exchange.answer()
        assert (status, headers["connection"]) == (403, "close")
        assert json.loads(body)["reason"] == "unauthorized"
        assert exchange.closed()


@pytest.mark.parametrize("path", [UPLOADS, HANDLER])
@pytest.mark.parametrize("verb", ["GET", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("fixed", [True, False])
def test_a_large_body_that_nobody_wants(server: RunningServer, path: str, verb: str, *, fixed: bool) -> None:
    with Exchange(server) as exchange:
        if fixed:
            exchange.send(verb, path, f"Content-Length: {DROPPED + 1}")
        else:
            exchange.send(verb, path, "Transfer-Encoding: chunked")
            try:
                for _ in range(DROPPED // 2**20 + 1):
                    exchange.send_more(b"100000\r\n" + bytes(2**20) + b"\r\n")
            except (BrokenPipeError, ConnectionResetError):
                return
        status, headers, body = exchange.answer()
        assert (status, headers["connection"]) == (413, "close")
        assert json.loads(body)["limit"] == DROPPED


def test_a_small_body_that_nobody_wants_does_no_harm(server: RunningServer, root: Path) -> None:
    """And the connection can be used again, for requests that came with it, too."""
    with Exchange(server) as exchange:
        data = bytes(100_000)
        exchange.send("GET", UPLOADS, f"Content-Length: {len(data)}", body=data)
        exchange.send("GET", UPLOADS, "Transfer-Encoding: chunked", body=in_chunks(data, 7))
        exchange.send("POST", UPLOADS, f"Content-Length: {len(data)}", body=data, login=False)
        exchange.send("OPTIONS", HANDLER, f"Content-Length: {len(data)}", body=data, login=False)
        exchange.send("GET", UPLOADS)
        assert [exchange.answer()[0] for _ in range(5)] == [200, 200, 403, 200, 200]


def test_json_in_chunks_of_one_byte(server: RunningServer, root: Path) -> None:
    body = json.dumps({"path": "é", "size": 1}).encode()
    with Exchange(server) as exchange:
        exchange.send("POST", UPLOADS, "Transfer-Encoding: chunked", body=in_chunks(body, 1))
        assert exchange.answer()[0] == 201


@pytest.mark.parametrize(
    ("path", "length", "login", "expected"),
    [
        (UPLOADS, 100, False, 403),
        (UPLOADS, JSON_LIMIT + 1, True, 413),
        (UPLOADS, 2, True, 100),
        (HANDLER, 100, False, 403),
        (HANDLER, 100, True, 400),  # without a name
        (f"{HANDLER}?upload=none", 100, True, 400),
    ],
)
def test_who_asks_first_is_told_first(
    server: RunningServer, root: Path, path: str, length: int, expected: int, *, login: bool
) -> None:
    with Exchange(server) as exchange:
        exchange.send("POST", path, f"Content-Length: {length}", "Expect: 100-continue", login=login)
        status, headers, _ = exchange.answer()
        assert status == expected
        assert status == 100 or (headers["connection"] == "close" and exchange.closed())


@pytest.fixture(scope="module")
def impatient() -> Iterator[RunningServer]:
    code = "from jupyter_bigupload.http.bodies import incoming\nincoming.PATIENCE = 0.5\n"
    with ForkedServer(config_code=code) as running:
        yield running


@pytest.mark.parametrize(
    ("verb", "path", "login", "expected"),
    [
        ("POST", UPLOADS, True, 0),
        ("GET", UPLOADS, True, 0),
        ("OPTIONS", HANDLER, False, 0),
        ("POST", UPLOADS, False, 403),
        ("POST", HANDLER, False, 403),
        ("POST", HANDLER, True, 400),
    ],
)
@pytest.mark.parametrize("framing", ["Content-Length: 100", "Transfer-Encoding: chunked"])
def test_nobody_holds_a_connection_by_sending_slowly(
    impatient: RunningServer, verb: str, path: str, framing: str, expected: int, *, login: bool
) -> None:
    with Exchange(impatient) as exchange:
        exchange.send(verb, path, framing, body=b"8\r\n12345678\r\n", login=login)
        assert exchange.answer()[0] == expected
        assert exchange.closed()


def test_a_file_may_come_slowly(impatient: RunningServer) -> None:
    name = 'Content-Disposition: attachment; filename="slow"'
    with Exchange(impatient) as exchange:
        exchange.send("POST", HANDLER, "Content-Length: 4", name, body=b"12")
        exchange.wait(1.5)
        exchange.send_more(b"34")
        assert exchange.answer()[0] == 200
    assert (impatient.root / "slow").read_bytes() == b"1234"


@pytest.mark.parametrize(
    "headers",
    [
        ["Content-Length: " + MANY],
        ["Content-Length: ٣".encode().decode("latin-1")],
        ["Content-Length: 3", "Content-Length: 4"],
        ["Content-Length: 3", f"Content-Disposition: attachment; filename*{MANY}=x"],
        ["Content-Length: 3", f"Content-Type: multipart/form-data; boundary*{MANY}=x"],
        ["Content-Length: 3", "Content-Disposition: attachment; filename*=bogus''x"],
        ["Content-Length: 3", "Content-Disposition: attachment; filename=%ff"],
        ["Content-Length: 3", "Content-Disposition: attachment; filename=%"],
        ["Content-Length: 3", 'Content-Disposition: attachment; filename="x'],
        ["Content-Length: 3", "Content-Disposition: attachment; filename=x; filename=y"],
        ["Content-Length: 3", "Content-Disposition: attachment; filename=\xe9"],
    ],
)
@pytest.mark.parametrize("path", [HANDLER, UPLOADS])
def test_headers_that_say_nothing(server: RunningServer, root: Path, path: str, headers: list[str]) -> None:
    with Exchange(server) as exchange:
        exchange.send("POST", path, *headers, body=b"abc")
        status, _, body = exchange.answer()
        assert status == 400
        assert json.loads(body)["reason"] in {"malformed", "invalid_name"}
    assert list(root.iterdir()) == []


def test_headers_in_any_case(client: httpx.Client, root: Path) -> None:
    named = {"Content-Disposition": 'Attachment; FileName="x"', "Content-Encoding": "Identity"}
    assert client.post(HANDLER, content=b"abc", headers=named).status_code == 200
    body = b'--B\r\nContent-Disposition: form-data; name="f"; filename="y"\r\n\r\nabc\r\n--B--\r\n'
    answer = client.post(HANDLER, content=body, headers={"Content-Type": "Multipart/Form-Data; Boundary=B"})
    assert answer.status_code == 200
    assert {path.name: path.read_bytes() for path in root.iterdir()} == {"x": b"abc", "y": b"abc"}


STEPS = "a/" * 15_000


@pytest.mark.parametrize(
    ("verb", "path", "fields"),
    [
        ("POST", UPLOADS, {"path": "a/" * 500_000, "size": 1}),
        ("POST", UPLOADS, {"path": "a/" * 500_000, "size": 1, "destination": "lab"}),
        ("POST", UPLOADS, {"path": "é" * 2049, "size": 1}),
        ("POST", UPLOADS, {"path": "\ud800" * 2000, "size": 1}),
        ("POST", "api/bigupload/catalog", {"path": "a/" * 500_000}),
        ("POST", "api/bigupload/catalog", {"path": "a", "catalog": "a/" * 400_000 + ".yaml"}),
        ("GET", f"api/bigupload/digest?path={STEPS}", None),
        ("GET", f"api/bigupload/code?path={STEPS}", None),
        ("GET", f"api/bigupload/objects?destination=lab&prefix={STEPS}", None),
        ("DELETE", f"api/bigupload/objects?destination=lab&path={STEPS}", None),
        ("GET", f"{HANDLER}/{STEPS}?file=x", None),
        ("DELETE", f"{HANDLER}/{STEPS}?file=x", None),
    ],
)
def test_a_path_that_no_system_has(client: httpx.Client, verb: str, path: str, fields: object) -> None:
    content = None if fields is None else json.dumps(fields).encode()
    assert reason(client.request(verb, path, content=content)) == (400, "invalid_name")


def test_a_path_of_ten_million_steps(client: httpx.Client, root: Path) -> None:
    body = b'{"size": 1, "path": "' + b"a/" * 10_000_000 + b'"}'
    assert reason(client.post(UPLOADS, content=body)) == (413, "too_large")


def test_an_url_that_is_not_encoded(server: RunningServer, root: Path) -> None:
    """tornado would take each byte of the folder's name for a character."""
    with Exchange(server) as exchange:
        exchange.send("GET", f"{HANDLER}/\xc3\xa9?file=x")
        status, _, body = exchange.answer()
    assert (status, json.loads(body)["reason"]) == (400, "malformed")


def test_an_argument_of_jupyter_that_is_no_text(client: httpx.Client, root: Path) -> None:
    assert client.get(f"{UPLOADS}?no_track_activity=%ff").status_code == 200


def test_records_that_are_no_folder(start: Callable[..., RunningServer]) -> None:
    server = start()
    with client_of(server) as client:
        upload_id = create(client, "x", 3)
        (records,) = (server.data_dir / "bigupload").iterdir()
        records.rename(records.with_suffix(".away"))
        records.write_bytes(b"")
        for verb, path in [
            ("GET", f"{UPLOADS}/{upload_id}"),
            ("GET", f"{UPLOADS}/other"),
            ("GET", UPLOADS),
            ("POST", f"{UPLOADS}/{upload_id}/complete"),
            ("DELETE", f"{UPLOADS}/{upload_id}"),
            ("POST", f"{HANDLER}?upload={upload_id}"),
            ("GET", f"{HANDLER}?file=x"),
        ]:
            answer = client.request(verb, path, headers={"Content-Range": "bytes 0-2/3"}, content=b"")
            assert reason(answer) == (500, "storage_failed"), (verb, path)
        assert reason(client.post(UPLOADS, json={"path": "y", "size": 3})) == (500, "storage_failed")
        records.unlink()
        records.with_suffix(".away").rename(records)
        assert client.get(f"{UPLOADS}/{upload_id}").status_code == 200
    server.require_no_traceback()


def test_no_place_for_records_from_the_start(start: Callable[..., RunningServer], tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    server = start(config={"BigUpload": {"records_dir": str(tmp_path / "file")}})
    with client_of(server) as client:
        assert reason(client.get(UPLOADS)) == (500, "storage_failed")
        assert reason(client.post(UPLOADS, json={"path": "y", "size": 3})) == (500, "storage_failed")
        assert reason(client.post(HANDLER, files={"file": ("z", b"abc")})) == (500, "storage_failed")
    assert list(server.root.iterdir()) == []


@pytest.mark.parametrize("is_hidden", ["", "    def is_hidden(self, path): raise NotImplementedError"])
def test_a_contents_manager_that_knows_nothing_of_hidden_files(
    start: Callable[..., RunningServer], is_hidden: str
) -> None:
    code = f"""
from jupyter_server.services.contents.largefilemanager import LargeFileManager

class Simple(LargeFileManager):
    def __getattribute__(self, name):
        if name == "is_hidden" and {not is_hidden}:
            raise AttributeError(name)
        return super().__getattribute__(name)
{is_hidden}

c.ServerApp.contents_manager_class = Simple
"""
    server = start(config_code=code)
    with client_of(server) as client:
        create(client, "x", 3)
        assert reason(client.post(UPLOADS, json={"path": ".x", "size": 3})) == (403, "hidden")
        assert reason(client.post(UPLOADS, json={"path": ".a/x", "size": 3})) == (403, "hidden")
    server.require_no_traceback()
