"""Archives that must not be extracted: each is refused with its reason, and nothing else is touched."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from jupyter_bigupload.errors import BigUploadError
from jupyter_bigupload.operations.archives import open_archive
from jupyter_bigupload.operations.archives.model import unheard

from .hostile import BOUNDS, Hostile, hostile

HOSTILE = list(hostile())


def test_there_are_many_and_each_is_another() -> None:
    assert len(HOSTILE) >= 120
    assert len({one.title for one in HOSTILE}) == len(HOSTILE)
    assert len({(one.data, one.name) for one in HOSTILE}) == len(HOSTILE)


@pytest.mark.parametrize("one", HOSTILE, ids=lambda one: one.title)
def test_refused(one: Hostile, tmp_path: Path) -> None:
    folder = tmp_path / "outer" / "archive"
    folder.mkdir(parents=True)
    (tmp_path / "outside").write_text("as it was")
    (tmp_path / "outer" / "outside").write_text("as it was")
    before = outside(tmp_path)
    with pytest.raises(BigUploadError) as raised:
        open_archive(io.BytesIO(one.data), one.name).extract_into(folder, BOUNDS, unheard)
    error = raised.value
    assert type(error) is one.error, error.message
    assert one.word in error.message
    assert error.message.isprintable()
    assert len(error.message) < 400
    assert outside(tmp_path) == before
    assert size_of(folder) <= BOUNDS.most_bytes
    for link in links_in(folder):
        assert Path(os.path.realpath(link)).is_relative_to(folder)


def outside(root: Path) -> dict[str, object]:
    """Everything below a folder but what is in the one that is extracted into."""
    return {
        str(path): (path.lstat().st_mode, path.lstat().st_nlink, path.is_file() and path.read_text())
        for path in [*root.iterdir(), *(root / "outer").iterdir()]
        if path.name != "archive" or path.is_symlink()
    }


def size_of(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


def links_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_symlink()]
