"""A mistake in the settings: nothing serves half of them. And what their ends mean."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer

from .conftest import client_of, create, reason

UPLOADS = "api/bigupload/uploads"
WITH_NEVER = "a number of seconds from 0 to 3155760000, 0 for never."


class OwnFileServer(ForkedServer):
    """A server with a config file of the extension's own."""

    def _write_settings(self) -> None:
        super()._write_settings()
        (self.config_dir / "jupyter_bigupload_config.json").write_text(
            '{"BigUpload": {"expire_after": 1e12}}'
        )


def assert_refused(server: RunningServer, sentence: str) -> None:
    with client_of(server) as client:
        assert client.get("api/status").status_code == 200
        for path in (UPLOADS, "api/upload_handlers", "api/bigupload/destinations"):
            assert client.get(path).status_code == 404
            assert client.post(path, json={"path": "x", "size": 1}).status_code == 404
    (line,) = [line for line in server.log.splitlines() if line.startswith("[C ")]
    assert line.endswith(sentence)
    assert server.log.index(line) > server.log.index("is running at")
    assert list(server.root.iterdir()) == []
    server.stop()
    assert "Error" not in server.log[server.log.index(line) :]


@pytest.mark.parametrize(
    ("name", "value", "instead"),
    [
        ("expire_after", "float('inf')", WITH_NEVER),
        ("expire_after", "1e12", WITH_NEVER),
        ("parallel", "0", "a whole number of chunks from 1 to 100."),
    ],
)
def test_a_config_file(start: Callable[..., RunningServer], name: str, value: str, instead: str) -> None:
    code = f"c.BigUpload.{name} = {value}\nc.BigUpload.max_upload_size = 10"
    shown = str(eval(value))  # noqa: S307  # as the config file does
    assert_refused(start(config_code=code), f"BigUpload.{name} can't be {shown}: write {instead}")


def test_the_command_line() -> None:
    server = ForkedServer()
    server.arguments = ["--BigUpload.expire_after=inf"]
    with server:
        assert_refused(
            server,
            f"BigUpload.expire_after can't be inf: write {WITH_NEVER}",
        )


def test_the_config_file_of_the_extension_itself() -> None:
    with OwnFileServer() as server:
        assert_refused(server, f"BigUpload.expire_after can't be 1000000000000.0: write {WITH_NEVER}")


def test_another_kind_of_setting(start: Callable[..., RunningServer]) -> None:
    with client_of(start(config={"BigUpload": {"destinations": "s3://bucket"}})) as client:
        assert client.get(UPLOADS).status_code == 404


def test_the_largest_of_all_numbers(start: Callable[..., RunningServer]) -> None:
    most = 2**53 - 1
    numbers = {
        "max_upload_size": most,
        "max_unfinished_size": most,
        "chunk_size": most,
        "parallel": 100,
        "expire_after": 3155760000,
        "stalled_after": 86400,
        "hint_above": most,
    }
    with client_of(start(config={"BigUpload": numbers})) as client:
        upload_id = create(client, "x", 3)
        (listed,) = client.get(UPLOADS).json()["uploads"]
        assert (listed["chunk_size"], listed["parallel"]) == (most, 100)
        assert listed["expires"] > "2126"
        sent = client.post(
            f"api/upload_handlers?upload={upload_id}",
            content=b"abc",
            headers={"Content-Range": "bytes 0-2/3"},
        )
        assert sent.status_code == 200
        assert client.post(f"{UPLOADS}/{upload_id}/complete").status_code == 200


def test_never(start: Callable[..., RunningServer]) -> None:
    server = start(config={"BigUpload": {"expire_after": 0}})
    with client_of(server) as client:
        upload_id = create(client, "x", 3)
        assert client.get(f"{UPLOADS}/{upload_id}").json()["expires"] is None
        server.restart()  # which sweeps
        (listed,) = client.get(UPLOADS).json()["uploads"]
        assert (listed["id"], listed["expires"]) == (upload_id, None)


BREAKING = """
import jupyter_bigupload.http.uploads as uploads

def as_whole(upload, service):
    raise RuntimeError("no answer can be made of this")

uploads.as_whole = as_whole
"""


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k"}], ids=["once", "repeatable"])
def test_a_create_without_an_answer_leaves_nothing(
    start: Callable[..., RunningServer], headers: dict[str, str]
) -> None:
    server = start(config_code=BREAKING)
    with client_of(server) as client:
        for _ in range(2):
            answer = client.post(UPLOADS, json={"path": "x", "size": 3}, headers=headers)
            assert reason(answer) == (500, "internal_server_error")
        assert client.get(UPLOADS).json()["uploads"] == []
    assert list(server.root.iterdir()) == []
    assert not [path for path in server.data_dir.rglob("*.json") if "bigupload" in str(path.parent)]
