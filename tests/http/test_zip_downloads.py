"""Folders and selections as archives that can go on."""

from __future__ import annotations

import io
import itertools
import os
import random
import secrets
import subprocess
import zipfile
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import httpx
import pytest

from tests.support.server import RunningServer

from .conftest import client_of, reason
from .site import Site
from .test_objects import put

DOWNLOAD = "api/bigupload/download"
MIB = 2**20


def fetch(client: httpx.Client, *paths: str, destination: str = "home", **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(DOWNLOAD, params={"path": list(paths), "destination": destination}, headers=named)


def opened(answer: httpx.Response) -> zipfile.ZipFile:
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Length"] == str(len(answer.content))
    return zipfile.ZipFile(io.BytesIO(answer.content))


def contents(answer: httpx.Response) -> dict[str, bytes]:
    """What is in an archive, whose checksums are verified by reading it."""
    with opened(answer) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def tree(root: Path) -> dict[str, bytes]:
    """Make a folder with files of all sizes, and return what an archive of it has."""
    files = {
        "run/empty.txt": b"",
        "run/a.bin": secrets.token_bytes(1000),
        "run/just.bin": secrets.token_bytes(MIB),
        "run/more.bin": secrets.token_bytes(MIB + 1),
        "run/deep/er/large.bin": secrets.token_bytes(5 * MIB + 321),
        "run/deep/ü 漢字 \U0001f600 'q\" #?&%20\\.txt": b"odd",
    }
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    (root / "run" / "nothing" / "in it").mkdir(parents=True)
    return {**files, "run/nothing/in it/": b""}


def test_a_folder(client: httpx.Client, root: Path, tmp_path: Path) -> None:
    expected = tree(root)
    os.utime(root / "run" / "a.bin", (1_600_000_001, 1_600_000_001))
    answer = fetch(client, "run")
    assert contents(answer) == expected
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="run.zip"')
    with opened(answer) as archive:
        info = archive.getinfo("run/a.bin")
        assert info.date_time == datetime.fromtimestamp(1_600_000_000, timezone.utc).timetuple()[:6]
        assert {one.compress_type for one in archive.infolist()} == {zipfile.ZIP_STORED}
    described = client.head(DOWNLOAD, params={"path": "run"})
    for name in ("ETag", "Content-Length", "Last-Modified", "Content-Disposition"):
        assert described.headers[name] == answer.headers[name]
    # The same by Info-ZIP, which reads what is in front of the files, too.
    (tmp_path / "run.zip").write_bytes(answer.content)
    tested = subprocess.run(["/usr/bin/unzip", "-t", tmp_path / "run.zip"], capture_output=True, check=False)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    subprocess.run(["/usr/bin/unzip", "-q", tmp_path / "run.zip", "-d", tmp_path], check=True)
    assert {name: (tmp_path / name).read_bytes() for name in expected if not name.endswith("/")} == {
        name: data for name, data in expected.items() if not name.endswith("/")
    }
    assert (tmp_path / "run" / "nothing" / "in it").is_dir()
    assert (tmp_path / "run" / "a.bin").stat().st_mtime == 1_600_000_001


def test_any_range_is_of_the_same_bytes(start: Callable[..., RunningServer]) -> None:
    """Also on a server that has read none of the files before."""
    server = start()
    tree(server.root)
    with client_of(server) as client:
        etag = client.head(DOWNLOAD, params={"path": "run"}).headers["ETag"]
        size = int(client.head(DOWNLOAD, params={"path": "run"}).headers["Content-Length"])
        # From the end to the beginning: what is in front of each range was never sent.
        edges = [size, size - 22, size - 300, size - 1100, size - MIB, size // 2, 3000, 31, 1, 0]
        parts = []
        for end, begin in itertools.pairwise(edges):
            part = fetch(client, "run", Range=f"bytes={begin}-{end - 1}", If_Range=etag)
            assert part.status_code == 206
            assert part.headers["Content-Range"] == f"bytes {begin}-{end - 1}/{size}"
            parts.append(part.content)
        whole = fetch(client, "run").content
        assert b"".join(reversed(parts)) == whole
        chance = random.Random(3)  # noqa: S311  # where ranges are
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            offsets = [info.header_offset for info in archive.infolist()]
            near = [at + by for at in (*offsets, archive.start_dir) for by in (-17, -1, 0, 1, 29, 60)]
        for begin in [at for at in near if at >= 0] + [chance.randrange(size) for _ in range(30)]:
            end = min(size, begin + chance.choice((1, 40, 5000, 2 * MIB)))
            part = fetch(client, "run", Range=f"bytes={begin}-{end - 1}")
            assert part.content == whole[begin:end], (begin, end)
        assert reason(fetch(client, "run", Range=f"bytes={size}-")) == (416, "range_not_satisfiable")
        assert fetch(client, "run", If_None_Match=etag).status_code == 304
        server.require_no_traceback()


def test_what_was_cut_goes_on_also_after_a_restart(start: Callable[..., RunningServer]) -> None:
    server = start()
    expected = tree(server.root)
    came, etag, size = b"", "", 1
    chance = random.Random(5)  # noqa: S311  # where a connection is cut
    while len(came) < size:
        headers = {"Range": f"bytes={len(came)}-", "If-Range": etag} if came else {}
        left = chance.randrange(1, 3 * MIB)
        with (
            client_of(server) as client,
            client.stream("GET", DOWNLOAD, params={"path": "run"}, headers=headers) as answer,
        ):
            assert answer.status_code == (206 if came else 200)
            if not came:
                size, etag = int(answer.headers["Content-Length"]), answer.headers["ETag"]
            for piece in answer.iter_bytes():
                came += piece[:left]
                left -= len(piece)
                if left <= 0:
                    break
        server.kill()
        server.restart()
    with zipfile.ZipFile(io.BytesIO(came)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == expected
    server.require_no_traceback()


def test_a_change_of_any_file_is_another_archive(client: httpx.Client, root: Path) -> None:
    tree(root)
    etags = [fetch(client, "run").headers["ETag"]]

    def changed() -> bool:
        etags.append(fetch(client, "run").headers["ETag"])
        return etags[-1] not in etags[:-1]

    assert not changed()
    (root / "run" / "a.bin").write_bytes(secrets.token_bytes(1000))
    assert changed()
    (root / "run" / "a.bin").rename(root / "run" / "b.bin")
    assert changed()
    (root / "run" / "new folder").mkdir()
    assert changed()
    (root / "run" / "new folder").rmdir()
    (root / "run" / ".hidden").touch()
    (root / "run" / "link").symlink_to(root)
    whole = fetch(client, "run", Range="bytes=5-", If_Range=etags[0])
    assert whole.status_code == 200
    assert reason(fetch(client, "run", If_Match=etags[0])) == (412, "changed")


def test_a_file_that_changes_on_its_way_ends_the_connection(start: Callable[..., RunningServer]) -> None:
    server = start()
    (server.root / "run").mkdir()
    for number in range(3):
        (server.root / "run" / str(number)).write_bytes(bytes(32 * MIB))
    with client_of(server) as client:
        params = {"path": "run"}
        with client.stream("GET", DOWNLOAD, params=params) as answer:
            pieces = answer.iter_bytes()
            next(pieces)
            (server.root / "run" / "2").write_bytes(b"other")
            with pytest.raises(httpx.RemoteProtocolError):
                list(pieces)
    server.require_no_traceback()


def test_selections(client: httpx.Client, root: Path) -> None:
    files = tree(root)
    (root / "other").write_bytes(b"other")
    some = contents(fetch(client, "run/a.bin", "run/deep/", "run/deep/er", "run/a.bin"))
    assert some == {
        name.removeprefix("run/"): data
        for name, data in files.items()
        if name.startswith("run/deep/") or name == "run/a.bin"
    }
    two = fetch(client, "other", "run/a.bin")
    assert contents(two) == {"other": b"other", "run/a.bin": files["run/a.bin"]}
    assert 'filename="home.zip"' in two.headers["Content-Disposition"]
    everything = fetch(client, "/")
    assert contents(everything) == {**files, "other": b"other"}
    assert 'filename="home.zip"' in everything.headers["Content-Disposition"]
    assert reason(fetch(client, "other", "missing")) == (404, "not_found")
    assert reason(fetch(client, "other", "../x")) == (403, "outside_root")
    assert reason(fetch(client, "other", ".hidden")) == (403, "hidden")
    assert reason(fetch(client, "other", "")) == (400, "malformed")
    assert reason(client.get(DOWNLOAD)) == (400, "malformed")


def test_a_selection_that_is_too_long_for_a_url(start: Callable[..., RunningServer]) -> None:
    server = start()
    names = [f"file {number} {'x' * 100}" for number in range(2000)]
    for name in names:
        (server.root / name).write_bytes(name.encode())
    with client_of(server) as client:
        made = client.post(DOWNLOAD, json={"paths": names})
        assert made.status_code == 201
        url = made.json()["url"]
        assert made.headers["Location"] == url
        assert len(url) < 200
        server.kill()
        server.restart()
        assert contents(client.get(url)) == {name: name.encode() for name in names}
        (one,) = (server.data_dir / "bigupload").rglob("downloads/*.json")
        os.utime(one, (0, 0))
        assert reason(client.get(url)) == (404, "not_found")
        client.post(DOWNLOAD, json={"paths": names[:1]})
        assert not one.exists()
        for wrong in ("x", "../" * 3 + "x", "a" * 32):
            assert reason(client.get(DOWNLOAD, params={"selection": wrong})) == (404, "not_found")
        both = client.get(DOWNLOAD, params={"selection": "a" * 32, "path": "x"})
        assert reason(both) == (400, "malformed")
        assert reason(client.post(DOWNLOAD, json={"paths": []})) == (400, "malformed")
        assert reason(client.post(DOWNLOAD, json={"paths": ["../x", "y/.x"]})) == (403, "hidden")
    with httpx.Client(base_url=server.url, trust_env=False) as stranger:
        assert reason(stranger.get(url)) == (403, "unauthorized")
        assert reason(stranger.post(DOWNLOAD, json={"paths": names[:1]})) == (403, "unauthorized")


def test_who_may_look_may_choose(start: Callable[..., RunningServer]) -> None:
    readers = """
from jupyter_server.auth import AllowAllAuthorizer

class Readers(AllowAllAuthorizer):
    def is_authorized(self, handler, user, action, resource):
        return action == "read"

c.ServerApp.authorizer_class = Readers
"""
    server = start(config_code=readers)
    (server.root / "a").write_bytes(b"a")
    with client_of(server) as client:
        made = client.post(DOWNLOAD, json={"paths": ["a"]})
        assert client.get(made.json()["url"]).content == b"a"


def test_two_thousand_files(client: httpx.Client, root: Path) -> None:
    files: dict[str, bytes] = {}
    for number in range(2000):
        folder = f"many/d{number % 37}/é{number % 11}"
        (root / folder).mkdir(parents=True, exist_ok=True)
        name = f"{folder}/#{number} %\u3042 {'long' * (number % 40)}.dat"
        files[name] = secrets.token_bytes(number)
        (root / name).write_bytes(files[name])
        if number % 100 == 0:
            (root / f"many/empty {number}").mkdir()
            files[f"many/empty {number}/"] = b""
    assert contents(fetch(client, "many")) == files


def test_an_empty_folder(client: httpx.Client, root: Path) -> None:
    (root / "empty").mkdir()
    assert contents(fetch(client, "empty")) == {"empty/": b""}
    assert contents(fetch(client, "empty/")) == {"empty/": b""}


def test_hidden_files_links_and_unfinished_uploads_are_left_out(
    start: Callable[..., RunningServer], client: httpx.Client, root: Path, tmp_path: Path
) -> None:
    shown = start(config={"ContentsManager": {"allow_hidden": True}})
    (tmp_path / "secret").write_text("secret")
    for folder in (root, shown.root):
        (folder / "run" / ".git").mkdir(parents=True)
        (folder / "run" / ".git" / "x").write_bytes(b"x")
        (folder / "run" / "a").write_bytes(b"a")
        (folder / "run" / "to file").symlink_to(tmp_path / "secret")
        (folder / "run" / "to folder").symlink_to(tmp_path)
        (folder / "run" / "loop").symlink_to(folder)
        (folder / "run" / ".b.1234.bigupload").write_bytes(b"half")
    assert contents(fetch(client, "run")) == {"run/a": b"a"}
    with client_of(shown) as other:
        assert contents(fetch(other, "run")) == {"run/a": b"a", "run/.git/x": b"x"}


@pytest.mark.long
def test_more_than_4_gib(start: Callable[..., RunningServer], tmp_path: Path) -> None:
    """By ranges at its beginning and at its end, put together with what is between them."""
    server = start()
    size = 4 * 2**30 + 5
    (server.root / "run").mkdir()
    with (server.root / "run" / "huge").open("wb") as file:
        file.truncate(size)
        file.seek(size - 3)
        file.write(b"end")
    (server.root / "run" / "last").write_bytes(b"last")
    with client_of(server) as client:
        client.timeout = httpx.Timeout(120)
        length = int(client.head(DOWNLOAD, params={"path": "run"}).headers["Content-Length"])
        head = fetch(client, "run", Range="bytes=0-199").content
        tail = fetch(client, "run", Range="bytes=-1000").content
    assert length > size
    with (tmp_path / "run.zip").open("wb") as file:  # with a hole where there are zeros
        file.write(head)
        file.seek(length - 1000)
        file.write(tail)
    with zipfile.ZipFile(tmp_path / "run.zip") as archive:
        assert [(info.filename, info.file_size) for info in archive.infolist()] == [
            ("run/huge", size),
            ("run/last", 4),
        ]
        assert archive.read("run/last") == b"last"
        assert archive.testzip() is None


@pytest.mark.long
def test_memory_of_a_hundred_thousand_files(start: Callable[..., RunningServer]) -> None:
    server = start()
    for folder in range(100):
        (server.root / "many" / f"folder {folder}").mkdir(parents=True)
        for number in range(1000):
            (server.root / "many" / f"folder {folder}" / f"some file {number}.dat").touch()

    def memory(field: str) -> int:
        status = Path(f"/proc/{server.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(field))

    with client_of(server) as client:
        client.timeout = httpx.Timeout(120)
        assert fetch(client, "many/folder 0", Range="bytes=0-0").status_code == 206
        before = memory("VmRSS")
        answer = fetch(client, "many")
        assert memory("VmHWM") - before <= 150 * MIB
    with opened(answer) as archive:
        assert len(archive.namelist()) == 100_000


@pytest.mark.parametrize("destination", ["lab", "archive"])
def test_folders_of_buckets(site: Site, visitor: httpx.Client, destination: str) -> None:
    within = f"run {secrets.token_hex(4)}"
    files = {
        f"{within}/a": secrets.token_bytes(10),
        f"{within}/deep/ü": secrets.token_bytes(3 * MIB),
        f"{within}/empty": b"",
        **{f"{within}/small/{number}": secrets.token_bytes(number * 10) for number in range(40)},
    }
    for path, data in files.items():
        put(site, destination, path, data)
    put(site, destination, f"{within} more", b"no")
    answer = fetch(visitor, within, destination=destination)
    assert contents(answer) == files
    etag, whole = answer.headers["ETag"], answer.content
    part = fetch(visitor, within, destination=destination, Range="bytes=2000000-", If_Range=etag)
    assert (part.status_code, part.content == whole[2_000_000:]) == (206, True)
    put(site, destination, f"{within}/a", b"0123456789")
    again = fetch(visitor, within, destination=destination, Range="bytes=2000000-", If_Range=etag)
    assert again.status_code == 200
    assert contents(again)[f"{within}/a"] == b"0123456789"
    missing = fetch(visitor, f"{within}/none", destination=destination)
    assert reason(missing) == (404, "not_found")
