"""Copies of files from one destination to another: verified, gone on with, and never made twice."""

from __future__ import annotations

import os
import secrets

import httpx
import pytest

from .conftest import reason
from .copies import done, home, names, put, read, refused
from .operations import OPERATIONS
from .site import PART, PREFIX, Site

#: Three parts, the last of them short.
DATA = os.urandom(2 * PART + 1000)
NAME = "ü 漢 #?&+%20;=.bin"


def long(*values: str) -> object:
    """Return what only the longest runs try."""
    return pytest.param(*values, marks=pytest.mark.long)


@pytest.fixture
def folder(site: Site) -> str:
    """A folder of the home folder, for one test; buckets have prefixes of that name."""
    name = f"t{secrets.token_hex(6)}"
    (site.server.root / name).mkdir()
    return name


@pytest.mark.parametrize(
    ("source", "to"),
    [
        ("home", "lab"),
        long("home", "archive"),
        long("home", "home"),
        long("lab", "home"),
        long("archive", "home"),
        long("lab", "archive"),
        ("archive", "lab"),
        ("lab", "plain"),
        long("archive", "archive"),
    ],
)
def test_a_file_is_copied_once(site: Site, visitor: httpx.Client, folder: str, source: str, to: str) -> None:
    put(site, source, f"{folder}/{NAME}", DATA)
    (site.server.root / folder / "to").mkdir()
    response = done(visitor, "copy", source, f"{folder}/{NAME}", to=to, folder=f"{folder}/to")
    target = f"{folder}/to/{NAME}"
    assert response["made"] == {"destination": to, "path": target, "size": len(DATA)}
    assert (response["copied"], response["identical"], response["bytes"]) == (1, 0, len(DATA))
    assert read(site, to, target) == DATA
    assert read(site, source, f"{folder}/{NAME}") == DATA
    again = done(visitor, "copy", source, f"{folder}/{NAME}", to=to, folder=f"{folder}/to")
    assert (again["copied"], again["identical"], again["made"]) == (0, 1, response["made"])
    assert names(site, to, f"{folder}/to") == {NAME}
    assert site.unfinished() == []


def contents(large: int = PART) -> dict[str, bytes]:
    """Return what is in a folder: many small files, an empty one, a large one, odd names."""
    return {
        **{f"many/{number}.bin": os.urandom(number * 7) for number in range(40)},
        "a/b/c/deep.bin": b"deep",
        f"odd/{NAME}": b"odd",
        "odd/a b": b"",
        "large.bin": os.urandom(2 * large + 77),
        "medium.bin": os.urandom(large - 1000),
    }


FOLDERS = [
    long("home", "lab"),
    ("home", "archive"),
    long("home", "home"),
    ("lab", "home"),
    long("archive", "home"),
    long("lab", "archive"),
    long("archive", "lab"),
    long("lab", "plain"),
    long("archive", "archive"),
]


@pytest.mark.parametrize(("source", "to"), FOLDERS)
def test_a_folder_is_copied_once(
    site: Site, visitor: httpx.Client, folder: str, source: str, to: str
) -> None:
    files = contents()
    for path, data in files.items():
        put(site, source, f"{folder}/set/{path}", data)
    if source == "home":
        home(site, f"{folder}/set/empty/more").mkdir(parents=True)
    home(site, f"{folder}/to").mkdir()
    response = done(visitor, "copy", source, f"{folder}/set", to=to, folder=f"{folder}/to")
    assert response["made"] == {"destination": to, "path": f"{folder}/to/set", "size": None}
    size = sum(map(len, files.values()))
    assert (response["copied"], response["identical"], response["bytes"]) == (len(files), 0, size)
    target = f"{folder}/to/set"
    assert names(site, to, target) == set(files)
    assert {path: read(site, to, f"{target}/{path}") for path in files} == files
    assert names(site, source, f"{folder}/set") == set(files)
    if source == to == "home":
        assert home(site, f"{target}/empty/more").is_dir()
    put(site, source, f"{folder}/set/new.bin", b"new")
    again = done(visitor, "copy", source, f"{folder}/set", to=to, folder=f"{folder}/to")
    assert (again["copied"], again["identical"]) == (1, len(files))
    assert names(site, to, target) == {*files, "new.bin"}
    assert site.unfinished() == []


@pytest.mark.parametrize(
    ("to", "policy"),
    [
        ("home", "rename"),
        long("home", "fail"),
        long("home", "replace"),
        ("lab", "fail"),
        long("lab", "replace"),
        long("lab", "rename"),
        *(long("archive", policy) for policy in ("fail", "rename", "replace")),
    ],
)
def test_names_that_others_have(site: Site, visitor: httpx.Client, folder: str, to: str, policy: str) -> None:
    (home(site, folder) / "to").mkdir()
    for name in ("same", "other", "free"):
        put(site, "home", f"{folder}/set/{name}", name.encode())
    for name, data in (("same", b"same"), ("other", b"OTHER")):
        put(site, to, f"{folder}/to/set/{name}", data)
    parameters = {"to": to, "folder": f"{folder}/to", "on_conflict": policy}
    expected = {"same": b"same", "other": b"OTHER", "free": b"free"}
    if policy == "fail":
        code, words = refused(visitor, "copy", "home", f"{folder}/set", **parameters)
        assert code == "copied_in_part"
        assert "1 file of 3" in words
        assert "other" in words
        code, _ = refused(
            visitor, "copy", "home", f"{folder}/set/other", **parameters | {"folder": f"{folder}/to/set"}
        )
        assert code == "exists"
    else:
        response = done(visitor, "copy", "home", f"{folder}/set", **parameters)
        key = {"rename": "kept_both", "replace": "replaced"}[policy]
        assert (response["copied"], response["identical"], response[key]) == (1, 1, 1)
        expected["other (1)" if policy == "rename" else "other"] = b"other"
        again = done(visitor, "copy", "home", f"{folder}/set", **parameters)
        assert again["identical"] == 3
    assert {
        name: read(site, to, f"{folder}/to/set/{name}") for name in names(site, to, f"{folder}/to/set")
    } == expected


