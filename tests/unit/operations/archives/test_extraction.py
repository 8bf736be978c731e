"""Extracting, and what happens meanwhile: it is watched and stopped, disks are odd, folders are swapped."""

from __future__ import annotations

import gzip
import io
import itertools
import os
from pathlib import Path

import pytest

from jupyter_bigupload.disk.folders import Folder
from jupyter_bigupload.errors import BigUploadError, FolderUnavailable, NoSpace, UnsafeArchive
from jupyter_bigupload.operations.archives import Bounds, open_archive
from jupyter_bigupload.operations.archives.meter import Meter
from jupyter_bigupload.operations.archives.model import unheard
from jupyter_bigupload.operations.archives.staging import Staging

from . import tars, zips
from .conftest import Extract
from .zips import ZipEntry

MIB = 2**20


class Stopped(Exception):
    pass


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
def test_progress_is_told_and_may_stop_it(folder: Path, kind: str) -> None:
    content = os.urandom(MIB)
    names = [b"%d" % number for number in range(6)]
    data = tars.build(*(tars.entry(name, content) for name in names))
    if kind == "tar.gz":
        data = gzip.compress(data, 1)
    if kind == "zip":
        data = zips.build(*(ZipEntry(name, content) for name in names))
    seen: list[tuple[int, int | None]] = []

    def progress(done: int, total: int | None) -> None:
        seen.append((done, total))
        if done >= 3 * MIB:
            raise Stopped

    with pytest.raises(Stopped):
        open_archive(io.BytesIO(data), "a").extract_into(folder, Bounds(), progress)
    told = [done for done, _ in seen]
    assert told == sorted(told)
    assert 3 * MIB <= told[-1] < 5 * MIB
    assert seen[-1][1] == (6 * MIB if kind == "zip" else None)


def test_progress_is_told_of_many_small_files(folder: Path) -> None:
    seen = []
    data = zips.build(*(ZipEntry(b"%d" % number, b"") for number in range(1000)))
    open_archive(io.BytesIO(data), "a").extract_into(folder, Bounds(), lambda done, total: seen.append(done))
    assert len(seen) > 3


def test_room_that_is_to_stay_free(extract: Extract) -> None:
    with pytest.raises(NoSpace):
        extract(zips.build(ZipEntry()), bounds=Bounds(min_free=2**60))


class DiskWithoutCase(Folder):
    """A folder of a disk to which names in capitals and others are the same; the first one stays."""

    def _same(self, name: str) -> str:
        for other in os.listdir(f"/proc/self/fd/{self.fd}"):  # noqa: PTH208  # its names alone
            if other.lower() == name.lower():
                return other
        return name

    def below(self, name: str) -> Folder:
        return DiskWithoutCase(super().below(self._same(name)).fd)

    def open(self, name: str, flags: int, mode: int = 0o666) -> int:
        return super().open(self._same(name), flags, mode)

    def make_folder(self, name: str) -> bool:
        return super().make_folder(self._same(name))


@pytest.mark.parametrize(
    ("first", "second"),
    [(["a"], ["A"]), (["b", "c"], ["B", "d"]), (["e", "f"], ["e", "F"]), (["g"], ["G", "h"])],
)
def test_twins_on_a_disk_that_cannot_hold_both(folder: Path, first: list[str], second: list[str]) -> None:
    root = DiskWithoutCase(os.open(folder, os.O_RDONLY | os.O_DIRECTORY))
    staging = Staging(root, Meter(Bounds(), unheard))
    os.close(staging.make_file(first, executable=False))
    with pytest.raises(UnsafeArchive, match="can't hold both"):
        staging.make_file(second, executable=False)
    staging.close()


def test_a_folder_that_is_a_link_is_not_extracted_into(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    archive = open_archive(io.BytesIO(zips.build(ZipEntry())), "a.zip")
    with pytest.raises(FolderUnavailable):
        archive.extract_into(tmp_path / "link", Bounds(), unheard)
    assert list((tmp_path / "real").iterdir()) == []


@pytest.mark.parametrize("moment", range(12))
def test_folders_that_become_links_meanwhile_lead_nowhere(tmp_path: Path, folder: Path, moment: int) -> None:
    """Between any two reads of the archive, whatever folder is there gives its name to a link that leaves."""
    victim = tmp_path / "victim"
    victim.mkdir()
    count = itertools.count()

    class Swapping(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if next(count) == moment:
                for path in [path for path in folder.rglob("*") if path.is_dir()][-1:]:
                    path.rename(tmp_path / "moved")
                    path.symlink_to(victim)
            return super().read(size)

    files = [b"a/b/c", b"d/e/f", b"a/b/g", b"a/h", b"d/e/i"]
    data = zips.build(*(ZipEntry(name, bytes(300_000)) for name in files))
    try:
        open_archive(Swapping(data), "a.zip").extract_into(folder, Bounds(), unheard)
    except BigUploadError as error:
        assert isinstance(error, UnsafeArchive | FolderUnavailable), error.message  # noqa: PT017  # or none at all
    assert list(victim.iterdir()) == []
