"""What costs more the more there is: unfinished uploads, gaps in one, files that wait for the disk.

`python -m benchmarks.growth` prints a table of Markdown. It needs no browser. The uploads are made by the
service itself, in this process; everything that is timed goes over HTTP to a server of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx

from jupyter_bigupload.stores.local import LocalStore
from jupyter_bigupload.testing.store_inputs import pieces
from jupyter_bigupload.uploads import (
    Limits,
    Locks,
    NewUpload,
    Records,
    UploadRepository,
    UploadService,
)
from tests.support.server import RunningServer
from tests.support.services import NoHooks

UPLOADS = "api/bigupload/uploads"
#: Bytes of a chunk that leaves a gap.
_CHUNK = 4096
#: Every so many of the uploads has a chunk.
_WITH_A_CHUNK = 20
#: Uploads made at once.
_AT_ONCE = 16
#: Uploads that wait for their fsync, and the seconds that each takes.
_WAITING, _FSYNC = 200, 1.0

#: Seconds after which a create is one by itself.
_APART = 2.0

SLOW_DISK = f"""
import os, time
os.fdatasync = lambda fd: time.sleep({_FSYNC})
"""

Row = tuple[str, str]


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--uploads", type=int, default=20_000, help="unfinished uploads (%(default)s)")
    parser.add_argument("--gaps", type=int, default=10_000, help="chunks that leave gaps (%(default)s)")
    parser.add_argument("--dir", type=Path, help="where the files go")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bigupload-growth-", dir=options.dir) as folder:
        rows = [
            *few_and_many(Path(folder), options.uploads),
            *gaps(options.gaps),
            *waiting_for_the_disk(),
        ]
    print("| | |\n| :-- | --: |")
    for what, figure in rows:
        print(f"| {what} | {figure} |")


def few_and_many(folder: Path, many: int) -> Iterator[Row]:
    """Measure lists and creates beside a number of unfinished uploads."""
    for count in (200, many):
        root, records = folder / f"root-{count}", folder / f"records-{count}"
        root.mkdir()
        asyncio.run(make_uploads(root, records, count))
        settings = {"records_dir": str(records), "min_free_space": 0}
        with RunningServer(root=root, config={"BigUpload": settings}) as server, logged_in(server) as client:
            yield f"{count} uploads, first list after a restart", seconds(lambda: list_all(client))
            yield f"{count} uploads, list again", best(lambda: list_all(client))
            size = len(client.get(UPLOADS).content)
            yield f"{count} uploads, first page", f"{best(lambda: client.get(UPLOADS))}, {size:,} bytes"
            yield f"{count} uploads, create", created(client)
        settings |= {"max_unfinished_size": 2**52}
        with RunningServer(root=root, config={"BigUpload": settings}) as server, logged_in(server) as client:
            yield f"{count} uploads, create with max_unfinished_size", created(client)


def gaps(count: int) -> Iterator[Row]:
    """Measure chunks of one upload that leave gaps between them, in any order."""
    data = bytes(_CHUNK)
    size = 2 * _CHUNK * count
    starts = [2 * _CHUNK * at for at in range(count)]
    random.Random(9).shuffle(starts)  # noqa: S311  # the same order each time
    with RunningServer(config={"BigUpload": {"min_free_space": 0}}) as server, logged_in(server) as client:
        upload_id = create(client, "gaps", size)
        took, lengths = [], []
        for start in starts:
            began = time.perf_counter()
            answer = client.post(
                "api/upload_handlers",
                params={"upload": upload_id},
                content=data,
                headers={"Content-Range": f"bytes {start}-{start + _CHUNK - 1}/{size}"},
            )
            took.append(time.perf_counter() - began)
            lengths.append(len(answer.content))
            assert answer.is_success, answer.text
        edge = max(1, count // 10)
        for name, part in (("first", slice(edge)), ("last", slice(-edge, None))):
            middle = statistics.median(took[part]) * 1000
            mean = statistics.mean(took[part]) * 1000
            bytes_ = statistics.mean(lengths[part])
            yield (
                f"chunk with a gap, {name} {edge:,} of {count:,}",
                f"{middle:.1f} ms (mean {mean:.1f}), {bytes_:,.0f} bytes",
            )
        answer = client.post(f"{UPLOADS}/{upload_id}/complete")
        assert answer.is_client_error, answer.text
        yield f"`incomplete` with {count:,} gaps", f"{len(answer.content):,} bytes"
        answer = client.post(
            "api/upload_handlers",
            params={"upload": upload_id},
            content=data,
            headers={"Content-Range": f"bytes {_CHUNK // 2}-{_CHUNK // 2 + _CHUNK - 1}/{size}"},
        )
        assert answer.is_client_error, answer.text
        yield f"`range_overlap` with {count:,} gaps", f"{len(answer.content):,} bytes"


def waiting_for_the_disk() -> Iterator[Row]:
    """Measure a list and a create while more uploads wait for their fsync than there are threads."""
    with RunningServer(config_code=SLOW_DISK) as server, logged_in(server) as client:
        ids = [create(client, f"slow-{number}", 1) for number in range(_WAITING)]
        sending = [threading.Thread(target=send, args=(server, upload_id)) for upload_id in ids]
        for thread in sending:
            thread.start()
        time.sleep(3 * _FSYNC)
        yield f"list while {_WAITING} uploads fsync", seconds(lambda: client.get(UPLOADS))
        yield f"create while {_WAITING} uploads fsync", seconds(lambda: create(client, "another", 1))
        for thread in sending:
            thread.join()


async def make_uploads(root: Path, records: Path, count: int) -> None:
    """Make `count` uploads; some have a chunk."""
    repository = UploadRepository(stores={"home": LocalStore(root)}, records=Records(records))
    service = UploadService(repository=repository, locks=Locks(records), limits=Limits(), hooks=NoHooks())

    async def some(numbers: Sequence[int]) -> None:
        for number in numbers:
            upload = await service.create(NewUpload(f"file {number}.bin", 10**6))
            if number % _WITH_A_CHUNK == 0:
                await service.write(upload.id, start=5, end=6, total=10**6, body=pieces(b"x"))

    await asyncio.gather(*(some(range(first, count, _AT_ONCE)) for first in range(_AT_ONCE)))
    await service.stop()


def list_all(client: httpx.Client) -> list[dict[str, Any]]:
    """Return all unfinished uploads, over all pages."""
    uploads: list[dict[str, Any]] = []
    after = None
    while True:
        answer = client.get(UPLOADS, params={} if after is None else {"after": after})
        answered = answer.raise_for_status().json()
        uploads += answered["uploads"]
        after = answered.get("next")
        if after is None:
            return uploads


def create(client: httpx.Client, path: str, size: int) -> str:
    """Create an upload, and return its id."""
    answer = client.post(UPLOADS, json={"path": path, "size": size})
    assert answer.is_success, answer.text
    return str(answer.json()["id"])


def created(client: httpx.Client) -> str:
    """Return how long a create takes, once the first one is over, right after another and by itself."""
    names = (f"new {number}" for number in random.SystemRandom().sample(range(10**9), 10))
    create(client, next(names), 1)
    after = best(lambda: create(client, next(names), 1))
    time.sleep(_APART)
    return f"{after}; by itself {best(lambda: create(client, next(names), 1), runs=1)}"


def send(server: RunningServer, upload_id: str) -> None:
    """Send the one byte of an upload."""
    with logged_in(server) as client:
        client.post(
            "api/upload_handlers",
            params={"upload": upload_id},
            content=b"x",
            headers={"Content-Range": "bytes 0-0/1"},
        ).raise_for_status()


@contextlib.contextmanager
def logged_in(server: RunningServer) -> Iterator[httpx.Client]:
    """Hold a client that is logged in by token."""
    with httpx.Client(
        base_url=server.url,
        headers={"Authorization": f"token {server.token}"},
        timeout=600,
        trust_env=False,
    ) as client:
        yield client


def seconds(work: Callable[[], object]) -> str:
    """Return how long one run of `work` takes."""
    began = time.perf_counter()
    work()
    return shown(time.perf_counter() - began)


def best(work: Callable[[], object], runs: int = 3) -> str:
    """Return how long the quickest of some runs of `work` takes; others may be at work on this machine."""
    found = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return shown(min(found))


def shown(duration: float) -> str:
    """Return a duration for people."""
    return f"{duration:.1f} s" if duration >= 1 else f"{duration * 1000:.1f} ms"


if __name__ == "__main__":
    main()
