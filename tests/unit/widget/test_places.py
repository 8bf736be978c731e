from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from jupyter_bigupload.widget.places import Place, place_of, server_root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "notebooks").mkdir(parents=True)
    return root


@pytest.mark.parametrize(
    ("to", "folder"),
    [
        ("", "notebooks"),
        ("data/", "notebooks/data"),
        (Path("data"), "notebooks/data"),
        ("..", ""),
        ("../a/./b/../c", "a/c"),
        ("./a:b", "notebooks/a:b"),
        ("A:b", "notebooks/A:b"),
    ],
)
def test_a_folder_counts_from_where_the_notebook_is(root: Path, to: str | Path, folder: str) -> None:
    place = place_of(to, root, working=root / "notebooks")
    assert place == Place("home", folder, os.fspath(to), root / folder)


def test_a_folder_may_be_stated_in_full(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(root / "ann"))
    assert place_of(root / "a", root, working=root).folder == "a"
    assert place_of("~/a", root, working=root).folder == "ann/a"


def test_a_link_to_the_root_is_the_root(root: Path) -> None:
    link = root.parent / "link"
    link.symlink_to(root)
    assert place_of("data", root, working=link / "notebooks").folder == "notebooks/data"
    assert place_of("data", link, working=root / "notebooks").folder == "notebooks/data"


@pytest.mark.parametrize(
    ("to", "place"),
    [
        ("home:", ("home", "")),
        ("home:a/", ("home", "a")),
        ("lake:raw/2026/", ("lake", "raw/2026")),
        ("lake:", ("lake", "")),
    ],
)
def test_a_destination_counts_from_its_root(root: Path, to: str, place: tuple[str, str]) -> None:
    found = place_of(to, root, working=root / "notebooks")
    assert (found.destination, found.folder) == place
    assert found.local == (root / place[1] if place[0] == "home" else None)


@pytest.mark.parametrize("to", ["../..", "/", "lake:../a", "home:a/../../b", "s3://bucket/a"])
def test_the_server_writes_nowhere_else(root: Path, to: str) -> None:
    with pytest.raises(ValueError, match=r"writes nowhere else|leads out|is an address"):
        place_of(to, root, working=root / "notebooks")


def test_without_a_root_all_counts_from_the_server_s() -> None:
    assert place_of("data/", None) == Place("home", "data", "data/")
    assert place_of("", None) == Place("home", "", "")
    with pytest.raises(ValueError, match="root="):
        place_of("/data", None)
    with pytest.raises(ValueError, match="leads out"):
        place_of("../data", None)


def test_the_root_is_that_of_the_server_that_started_the_kernel(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JUPYTER_SERVER_ROOT", raising=False)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("JPY_PARENT_PID", "123")
    assert server_root() is None
    written = tmp_path / "jpserver-123.json"
    for facts in ("{", "[]", "{}", '{"root_dir": "/nowhere/at/all"}'):
        written.write_text(facts, "utf-8")
        assert server_root() is None
    written.write_text(json.dumps({"root_dir": str(root)}), "utf-8")
    assert server_root() == root
    monkeypatch.setenv("JUPYTER_SERVER_ROOT", "/else")
    assert server_root() == Path("/else")
