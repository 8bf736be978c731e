"""Another program meddles with the partial of an upload, and with its folder, while the bytes come.

Whatever it does, a file that is said to be done is the file that was sent, byte for byte; and an upload that
can't go on says so.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.support.server import RunningServer

from .client import Client, GivenUp
from .report import Report

_KIB = 2**10
_SIZES = (64 * _KIB, 4096 * _KIB)
_LANES = 3

#: What a meddler does to the partial, all of it noticed: the digest of every part that it touched is lost.
Meddler = Callable[[Path, random.Random], None]


def truncate(partial: Path, rng: random.Random) -> None:
    """Cut it short."""
    os.truncate(partial, rng.randrange(partial.stat().st_size + 1))


def cut_and_extend(partial: Path, rng: random.Random) -> None:
    """Cut it short, and make it as long again as it was."""
    length = partial.stat().st_size
    os.truncate(partial, rng.randrange(length + 1))
    os.truncate(partial, length)


def overwrite(partial: Path, rng: random.Random) -> None:
    """Write other bytes in place."""
    length = partial.stat().st_size
    with partial.open("r+b") as file:
        file.seek(rng.randrange(max(1, length)))
        file.write(rng.randbytes(rng.randint(1, 4 * _KIB)))


def append(partial: Path, rng: random.Random) -> None:
    """Write behind its end."""
    with partial.open("ab") as file:
        file.write(rng.randbytes(rng.randint(1, 4 * _KIB)))


def replace_by_copy(partial: Path, rng: random.Random) -> None:
    """Put a copy in its place."""
    del rng
    copy = partial.with_name(f"{partial.name}.copy")
    shutil.copy2(partial, copy)
    copy.replace(partial)


def remove(partial: Path, rng: random.Random) -> None:
    """Remove it."""
    del rng
    partial.unlink()


def touch(partial: Path, rng: random.Random) -> None:
    """Change its times alone, to some that were."""
    moment = rng.randrange(10**9, 2 * 10**9)
    os.utime(partial, (moment, moment))


def move_away_and_back(partial: Path, rng: random.Random) -> None:
    """Rename the folder for a moment."""
    with _away(partial.parent):
        threading.Event().wait(rng.random() / 20)


def put_another_folder(partial: Path, rng: random.Random) -> None:
    """Rename the folder, and put another in its place for a moment."""
    folder = partial.parent
    with _away(folder):
        folder.mkdir()
        threading.Event().wait(rng.random() / 20)
        shutil.rmtree(folder)


def put_a_link(partial: Path, rng: random.Random) -> None:
    """Rename the folder, and put a link that leaves the root in its place for a moment."""
    folder = partial.parent
    with _away(folder):
        folder.symlink_to(folder.parent.parent / "outside")
        threading.Event().wait(rng.random() / 20)
        folder.unlink()


MEDDLERS: tuple[Meddler, ...] = (
    truncate,
    cut_and_extend,
    overwrite,
    append,
    replace_by_copy,
    remove,
    touch,
    move_away_and_back,
    put_another_folder,
    put_a_link,
)
#: Those after which the partial is gone for good: the upload may end without its file.
_FATAL: tuple[Meddler, ...] = (replace_by_copy, remove)
#: Those that come while chunks are on their way; the others between two chunks, where each must be noticed.
_UNDER_WAY: tuple[Meddler, ...] = (move_away_and_back, put_another_folder, put_a_link)


def attack(server: RunningServer, rng: random.Random, report: Report, *, rounds: int) -> None:
    """Upload `rounds` files, each of which is meddled with once or twice."""
    outside = server.root.parent / "outside"
    outside.mkdir(exist_ok=True)
    headers = {"Authorization": f"token {server.token}"}
    with httpx.Client(base_url=server.url, headers=headers, trust_env=False, timeout=60) as http:
        for number in range(rounds):
            _round(server, http, random.Random(rng.random()), report, f"meddled-{rounds}-{number}")  # noqa: S311
    report.require(not any(outside.iterdir()), "bytes were written outside of the root")
    server.restart()  # which sweeps
    left = list(server.root.rglob("*.bigupload"))
    report.require(not left, f"{len(left)} partials are left, e.g. {left[:1]}")


def _round(server: RunningServer, http: httpx.Client, rng: random.Random, report: Report, name: str) -> None:
    folder = server.root / name
    folder.mkdir()
    client = Client(http, f"{name}/file", rng.randbytes(rng.randint(*_SIZES)))
    meddlers = rng.sample(MEDDLERS, rng.choice((1, 1, 1, 2)))
    what = " and ".join(meddler.__name__ for meddler in meddlers)
    ended = _upload(client, folder, meddlers, rng)
    report.count(what, ended)
    target = folder / "file"
    if ended == "done":
        report.require(target.read_bytes() == client.data, f"{name}: {what}: another file than was sent")
    else:
        report.require(not target.exists(), f"{name}: {what}: {ended}, and yet there is a file")
        excused = any(meddler in _FATAL for meddler in meddlers)
        report.require(excused and ended == "not_found", f"{name}: {what}: ended as {ended}")
        client.abort()
    if ended == "done" or replace_by_copy in meddlers:  # the copy is the meddler's own, and stays
        shutil.rmtree(folder)


def _upload(client: Client, folder: Path, meddlers: list[Meddler], rng: random.Random) -> str:
    """Upload with the meddlers at random moments; return `done`, or the reason why not."""
    size = len(client.data)
    chunk = rng.choice((16, 64, 256, 1024)) * _KIB
    chunks = [(at, min(at + chunk, size)) for at in range(0, size, chunk)]
    if rng.random() < 0.5:  # half of them in order
        rng.shuffle(chunks)
    moments = sorted(rng.randrange(len(chunks) + 1) for _ in meddlers)
    try:
        client.create()
        at = 0
        with ThreadPoolExecutor(_LANES + 1) as lanes:
            for moment, meddler in zip([*moments, len(chunks)], [*meddlers, None], strict=True):
                sending = [lanes.submit(client.send, *span) for span in chunks[at:moment]]
                at = moment
                if meddler not in _UNDER_WAY:
                    _results(sending)
                if meddler is not None:
                    with contextlib.suppress(StopIteration):  # it is gone by an earlier one
                        meddler(next(folder.glob(".*.bigupload")), rng)
                _results(sending)
        client.complete()
    except GivenUp as given_up:
        return given_up.reason
    return "done"


def _results(sending: list[Future[None]]) -> None:
    """Wait for all of them, and raise what one of them raised."""
    for one in sending:
        one.exception()
    for one in sending:
        one.result()


@contextlib.contextmanager
def _away(folder: Path) -> Iterator[None]:
    elsewhere = folder.with_name(f"{folder.name}-elsewhere")
    folder.rename(elsewhere)
    yield
    elsewhere.rename(folder)
