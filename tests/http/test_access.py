"""Who may pass, and that nothing is taken from those who may not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer

from .conftest import client_of, create, reason

#: Every route with every verb: (verb, path, changes something).
ROUTES = [
    ("GET", "api/bigupload/uploads", False),
    ("POST", "api/bigupload/uploads", True),
    ("GET", "api/bigupload/uploads/some", False),
    ("DELETE", "api/bigupload/uploads/some", True),
    ("POST", "api/bigupload/uploads/some/complete", True),
    ("POST", "api/bigupload/uploads/some/sign", True),
    ("POST", "api/bigupload/uploads/some/parts", True),
    ("POST", "api/bigupload/tus", True),
    ("GET", "api/bigupload/tus/some", False),
    ("PATCH", "api/bigupload/tus/some", True),
    ("DELETE", "api/bigupload/tus/some", True),
    ("POST", "api/bigupload/batches", True),
    ("POST", "api/bigupload/batches/signed", True),
    ("POST", "api/bigupload/batches/sent", True),
    ("POST", "api/bigupload/existing", True),
    ("POST", "api/bigupload/removal", True),
    ("GET", "api/bigupload/digest?path=x", False),
    ("GET", "api/bigupload/download?path=x", False),
    ("GET", "api/bigupload/destinations", False),
    ("GET", "api/bigupload/destinations/home/probe", False),
    ("GET", "api/bigupload/objects?destination=home", False),
    ("DELETE", "api/bigupload/objects?destination=home&path=x", True),
    ("GET", "api/bigupload/code?path=x", False),
    ("POST", "api/bigupload/catalog", True),
    ("GET", "api/upload_handlers?file=x", False),
    ("DELETE", "api/upload_handlers?file=x", True),
    ("POST", "api/upload_handlers", True),
    ("PUT", "api/upload_handlers", True),
    ("PATCH", "api/upload_handlers", True),
    ("POST", "api/upload_handlers?upload=some", True),
]

#: Forbid everybody some actions on contents.
FORBIDDING = """
from jupyter_server.auth import AllowAllAuthorizer

class Forbidding(AllowAllAuthorizer):
    def is_authorized(self, handler, user, action, resource):
        return not (resource == "contents" and action in {actions})

c.ServerApp.authorizer_class = Forbidding
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
    with ForkedServer(config_code=FORBIDDING.replace("{actions}", "{'write'}")) as server:
        yield server


@pytest.fixture(scope="module")
def for_nobody() -> Iterator[RunningServer]:
    with ForkedServer(config_code=FORBIDDING.replace("{actions}", "{'read', 'write'}")) as server:
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
        assert answer.status_code in {200, 404, 501}
    assert list(readers_only.root.iterdir()) == []
    assert not (readers_only.data_dir / "bigupload").exists()


@pytest.mark.parametrize(("method", "path", "changes"), ROUTES)
def test_an_authorizer_that_forbids_looking_too(
    for_nobody: RunningServer, method: str, path: str, *, changes: bool
) -> None:
    (for_nobody.root / "x").write_bytes(b"secret")
    with client_of(for_nobody) as client:
        assert reason(ask(client, method, path)) == (403, "forbidden")
    assert (for_nobody.root / "x").read_bytes() == b"secret"


@pytest.mark.parametrize("path", ["api/bigupload/uploads", "api/upload_handlers", "api/bigupload/tus"])
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
        assert client.get("api/bigupload/uploads").json()["uploads"] == []


def test_an_upload_of_another_server_is_not_there(start: Callable[..., RunningServer]) -> None:
    """Nor is any other file that an id might be the way to."""
    mine, theirs = start(), start()
    with client_of(theirs) as other:
        upload_id = create(other, "theirs", 3)
        plain = {"Content-Disposition": 'attachment; filename="plain"', "Content-Range": "bytes 0-1/3"}
        assert other.post("api/upload_handlers", content=b"ab", headers=plain).status_code == 200
        ids = [one["id"] for one in other.get("api/bigupload/uploads").json()["uploads"]]
    (record,) = theirs.data_dir.rglob(f"{upload_id}.json")
    guesses = [
        *ids,
        "plain-" + "0" * 32,
        f"..%2F..%2F{record.stem}",
        quote(str(record.with_suffix("")), safe=""),
    ]
    with client_of(mine) as client:
        for guess in guesses:
            one = f"api/bigupload/uploads/{guess}"
            chunk = {"Content-Range": "bytes 0-2/3"}
            sent = client.post(f"api/upload_handlers?upload={guess}", content=b"abc", headers=chunk)
            for answer in (client.get(one), client.delete(one), client.post(f"{one}/complete"), sent):
                assert reason(answer) == (404, "not_found"), guess
        assert client.get("api/upload_handlers", params={"file": "plain"}).json() == {"file": None}
        assert client.get("api/bigupload/uploads").json()["uploads"] == []
    with client_of(theirs) as other:
        assert {one["id"] for one in other.get("api/bigupload/uploads").json()["uploads"]} == set(ids)


def endless() -> Iterator[bytes]:
    yield from repeat(b"x" * 2**16, 64)


def test_a_body_without_a_length_meets_the_limit(start: Callable[..., RunningServer]) -> None:
    named = {"Content-Disposition": 'attachment; filename="x"'}
    server = start(config={"BigUpload": {"max_upload_size": 2**20}})
    with client_of(server) as client:
        answer = client.post("api/upload_handlers", content=endless(), headers=named)
        assert reason(answer) == (413, "too_large")
        assert answer.json()["limit"] == 2**20
        assert reason(client.post("api/bigupload/uploads", json={"path": "x", "size": 2**20 + 1}))[0] == 413
        assert client.get("api/bigupload/uploads").json()["uploads"] == []
    assert list(server.root.iterdir()) == []


def test_all_unfinished_uploads_together_meet_a_limit(start: Callable[..., RunningServer]) -> None:
    server = start(config={"BigUpload": {"max_unfinished_size": 1000}})
    with client_of(server) as client:
        first = create(client, "a", 600)
        create(client, "b", 400)
        answer = client.post("api/bigupload/uploads", json={"path": "c", "size": 1})
        assert reason(answer) == (507, "quota_exceeded")
        assert (answer.json()["limit"], answer.json()["used"]) == (1000, 1000)
        assert client.delete(f"api/bigupload/uploads/{first}").status_code == 204
        create(client, "c", 600)
    assert sorted(path.name for path in server.root.iterdir() if not path.name.startswith(".")) == []


def test_some_of_the_disk_stays_free(start: Callable[..., RunningServer]) -> None:
    server = start(config={"BigUpload": {"min_free_space": 2**52}})
    named = {"Content-Disposition": 'attachment; filename="x"'}
    with client_of(server) as client:
        assert reason(client.post("api/bigupload/uploads", json={"path": "x", "size": 1}))[1] == "no_space"
        assert reason(client.post("api/upload_handlers", content=b"x", headers=named))[1] == "no_space"
        assert reason(client.post("api/upload_handlers", content=endless(), headers=named))[1] == "no_space"
    assert list(server.root.iterdir()) == []
