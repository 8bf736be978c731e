"""Good archives of each format, as the standard library and other programs make them."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_bigupload.errors import UnsafeArchive
from jupyter_bigupload.operations.archives import Bounds, Entry, open_archive
from jupyter_bigupload.operations.archives.model import unheard

from . import tars, zips
from .conftest import Extract
from .hostile import COMPRESS
from .zips import ZipEntry

FILES = {
    "empty.bin": b"",
    "a/text.txt": b"some text\n" * 1000,
    "a/b/random.bin": os.urandom(3 * 2**20),
    "größe/naïve 文件.txt": b"a name",
    "a/b/" + "long" * 24 + ".txt": b"a long name",
}
FOLDERS = {"a", "a/b", "größe", "nothing in it"}
TIME = 1_700_000_000


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    for name in FOLDERS:
        (root / name).mkdir(parents=True, exist_ok=True)
    for name, content in FILES.items():
        (root / name).write_bytes(content)
        os.utime(root / name, (TIME, TIME))
    (root / "a/text.txt").chmod(0o6755)
    (root / "a/link").symlink_to("../größe")
    return root


def require_tree(folder: Path, *, links: bool = True) -> None:
    found = {str(path.relative_to(folder)) for path in folder.rglob("*")}
    assert found == {*FILES, *FOLDERS, *({"a/link"} if links else set())}
    for name, content in FILES.items():
        status = (folder / name).stat()
        assert (folder / name).read_bytes() == content, name
        assert abs(status.st_mtime - TIME) <= 1
        assert bool(status.st_mode & 0o100) == (name == "a/text.txt")
        assert not status.st_mode & 0o7000
    if links:
        assert (folder / "a/link").readlink() == Path("../größe")


def tar_of(tree: Path, kind: int) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=kind) as archive:
        for path in sorted(tree.iterdir()):
            archive.add(path, path.name)
    return made.getvalue()


@pytest.mark.parametrize("method", [zips.STORED, zips.DEFLATE, zips.BZIP2, zips.LZMA])
def test_zips_of_the_standard_library(tree: Path, folder: Path, extract: Extract, method: int) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for path in sorted(tree.rglob("*")):
            if not path.is_symlink():
                archive.write(path, path.relative_to(tree))
    extracted = extract(made.getvalue())
    require_tree(folder, links=False)
    assert (extracted.files, extracted.folders) == (len(FILES), len(FOLDERS))
    assert extracted.bytes == sum(map(len, FILES.values()))


def test_a_zip_that_was_written_to_a_pipe(folder: Path, extract: Extract) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

        seek = None  # type: ignore[assignment]  # as a pipe has none

    made = Pipe()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"content" * 100)
    extract(made.getvalue())
    assert (folder / "a").read_bytes() == b"content" * 100


@pytest.mark.parametrize("kind", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("suffix", ["", "gz", "bz2", "xz", "zst"])
def test_tars_of_the_standard_library(
    tree: Path, folder: Path, extract: Extract, kind: int, suffix: str
) -> None:
    data = tar_of(tree, kind)
    extract(COMPRESS[suffix](data) if suffix else data)
    require_tree(folder)


@pytest.mark.parametrize(
    "command",
    [
        "zip -qry ../made .",
        "tar -cf ../made *",
        "tar -czf ../made .",
        "tar --format=posix -cJf ../made .",
        "tar --zstd -cf ../made .",
        "bsdtar -cf ../made *",
        "bsdtar --format zip -cf ../made *",
        "bsdtar --format v7 -cf ../made a/b",
    ],
)
def test_archives_of_other_programs(tree: Path, folder: Path, tmp_path: Path, command: str) -> None:
    if shutil.which(command.partition(" ")[0]) is None:
        pytest.skip(f"this machine has no {command.partition(' ')[0]}")
    subprocess.run(command, shell=True, cwd=tree, check=True)  # noqa: S602  # commands of the list above
    (made,) = tmp_path.glob("made*")
    with made.open("rb") as file:
        archive = open_archive(file, made.name)
        archive.extract_into(folder, Bounds(), unheard)
        assert len(list(archive.entries())) >= 1  # again, from the start
    if "v7" not in command:
        require_tree(folder)


@pytest.mark.parametrize("suffix", list(COMPRESS))
def test_a_single_file_has_the_name_of_its_archive(folder: Path, extract: Extract, suffix: str) -> None:
    content = b"content" * 400_000
    extracted = extract(COMPRESS[suffix](content) * 2, f"../data.CSV.{suffix.upper()}")
    assert [path.name for path in folder.iterdir()] == ["data.CSV"]
    assert (folder / "data.CSV").read_bytes() == content * 2
    assert extracted.files == 1


def test_the_name_within_a_gzip_is_ignored(folder: Path, extract: Extract) -> None:
    made = io.BytesIO()
    with gzip.GzipFile("../../evil", "wb", fileobj=made) as file:
        file.write(b"content")
    extract(made.getvalue(), "good.gz")
    assert [path.name for path in folder.iterdir()] == ["good"]


@pytest.mark.parametrize(
    ("name", "expected"), [(".gz", "content"), ("...gz", "content"), ("a", "a"), ("..", "content")]
)
def test_a_single_file_without_a_name(folder: Path, extract: Extract, name: str, expected: str) -> None:
    extract(gzip.compress(b"x"), name)
    assert [path.name for path in folder.iterdir()] == [expected]


def test_zeros_may_follow_a_gzip(folder: Path, extract: Extract) -> None:
    extract(gzip.compress(b"content") + bytes(100_000), "a.gz")
    assert (folder / "a").read_bytes() == b"content"


def test_a_program_that_extracts_itself(folder: Path, extract: Extract) -> None:
    extract(zips.build(ZipEntry(b"a"), before=b"#!/bin/sh\n" * 1000))
    assert (folder / "a").read_bytes() == b"content"


@pytest.mark.parametrize("before", [b"", b"in front"])
def test_zip64(folder: Path, extract: Extract, before: bytes) -> None:
    extract(zips.build(ZipEntry(b"a", zip64=True), ZipEntry(b"b"), zip64=True, before=before), "a.zip")
    assert sorted(path.name for path in folder.iterdir()) == ["a", "b"]


def test_zstandard_in_a_zip_and_sizes_that_follow(folder: Path, extract: Extract) -> None:
    extract(zips.build(ZipEntry(b"a", b"x" * 9999, zips.ZSTD, flags=zips.SIZES_FOLLOW)))
    assert (folder / "a").read_bytes() == b"x" * 9999


def test_empty_archives(folder: Path, extract: Extract) -> None:
    for data, name in [
        (zips.build(), "a.zip"),
        (tars.build(), "a.tar"),
        (gzip.compress(tars.build()), "a.tgz"),
    ]:
        assert extract(data, name).files == 0
    assert list(folder.iterdir()) == []


def test_entries_in_another_order_than_their_bytes(folder: Path, extract: Extract) -> None:
    whole = zips.build(ZipEntry(b"a", b"1"), ZipEntry(b"b", b"2"), ZipEntry(b"c", b"3"))
    start = whole.index(b"PK\x01\x02")
    records = [whole[start + 47 * index : start + 47 * (index + 1)] for index in (2, 0, 1)]
    extract(whole[:start] + b"".join(records) + whole[start + 47 * 3 :])
    assert [(folder / name).read_text() for name in "abc"] == ["1", "2", "3"]


def test_names_of_dos_and_names_in_utf8_that_do_not_say_so(folder: Path, extract: Extract) -> None:
    extract(zips.build(ZipEntry("größe".encode("cp437")), ZipEntry("naïve".encode())))
    assert {path.name for path in folder.iterdir()} == {"größe", "naïve"}


def test_hard_links_become_copies(folder: Path, extract: Extract) -> None:
    extracted = extract(
        tars.build(
            tars.entry(b"a/b", b"content", mode=0o755), tars.entry(b"c", kind=tars.HARD, target=b"a/b")
        )
    )
    assert (folder / "c").read_bytes() == b"content"
    assert (folder / "c").stat().st_nlink == 1
    assert (folder / "c").stat().st_mode & 0o100
    assert "hard links" in extracted.notes[0]


def test_twins_are_kept_and_told(folder: Path, extract: Extract) -> None:
    names = ["Readme", "README", "caf\u00e9", "cafe\u0301", "Folder/a", "folder/b", "Folder/c"]
    extracted = extract(zips.build(*(ZipEntry(name.encode()) for name in names)))
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} == set(names)
    assert len(extracted.notes) == 3
    assert r"'cafe\u0301' differs" in extracted.notes[1]


@pytest.mark.parametrize("time", [b"nan", b"-1", b"99999999999999", b"1e999", b"", b"4294967296"])
def test_a_time_that_is_none_is_left_out(folder: Path, extract: Extract, time: bytes) -> None:
    extract(tars.build(tars.pax(mtime=time), tars.header(time=0 if time in {b"nan", b"1e999", b""} else 1)))
    assert (folder / "a.txt").exists()


def test_listing_reads_no_file_of_a_zip() -> None:
    class Counted(io.BytesIO):
        count = 0

        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            self.count += len(data)
            return data

    file = Counted(zips.build(*(ZipEntry(b"%d" % number, bytes(10**6)) for number in range(5))))
    entries = list(open_archive(file, "a.zip").entries())
    assert entries[4] == Entry("4", 10**6, "file", entries[4].modified, 0o644)
    assert file.count < 10**5
    plain = Counted(tars.build(*(tars.entry(b"%d" % number, bytes(5 * 2**20)) for number in range(3))))
    assert [entry.size for entry in open_archive(plain, "a.tar").entries()] == [5 * 2**20] * 3
    assert plain.count < 7 * 2**20


def test_listing_shows_what_extracting_refuses(extract: Extract) -> None:
    data = tars.build(tars.entry(b"../a"), tars.entry(b"dev", kind=tars.PIPE))
    entries = list(open_archive(io.BytesIO(data), "a").entries())
    assert [(entry.path, entry.kind) for entry in entries] == [("../a", "file"), ("dev", "other")]
    with pytest.raises(UnsafeArchive):
        extract(data)


segment = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="/\\\0"), min_size=1, max_size=40
).filter(lambda name: name not in {".", ".."} and name[1:2] != ":")
paths = st.dictionaries(
    st.lists(segment, min_size=1, max_size=4).map(tuple), st.binary(max_size=300), max_size=8
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(paths, st.sampled_from(["zip", *COMPRESS, ""]))
def test_names_of_any_kind(tmp_path: Path, files: dict[tuple[str, ...], bytes], kind: str) -> None:
    folders = {path[:length] for path in files for length in range(1, len(path))}
    files = {path: content for path, content in files.items() if path not in folders}
    made = io.BytesIO()
    if kind == "zip":
        data = zips.build(
            *(ZipEntry("/".join(path).encode(), content, zips.DEFLATE) for path, content in files.items())
        )
    else:
        with tarfile.open(fileobj=made, mode="w") as archive:
            for path, content in files.items():
                member = tarfile.TarInfo("/".join(path))
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
        data = COMPRESS[kind](made.getvalue()) if kind else made.getvalue()
    folder = tmp_path / "odd"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    open_archive(io.BytesIO(data), "a.zip" if kind == "zip" else "a.tar").extract_into(
        folder, Bounds(), unheard
    )
    found = {
        path.relative_to(folder).parts: path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    assert found == files
