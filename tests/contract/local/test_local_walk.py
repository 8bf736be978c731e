"""What a walk through a folder of the disk yields, and what it does not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jupyter_bigupload.errors import FolderMissing, InvalidName, OutsideRoot
from jupyter_bigupload.stores.local import LocalStore


async def walked(root: Path, path: str = "", *, hidden: bool = False) -> list[str]:
    reading = LocalStore(root).reading
    return [entry.path async for some in reading.walk(path, hidden=hidden) for entry in some]


async def test_files_before_folders_and_folders_that_are_empty(root: Path) -> None:
    for folder in ("b/empty", "a", "b/c/d"):
        (root / folder).mkdir(parents=True)
    for file in ("z", "ü", "a/1", "b/c/d/2", "b/3"):
        (root / file).touch()
    assert await walked(root) == ["z", "ü", "a/1", "b/3", "b/c/d/2", "b/empty/"]
    assert await walked(root, "b/c") == ["b/c/d/2"]
    assert await walked(root, "b/empty") == ["b/empty/"]


async def test_no_link_pipe_or_unfinished_upload(root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (root / "folder").mkdir()
    (root / "folder" / "file").touch()
    (root / "folder" / "to file").symlink_to(tmp_path / "secret")
    (root / "folder" / "to folder").symlink_to(tmp_path)
    (root / "folder" / "to root").symlink_to(root)
    os.mkfifo(root / "folder" / "pipe")
    (root / "folder" / ".x.1234.bigupload").touch()
    assert await walked(root, "folder", hidden=True) == ["folder/file"]
    (root / "out").symlink_to(tmp_path)
    for path in ("out", "..", "folder/../.."):
        with pytest.raises(OutsideRoot):
            await walked(root, path)
    for path in ("none", "folder/file", "folder/pipe"):
        with pytest.raises(FolderMissing):
            await walked(root, path)


async def test_hidden_files(root: Path) -> None:
    (root / ".git").mkdir()
    (root / ".git" / "x").touch()
    (root / ".env").touch()
    assert await walked(root) == []
    assert await walked(root, hidden=True) == [".env", ".git/x"]


async def test_nothing_is_left_out_silently(root: Path) -> None:
    Path(os.fsdecode(os.fsencode(root) + b"/\xff")).touch()
    with pytest.raises(InvalidName, match="read"):
        await walked(root)


async def test_deep_folders(root: Path) -> None:
    path = "d/" * 300
    (root / path).mkdir(parents=True)
    (root / path / "x").touch()
    assert await walked(root) == [f"{path}x"]
