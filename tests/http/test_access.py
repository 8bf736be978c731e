"""Who may pass, and that nothing is taken from those who may not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from jupyter_bigupload.testing.server import RunningServer

from .conftest import client_of, create, reason

#: Every route with every verb: (verb, path, changes something).
ROUTES = [
    ("GET", "api/bigupload/uploads", False),
    ("POST", "api/bigupload/uploads", True),
    ("GET", "api/bigupload/uploads/some", False),
    ("DELETE", "api/bigupload/uploads/some", True),
    ("POST", "api/bigupload/uploads/some/complete", True),
    ("GET", "api/upload_handlers?file=x", False),
    ("DELETE", "api/upload_handlers?file=x", True),
    ("POST", "api/upload_handlers", True),
    ("PUT", "api/upload_handlers", True),
    ("PATCH", "api/upload_handlers", True),
    ("POST", "api/upload_handlers?upload=some", True),
]

#: Lets everybody look, and nobody write.
READERS_ONLY = """
from jupyter_server.auth import AllowAllAuthorizer

class ReadersOnly(AllowAllAuthorizer):
    def is_authorized(self, handler, user, action, resource):
        return not (resource == "contents" and action == "write")

c.ServerApp.authorizer_class = ReadersOnly
"""


def ask(
    client: httpx.Client, method: str, path: str, headers: dict[str, str] | None = None
) -> httpx.Response:
    if method in {"GET", "DELETE"}:
        return client.request(method, path, headers=headers or {})
    named = {"Content-Disposition": 'attachment; filename="x"', **(headers or {})}
    return client.request(method, path, content=b"x" * 100_000, headers=named)


@pytest.mark.parametrize(("method", "path", "changes"), ROUTES)
@pytest.mark.parametrize("authorization", [None, "token wrong", "Basic eDp5"])
def test_strangers(
    server: RunningServer, root: Path, method: str, path: str, *, changes: bool, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        answer = ask(client, method, path, headers=headers)
    assert reason(answer) == (403, "unauthorized")
    assert list(root.iterdir()) == []


@pytest.mark.parametrize(("method", "path", "changes"), ROUTES)
def test_a_session_without_the_xsrf_token(
    server: RunningServer, root: Path, method: str, path: str, *, changes: bool
) -> None:
    with httpx.Client(base_url=server.url, trust_env=False, follow_redirects=True) as client:
        client.get("login")
        xsrf = client.cookies["_xsrf"]
        client.post("login", data={"password": server.token, "_xsrf": xsrf})
        assert client.get("api/status").status_code == 200
        without, wrong = ask(client, method, path), ask(client, method, path, headers={"X-XSRFToken": "no"})
        right = ask(client, method, path, headers={"X-XSRFToken": client.cookies["_xsrf"]})
    if changes:
        assert reason(without) == (403, "unauthorized")
        assert reason(wrong) == (403, "unauthorized")
    assert right.status_code != 403


@pytest.fixture(scope="module")
def readers_only() -> Iterator[RunningServer]:
    with RunningServer(config_code=READERS_ONLY) as server:
        yield server


@pytest.mark.parametrize(("method", "path", "changes"), ROUTES)
def test_an_authorizer_that_forbids_writing(
    readers_only: RunningServer, method: str, path: str, *, changes: bool
) -> None:
    with client_of(readers_only) as client:
        answer = ask(client, method, path)
    if changes:
        assert reason(answer) == (403, "forbidden")
    else:
        assert answer.status_code in {200, 404}
    assert list(readers_only.root.iterdir()) == []
    assert not (readers_only.data_dir / "bigupload").exists()


@pytest.mark.parametrize("path", ["api/bigupload/uploads", "api/upload_handlers"])
def test_a_browser_may_ask_before_it_logs_in(server: RunningServer, path: str) -> None:
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        assert client.options(path).status_code in {200, 204}


def test_hidden_files_where_they_are_on(start: Callable[..., RunningServer]) -> None:
    server = start(config={"ContentsManager": {"allow_hidden": True}})
    with client_of(server) as client:
        create(client, ".hidden", 1)
        assert client.post("api/upload_handlers", files={"file": (".x", b"x")}).status_code == 200
    assert (server.root / ".x").read_bytes() == b"x"


def test_a_contents_manager_that_is_not_on_disk(start: Callable[..., RunningServer]) -> None:
    code = """
from jupyter_server.services.contents.manager import ContentsManager

class Elsewhere(ContentsManager):
    def dir_exists(self, path): return True
    def is_hidden(self, path): return False
    def file_exists(self, path=""): return False
    def get(self, path, content=True, type=None, format=None, require_hash=False): return {}

c.ServerApp.contents_manager_class = Elsewhere
"""
    with client_of(start(config_code=code)) as client:
        answer = client.post("api/bigupload/uploads", json={"path": "x", "size": 1})
        assert reason(answer) == (501, "unsupported")
        assert reason(client.post("api/upload_handlers", files={"file": ("x", b"x")})) == (501, "unsupported")
        assert client.get("api/bigupload/uploads").json() == {"uploads": []}
