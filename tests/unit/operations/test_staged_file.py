"""A file that an operation makes: hidden until it is whole, then named in one step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_bigupload.errors import Exists
from jupyter_bigupload.operations.staging import StagedFile, parse_staged
from jupyter_bigupload.stores.base import OnConflict

KEY = "0" * 32


def _make(
    root: Path, path: str, on_conflict: OnConflict, meanwhile: Callable[[Path], None] = lambda _: None
) -> tuple[str, int]:
    staged = StagedFile.at(root, path, KEY)
    inodes: list[int] = []
    with staged.filled(on_conflict, ready=inodes.append) as filling:
        (filling.path / staged.name).write_bytes(b"new")
        (filling.path / "scratch").write_bytes(b"not wanted")
        meanwhile(filling.path)
    return filling.made, inodes[0]


def test_it_gets_its_name_and_leaves_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()

    made, inode = _make(tmp_path, "folder/table.parquet", OnConflict.FAIL)

    assert made == "folder/table.parquet"
    assert (tmp_path / made).read_bytes() == b"new"
    assert (tmp_path / made).stat().st_ino == inode
    assert [one.name for one in (tmp_path / "folder").iterdir()] == ["table.parquet"]


@pytest.mark.parametrize(
    ("on_conflict", "made"), [(OnConflict.RENAME, "a (1).csv"), (OnConflict.REPLACE, "a.csv")]
)
def test_a_name_that_is_taken(tmp_path: Path, on_conflict: OnConflict, made: str) -> None:
    (tmp_path / "a.csv").write_bytes(b"old")

    assert _make(tmp_path, "a.csv", on_conflict)[0] == made
    assert (tmp_path / made).read_bytes() == b"new"
    assert len(list(tmp_path.iterdir())) == (1 if on_conflict is OnConflict.REPLACE else 2)


def test_a_name_that_is_taken_meanwhile(tmp_path: Path) -> None:
    def meanwhile(_path: Path) -> None:
        (tmp_path / "a.csv").write_bytes(b"someone's")

    with pytest.raises(Exists):
        _make(tmp_path, "a.csv", OnConflict.FAIL, meanwhile=meanwhile)

    assert [one.read_bytes() for one in tmp_path.iterdir()] == [b"someone's"]


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()

    with pytest.raises(Exists):
        _make(tmp_path, "a.csv", OnConflict.REPLACE)

    assert [one.name for one in tmp_path.iterdir()] == ["a.csv"]


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        assert path.exists()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        _make(tmp_path, "a.csv", OnConflict.FAIL, meanwhile=fail)

    assert list(tmp_path.iterdir()) == []


def test_who_died_behind_the_rename_has_made_it(tmp_path: Path) -> None:
    staged = StagedFile.at(tmp_path, "a.csv", KEY)
    made, inode = _make(tmp_path, "a.csv", OnConflict.RENAME)

    found = parse_staged(tmp_path, staged.as_json())

    assert isinstance(found, StagedFile)
    assert found.placed(inode) == made
    assert found.placed(inode + 1) is None


def test_a_file_beside_it_never_replaces_another(tmp_path: Path) -> None:
    (tmp_path / "a.rejects.csv").write_bytes(b"of last week")
    staged = StagedFile.at(tmp_path, "a.csv", KEY)
    with staged.filled(OnConflict.REPLACE, ready=lambda _: None) as filling:
        (filling.path / "a.csv").write_bytes(b"new")
        (filling.path / "a.rejects.csv").write_bytes(b"rejects")
        filling.beside["a.rejects.csv"] = ""

    assert filling.beside == {"a.rejects.csv": "a.rejects (1).csv"}
    assert (tmp_path / "a.rejects (1).csv").read_bytes() == b"rejects"
    assert (tmp_path / "a.rejects.csv").read_bytes() == b"of last week"


def test_a_file_beside_it_goes_when_it_gets_no_name(tmp_path: Path) -> None:
    staged = StagedFile.at(tmp_path, "a.csv", KEY)

    def meanwhile(inode: int) -> None:
        assert inode
        (tmp_path / "a.csv").write_bytes(b"someone's")

    def make() -> None:
        with staged.filled(OnConflict.FAIL, ready=meanwhile) as filling:
            (filling.path / "a.csv").write_bytes(b"new")
            (filling.path / "a.rejects.csv").write_bytes(b"rejects")
            filling.beside["a.rejects.csv"] = ""

    with pytest.raises(Exists):
        make()
    assert [one.name for one in tmp_path.iterdir()] == ["a.csv"]
