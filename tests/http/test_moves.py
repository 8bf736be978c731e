"""Moves and renames: at every moment there is one whole copy, and in the end just one."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.server import RunningServer

from .conftest import client_of, reason
from .copies import done, home, names, put, read, refused
from .half_request import until
from .operations import OPERATIONS
from .site import PART, PREFIX, Site

DATA = os.urandom(PART + 1000)
NAME = "ü 漢 #?&+%20;=.bin"

#: Of names that others have, what is always tried.
QUICK = {("home", "fail"), ("lab", "replace")}
SIDES = [
    ("home", "lab"),
    ("lab", "home"),
    ("home", "home"),
    pytest.param("archive", "lab", marks=pytest.mark.long),
    pytest.param("lab", "lab", marks=pytest.mark.long),
    pytest.param("home", "archive", marks=pytest.mark.long),
    pytest.param("archive", "home", marks=pytest.mark.long),
    pytest.param("lab", "archive", marks=pytest.mark.long),
    pytest.param("lab", "plain", marks=pytest.mark.long),
    pytest.param("archive", "archive", marks=pytest.mark.long),
]


@pytest.fixture
def folder(site: Site) -> str:
    name = f"m{secrets.token_hex(6)}"
    home(site, f"{name}/to").mkdir(parents=True)
    return name


@pytest.mark.long
@pytest.mark.parametrize(("source", "to"), SIDES)
def test_a_file_is_moved(site: Site, visitor: httpx.Client, folder: str, source: str, to: str) -> None:
    put(site, source, f"{folder}/from/{NAME}", DATA)
    response = done(visitor, "move", source, f"{folder}/from/{NAME}", to=to, folder=f"{folder}/to")
    target = f"{folder}/to/{NAME}"
    assert response["made"] == {"destination": to, "path": target, "size": len(DATA)}
    assert response["removed"] == {"destination": source, "path": f"{folder}/from/{NAME}"}
    assert read(site, to, target) == DATA
    assert names(site, source, f"{folder}/from") == set()
    assert site.unfinished() == []


@pytest.mark.parametrize(("source", "to"), SIDES)
def test_a_folder_is_moved(site: Site, visitor: httpx.Client, folder: str, source: str, to: str) -> None:
    files = {"a/b/c": b"c", "a/empty": b"", f"a/{NAME}": b"odd", "large": DATA}
    for path, data in files.items():
        put(site, source, f"{folder}/from/set/{path}", data)
    if source == "home":
        home(site, f"{folder}/from/set/nothing/in it").mkdir(parents=True)
    response = done(visitor, "move", source, f"{folder}/from/set", to=to, folder=f"{folder}/to")
    assert response["removed"] == {"destination": source, "path": f"{folder}/from/set"}
    target = f"{folder}/to/set"
    assert {path: read(site, to, f"{target}/{path}") for path in names(site, to, target)} == files
    assert names(site, source, f"{folder}/from") == set()
    if source == "home":
        assert not home(site, f"{folder}/from/set").exists()


@pytest.mark.parametrize(
    ("source", "to", "policy"),
    [
        pytest.param(source, to, policy, marks=[] if (to, policy) in QUICK else pytest.mark.long)
        for source, to in (("home", "home"), ("home", "lab"), ("lab", "home"))
        for policy in ("fail", "rename", "replace")
    ],
)
def test_names_that_others_have(
    site: Site, visitor: httpx.Client, folder: str, *, source: str, to: str, policy: str
) -> None:
    put(site, source, f"{folder}/from/file", b"file")
    put(site, to, f"{folder}/to/file", b"FILE")
    parameters = {"to": to, "folder": f"{folder}/to", "on_conflict": policy}
    expected = {"file": b"FILE"}
    if policy == "fail":
        assert refused(visitor, "move", source, f"{folder}/from/file", **parameters)[0] == "exists"
        assert read(site, source, f"{folder}/from/file") == b"file"
    else:
        done(visitor, "move", source, f"{folder}/from/file", **parameters)
        expected["file (1)" if policy == "rename" else "file"] = b"file"
        assert names(site, source, f"{folder}/from") == set()
    there = names(site, to, f"{folder}/to")
    assert {name: read(site, to, f"{folder}/to/{name}") for name in there} == expected


@pytest.mark.parametrize(
    ("source", "to"),
    [
        ("home", "lab"),
        pytest.param("home", "home", marks=pytest.mark.long),
        pytest.param("lab", "home", marks=pytest.mark.long),
    ],
)
def test_what_is_there_already_is_removed_here(
    site: Site, visitor: httpx.Client, folder: str, source: str, to: str
) -> None:
    """As after a worker that died between the two."""
    for path in ("set/a", "set/b"):
        put(site, source, f"{folder}/from/{path}", path.encode())
    put(site, to, f"{folder}/to/set/a", b"set/a")
    response = done(visitor, "move", source, f"{folder}/from/set", to=to, folder=f"{folder}/to")
    assert (response["copied"], response["identical"]) == (1, 1)
    assert names(site, source, f"{folder}/from") == set()
    assert names(site, to, f"{folder}/to/set") == {"a", "b"}


def test_what_can_not_be_moved_stays(site: Site, visitor: httpx.Client, folder: str) -> None:
    for name in ("a", "b", "c"):
        put(site, "lab", f"{folder}/from/{name}", name.encode())
    put(site, "home", f"{folder}/to/from/b", b"other")
    code, words = refused(visitor, "move", "lab", f"{folder}/from", folder=f"{folder}/to")
    assert code == "copied_in_part"
    assert f"{folder}/from/b" in words
    assert names(site, "lab", f"{folder}/from") == {"b"}
    assert names(site, "home", f"{folder}/to/from") == {"a", "b", "c"}


@pytest.mark.long
def test_hidden_files_stay(site: Site, visitor: httpx.Client, folder: str) -> None:
    put(site, "home", f"{folder}/from/set/a", b"a")
    put(site, "home", f"{folder}/from/set/.hidden", b"x")
    response = done(visitor, "move", "home", f"{folder}/from/set", to="lab", folder=folder)
    assert response["removed"] is None
    assert names(site, "home", f"{folder}/from/set") == {".hidden"}
    assert names(site, "lab", f"{folder}/set") == {"a"}


@pytest.mark.long
def test_a_file_is_not_removed_as_its_own_copy(site: Site, visitor: httpx.Client, folder: str) -> None:
    """`lab` is a part of the bucket that `plain` is, and `reader` is `lab`."""
    put(site, "lab", f"{folder}/file", b"x")
    for source, path, to, into in [
        ("lab", f"{folder}/file", "plain", f"{PREFIX}/{folder}"),
        ("plain", f"{PREFIX}/{folder}/file", "lab", folder),
        ("reader", f"{folder}/file", "lab", folder),
        ("lab", f"{folder}/file", "lab", folder),
    ]:
        for policy in ("fail", "replace"):
            code, _ = refused(visitor, "move", source, path, to=to, folder=into, on_conflict=policy)
            assert code == "exists"
    home(site, f"{folder}/link").symlink_to(home(site, f"{folder}/to"))
    put(site, "home", f"{folder}/to/file", b"x")
    for policy in ("fail", "replace"):
        code, _ = refused(
            visitor, "move", "home", f"{folder}/to/file", folder=f"{folder}/link", on_conflict=policy
        )
        assert code == "malformed"
    assert read(site, "lab", f"{folder}/file") == read(site, "home", f"{folder}/to/file") == b"x"


def test_who_may_not_remove(site: Site, visitor: httpx.Client, folder: str) -> None:
    put(site, "lab", f"{folder}/file", b"x")
    code, _ = refused(visitor, "move", "reader", f"{folder}/file", folder=f"{folder}/to")
    assert code == "access_denied"
    assert read(site, "lab", f"{folder}/file") == read(site, "home", f"{folder}/to/file") == b"x"


@pytest.mark.parametrize("where", ["home", "lab", pytest.param("archive", marks=pytest.mark.long)])
def test_renames(site: Site, visitor: httpx.Client, folder: str, where: str) -> None:
    put(site, where, f"{folder}/set/a.bin", DATA)
    put(site, where, f"{folder}/set/b.bin", b"b")
    response = done(visitor, "rename", where, f"{folder}/set/a.bin", name=NAME)
    assert response["made"] == {"destination": where, "path": f"{folder}/set/{NAME}", "size": len(DATA)}
    assert names(site, where, f"{folder}/set") == {NAME, "b.bin"}
    assert read(site, where, f"{folder}/set/{NAME}") == DATA
    assert refused(visitor, "rename", where, f"{folder}/set/b.bin", name=NAME)[0] == "exists"
    response = done(visitor, "rename", where, f"{folder}/set", name="other")
    assert response["made"] == {"destination": where, "path": f"{folder}/other", "size": None}
    assert names(site, where, f"{folder}/other") == {NAME, "b.bin"}
    assert names(site, where, f"{folder}/set") == set()


@pytest.mark.parametrize("name", ["a/b", "", "/", 3, None])
def test_what_is_no_name(site: Site, visitor: httpx.Client, folder: str, name: object) -> None:
    put(site, "home", f"{folder}/file", b"x")
    body = {"kind": "rename", "path": f"{folder}/file", "parameters": {"name": name}}
    assert reason(visitor.post(OPERATIONS, json=body)) == (400, "malformed")


@pytest.mark.parametrize(
    ("name", "expected"), [("..", "invalid_name"), (".", "invalid_name"), ("\0", "invalid_name")]
)
@pytest.mark.long
@pytest.mark.parametrize("where", ["home", "lab"])
def test_what_is_no_name_there(
    site: Site, visitor: httpx.Client, folder: str, *, where: str, name: str, expected: str
) -> None:
    put(site, where, f"{folder}/file", b"x")
    body = {"kind": "rename", "destination": where, "path": f"{folder}/file", "parameters": {"name": name}}
    answer = visitor.post(OPERATIONS, json=body)
    if answer.status_code == 201:
        assert refused(visitor, "rename", where, f"{folder}/file", name=name)[0] in {expected, "outside_root"}
    else:
        assert answer.json()["reason"] in {expected, "hidden"}
    assert read(site, where, f"{folder}/file") == b"x"


def test_hidden_names_are_refused(site: Site, visitor: httpx.Client, folder: str) -> None:
    put(site, "home", f"{folder}/file", b"x")
    body = {"kind": "rename", "path": f"{folder}/file", "parameters": {"name": ".hidden"}}
    assert reason(visitor.post(OPERATIONS, json=body)) == (403, "hidden")


def test_jupyter_is_told(start: Callable[..., RunningServer], tmp_path: Path) -> None:
    log = tmp_path / "events"
    code = f"""
from jupyter_server.services.contents.filemanager import AsyncFileContentsManager
class Manager(AsyncFileContentsManager):
    def emit(self, data):
        with open({str(log)!r}, "a") as file:
            print(__import__("json").dumps(data), file=file)
c.ServerApp.contents_manager_class = Manager
"""
    server = start(config_code=code)
    (server.root / "a").write_bytes(b"x")
    with client_of(server) as client:
        done(client, "rename", "home", "a", name="b")

        def told() -> list[Any]:
            return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

        until(lambda: len(told()) > 1)
    assert told() == [{"action": "save", "path": "b"}, {"action": "delete", "path": "a"}]