def test_what_a_folder_can_not_take_is_left_out(site: Site, visitor: httpx.Client, folder: str) -> None:
    put(site, "archive", f"{folder}/set/fine", b"fine")
    put(site, "archive", f"{folder}/set/.hidden/x", b"x")
    put(site, "archive", f"{folder}/set/{'n' * 256}", b"x")
    home(site, f"{folder}/to").mkdir()
    response = done(visitor, "copy", "archive", f"{folder}/set", folder=f"{folder}/to")
    assert (response["copied"], response["skipped"]) == (1, 2)
    reasons = {one["path"].rpartition("/")[2]: one["reason"] for one in response["skipped_files"]}
    assert reasons == {"x": "hidden", "n" * 256: "invalid_name"}
    assert names(site, "home", f"{folder}/to/set") == {"fine"}


def test_a_file_that_fails_does_not_end_the_rest(site: Site, visitor: httpx.Client, folder: str) -> None:
    for name in ("a", "b", "c"):
        put(site, "home", f"{folder}/set/{name}", name.encode())
    put(site, "home", f"{folder}/to/set/b/in the way", b"x")
    code, words = refused(visitor, "copy", "home", f"{folder}/set", folder=f"{folder}/to")
    assert code == "copied_in_part"
    assert f"{folder}/set/b" in words
    assert names(site, "home", f"{folder}/to/set") == {"a", "b/in the way", "c"}


def test_links_are_not_followed(site: Site, visitor: httpx.Client, folder: str) -> None:
    put(site, "home", f"{folder}/set/fine", b"fine")
    home(site, f"{folder}/set/link").symlink_to("/etc/passwd")
    home(site, f"{folder}/set/away").symlink_to("/etc")
    assert done(visitor, "copy", "home", f"{folder}/set", to="lab")["copied"] == 1
    code, _ = refused(visitor, "copy", "home", f"{folder}/set/link", to="lab")
    assert code in {"not_found", "outside_root"}


@pytest.mark.parametrize(
    ("path", "parameters", "expected"),
    [
        ("missing", {"to": "lab"}, "not_found"),
        ("file", {"folder": "nowhere/at all"}, "folder_missing"),
        ("file", {"folder": ""}, "exists"),
        pytest.param("folder", {"folder": "{}/folder"}, "malformed", marks=pytest.mark.long),
        pytest.param("folder", {"folder": "{}/folder/deeper"}, "malformed", marks=pytest.mark.long),
        ("folder", {"folder": "{}/link/deeper"}, "malformed"),
        pytest.param("folder", {"folder": "{}"}, "malformed", marks=pytest.mark.long),
        ("file", {"to": "reader"}, "access_denied"),
        pytest.param("file", {"to": "missing"}, "bucket_missing", marks=pytest.mark.long),
    ],
)
def test_what_can_not_be_copied(
    site: Site, visitor: httpx.Client, path: str, parameters: dict[str, str], expected: str
) -> None:
    folder = f"t{secrets.token_hex(6)}"
    put(site, "home", f"{folder}/file", b"x")
    put(site, "home", f"{folder}/folder/deeper/y", b"y")
    home(site, f"{folder}/link").symlink_to(home(site, f"{folder}/folder"))
    given = {name: value.format(folder) for name, value in parameters.items()}
    if given == {"folder": ""}:
        put(site, "home", f"{folder}/deep/file", b"other")
        given = {"folder": f"{folder}/deep"}
    code, _ = refused(visitor, "copy", "home", f"{folder}/{path}", **given)
    assert code == expected


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"to": "lab", "folder": 3}, (400, "malformed")),
        ({"to": ["lab"]}, (400, "malformed")),
        ({"to": "nowhere"}, (501, "unsupported")),
        ({"to": "home", "folder": ".hidden"}, (403, "hidden")),
        ({"on_conflict": "merge"}, (400, "malformed")),
    ],
)
def test_where_nothing_may_go(
    site: Site, visitor: httpx.Client, folder: str, parameters: dict[str, object], expected: tuple[int, str]
) -> None:
    put(site, "home", f"{folder}/file", b"x")
    answer = visitor.post(
        OPERATIONS, json={"kind": "copy", "path": f"{folder}/file", "parameters": parameters}
    )
    assert reason(answer) == expected


@pytest.mark.parametrize("to", ["../out", long("/etc"), long("a/../../out")])
def test_the_home_folder_is_not_left(site: Site, visitor: httpx.Client, folder: str, to: str) -> None:
    put(site, "home", f"{folder}/file", b"x")
    code, _ = refused(visitor, "copy", "home", f"{folder}/file", folder=to)
    assert code == "outside_root"


def test_a_file_is_not_taken_for_its_own_copy(site: Site, visitor: httpx.Client, folder: str) -> None:
    """`lab` is a part of the bucket that `plain` is."""
    put(site, "lab", f"{folder}/file", b"x")
    code, _ = refused(visitor, "copy", "lab", f"{folder}/file", to="plain", folder=f"{PREFIX}/{folder}")
    assert code == "exists"
    response = done(visitor, "copy", "lab", f"{folder}/file", to="lab", folder=folder, on_conflict="rename")
    assert response["made"]["path"] == f"{folder}/file (1)"
    assert names(site, "lab", folder) == {"file", "file (1)"}
