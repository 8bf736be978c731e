"""What the client loads and shows, and how it finds a server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import jupyter_bigupload.client
from jupyter_bigupload.client import Client, ServerNotFound, UnknownError, find_server
from jupyter_bigupload.client.errors import error_of
from jupyter_bigupload.errors import BigUploadError, NoSpace, Unsupported, UnsupportedEncoding
from tests.support.forked_server import ForkedServer


def test_it_loads_nothing_of_a_server() -> None:
    program = (
        "import sys, jupyter_bigupload.client; "
        "print([name for name in ('tornado', 'jupyter_server', 'traitlets') if name in sys.modules])"
    )
    output = subprocess.check_output([sys.executable, "-c", program], text=True)
    assert output.strip() == "[]"


def test_what_it_shows() -> None:
    shown = jupyter_bigupload.client.__all__
    assert list(shown) == sorted(shown)
    for name in shown:
        assert getattr(jupyter_bigupload.client, name).__doc__, name


@pytest.mark.parametrize(
    ("status", "fields", "kind", "retryable"),
    [
        (507, {"reason": "no_space", "message": "full", "retryable": False, "needed": 5}, NoSpace, False),
        (501, {"reason": "unsupported", "message": "no"}, Unsupported, False),
        (415, {"reason": "unsupported", "message": "no"}, UnsupportedEncoding, False),
        (409, {"reason": "of_tomorrow", "message": "no", "retryable": True, "x": 1}, UnknownError, True),
        (502, "<html>", UnknownError, True),
        (404, "<html>", UnknownError, False),
        (400, ["reason"], UnknownError, False),
    ],
)
def test_errors(status: int, fields: object, kind: type[BigUploadError], *, retryable: bool) -> None:
    error = error_of(status, fields)
    assert type(error) is kind
    assert error.retryable is retryable
    assert error.status == status


def info(server: ForkedServer, pid: int) -> dict[str, object]:
    return {
        "url": server.url,
        "token": server.token,
        "pid": pid,
        "root_dir": str(server.root),
        "base_url": "/",
        "sock": "",
    }


def test_the_one_that_runs_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    environment = {"JUPYTER_RUNTIME_DIR": str(runtime)}
    with pytest.raises(ServerNotFound):
        find_server(environment)
    with ForkedServer() as server:
        (runtime / "jpserver-1.json").write_text("{")
        (runtime / "jpserver-2.json").write_text(
            json.dumps({**info(server, 2**22 - 1), "url": "http://dead/"})
        )
        (runtime / "jpserver-3.json").write_text(json.dumps(info(server, 1)))
        found = find_server(environment)
        assert (found.url, found.token) == (server.url, server.token)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("JUPYTER_SERVER_URL", raising=False)
        with Client() as client:
            assert [one.name for one in client.destinations()] == ["home"]
        other = {**info(server, 1), "url": "http://other/", "root_dir": str(tmp_path / "other")}
        (runtime / "jpserver-4.json").write_text(json.dumps(other))
        with pytest.raises(ServerNotFound, match="More than one"):
            find_server(environment)
        monkeypatch.chdir(server.root)
        assert find_server(environment).url == server.url
        (runtime / "jpserver-4.json").write_text(json.dumps({**other, "pid": os.getpid()}))
        assert find_server(environment).url == "http://other/"


def test_a_unix_socket(tmp_path: Path) -> None:
    socket = {
        "sock": "/run/a b.sock",
        "base_url": "/base/",
        "token": "t",
        "pid": os.getpid(),
        "url": "http+unix://",
    }
    (tmp_path / "jpserver-1.json").write_text(json.dumps(socket))
    found = find_server({"JUPYTER_RUNTIME_DIR": str(tmp_path)})
    assert (found.url, found.socket, found.token) == ("http://localhost/base/", "/run/a b.sock", "t")


def test_that_of_a_hub(tmp_path: Path) -> None:
    found = find_server(
        {
            "JUPYTER_RUNTIME_DIR": str(tmp_path),
            "JUPYTERHUB_SERVICE_URL": "http://0.0.0.0:8888/user/ada/",
            "JUPYTERHUB_SERVICE_PREFIX": "/user/ada/",
            "JUPYTERHUB_API_TOKEN": "secret",
        }
    )
    assert (found.url, found.token) == ("http://127.0.0.1:8888/user/ada/", "secret")


def test_what_the_environment_names() -> None:
    found = find_server({"JUPYTER_SERVER_URL": "https://hub/user/ada/", "JUPYTER_TOKEN": "t"})
    assert (found.url, found.token) == ("https://hub/user/ada/", "t")
