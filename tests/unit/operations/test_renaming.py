"""Files and folders of the home folder that get another path, in one step."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from jupyter_bigupload.disk import exclusive
from jupyter_bigupload.errors import FolderMissing, NotFound
from jupyter_bigupload.operations.renaming import rename, renamed


@pytest.fixture(params=["renameat2", "links"])
def root(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on a system that has the call, and on one that has it not."""
    if request.param == "links":
        monkeypatch.setattr(exclusive, "_renameat2", None)
    root = tmp_path / "root"
    (root / "to").mkdir(parents=True)
    (root / "file").write_bytes(b"x")
    (root / "folder/deep").mkdir(parents=True)
    (root / "folder/deep/file").write_bytes(b"y")
    return root.resolve()


def nothing(_: Mapping[str, Any]) -> None:
    """Write nothing down."""


@pytest.mark.parametrize("path", ["file", "folder"])
def test_it_is_there_and_no_longer_here(root: Path, path: str) -> None:
    response = rename(root, path, "to/new", nothing, {"more": 1})
    assert response == {
        "made": {"destination": "home", "path": "to/new", "size": 1 if path == "file" else None},
        "removed": {"destination": "home", "path": path},
        "more": 1,
    }
    assert not (root / path).exists()
    assert (root / "to/new" / ("" if path == "file" else "deep/file")).read_bytes() in {b"x", b"y"}


@pytest.mark.parametrize("path", ["file", "folder"])
@pytest.mark.parametrize("there", ["file", "folder"])
def test_nothing_is_replaced(root: Path, path: str, there: str) -> None:
    if there == "file":
        (root / "to/new").write_bytes(b"other")
    else:
        (root / "to/new/in it").mkdir(parents=True)
    with pytest.raises(FileExistsError):
        rename(root, path, "to/new", nothing, {})
    assert (root / path).exists()
    assert (root / "to/new/in it").is_dir() or (root / "to/new").read_bytes() == b"other"


def test_what_is_not_there(root: Path) -> None:
    (root / "link").symlink_to("file")
    for path in ("missing", "link"):
        with pytest.raises(NotFound):
            rename(root, path, "to/new", nothing, {})
    for path, new in (("file", "nowhere/new"), ("nowhere/file", "new")):
        with pytest.raises(FolderMissing):
            rename(root, path, new, nothing, {})


def test_who_finds_the_process_dead_knows_how_far_it_was(root: Path) -> None:
    saved: list[Mapping[str, Any]] = []

    def save(fields: Mapping[str, Any]) -> None:
        saved.append(fields)
        assert renamed(root, fields) is None

    response = rename(root, "file", "to/new", save, {})
    assert renamed(root, saved[0]) == response
    (root / "to/new").replace(root / "other")
    (root / "to/new").write_bytes(b"another")
    assert renamed(root, saved[0]) is None
