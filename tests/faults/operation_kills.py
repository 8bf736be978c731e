# ruff: noqa: T201  # a command prints its table
"""Workers, the server, or both die by SIGKILL while operations run, again and again.

Every operation ends, within its deadline, and once: done, failed, or cancelled. What is there under its name
is whole, nothing hidden is left, and no process.

`python -m tests.faults.operation_kills --rounds 300 --seed 7`
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import random
import secrets
import shutil
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.http.conftest import client_of
from tests.http.operations import OPERATIONS, begin
from tests.http.site import PART
from tests.support.forked_server import ForkedServer
from tests.support.object_stores import SeaweedFS
from tests.support.server import workers
from tests.unit.operations.fetching.site import Site

from .killed_copies import NAMES, Bucket, KilledCopies
from .killed_fetches import KilledFetches
from .killed_tables import NAMES as TABLES
from .killed_tables import KilledTables
from .operation_deaths import MOST_SECONDS, TIMEOUT, Report, kill, over, rounds_of

#: Seconds after a start, of which somebody dies in one: about as long as most operations take.
_AT_HAND = 1.2
_PIECE = 100_000
_KINDS = ("checksum", "extract", "list_archive", "fetch", "copy", "copy folder", "move", "convert")

#: Settings of a server whose operations this is about.
SETTINGS = {
    "operation_timeout": TIMEOUT,
    "link_schemes": ["http"],
    "link_allow": ["127.0.0.1/32"],
    "link_ports": [],
}


@dataclass(frozen=True)
class Place:
    """A server, and the bucket that it has."""

    server: ForkedServer
    bucket: Bucket


@dataclass(frozen=True)
class Material:
    """What operations work on: files of the home folder, and what comes of them."""

    archive: Mapping[str, bytes]
    checksum: str


class OperationKiller:
    """Starts operations, and kills who works on them."""

    def __init__(self, place: Place, site: Site, *, seed: int, only: Sequence[str] = _KINDS) -> None:
        self.report = Report()
        self._kinds = only
        self._server = place.server
        self._random = random.Random(seed)  # noqa: S311  # a run that can be repeated
        self._material = self._prepare()
        self._copies = KilledCopies(place.server.root, place.bucket, self._random)
        self._tables = KilledTables(place.server.root, place.bucket, self._random)
        self._fetches = KilledFetches(place.server.root, place.bucket, site, self._random)

    def round(self) -> None:
        """Start some operations, kill some processes meanwhile, and look at what came of it."""
        chance, report = self._random, self.report
        report.rounds += 1
        with client_of(self._server) as client:
            started = [self._begin(client, number) for number in range(chance.randint(1, 4))]
            cancelled = {name for name in started if chance.random() < 0.25}
        for _ in range(chance.randint(1, 3)):
            time.sleep(chance.uniform(0, _AT_HAND))
            who = chance.choice(["worker", "server", "both"])
            report.kills[who] += 1
            kill(self._server, who)
            with client_of(self._server) as client:
                for name in list(cancelled):
                    if chance.random() < 0.5:
                        client.post(f"api/bigupload/{name}/cancel")
                        cancelled.discard(name)
        with client_of(self._server) as client:
            self._judge(client, started)

    def _begin(self, client: httpx.Client, number: int) -> str:
        kind = self._random.choice(self._kinds)
        if kind in {"copy", "copy folder", "move"}:
            operation = self._copies.begin(client, kind, number)
        elif kind == "convert":
            operation = self._tables.begin(client, number)
        elif kind == "extract":
            parameters = {"folder": f"out {number}", "on_conflict": self._random.choice(["fail", "rename"])}
            operation = begin(client, kind, "set.zip", parameters=parameters)
        elif kind == "fetch":
            operation = self._fetches.begin(client, number)
        else:
            operation = begin(client, kind, "large.bin" if kind == "checksum" else "set.zip")
        return str(operation["name"])

    def _judge(self, client: httpx.Client, started: list[str]) -> None:
        wrong = self.report.wrong
        deadline = time.monotonic() + MOST_SECONDS
        failed = []
        for name in started:
            operation = over(client, name, deadline)
            if not operation["done"]:
                wrong.append(f"no end: {operation}")
                continue
            self.report.ends[operation["metadata"]["state"]] += 1
            self._judge_one(operation)
            if operation["metadata"]["kind"] == "fetch" and operation["metadata"]["state"] == "failed":
                failed.append(operation)
        listed = [one["name"] for one in client.get(OPERATIONS).json()["operations"]]
        wrong += [f"not once: {name}" for name in started if listed.count(name) != 1]
        for operation in failed:
            self._judge_one(self._gone_on_with(client, operation))
        for name in [one["name"] for one in client.get(OPERATIONS).json()["operations"]]:
            client.delete(f"api/bigupload/{name}")
        wrong += self._tables.judge_all()
        wrong += self._copies.judge_all()
        made = {path.name for path in self._server.root.iterdir()} - {"set.zip", "large.bin", *NAMES, *TABLES}
        wrong += [f"left over: {name}" for name in made]
        if not _within(5, lambda: not workers(self._server.data_dir)):
            wrong.append(f"processes are left: {workers(self._server.data_dir)}")

    def _gone_on_with(self, client: httpx.Client, failed: Mapping[str, Any]) -> Any:
        """Start what has failed once more, and return it once it is over: with what is there of it."""
        again = self._fetches.again(client, failed)
        ended = over(client, again["name"], time.monotonic() + MOST_SECONDS)
        if not ended["done"] or ended["metadata"]["state"] != "done":
            self.report.wrong.append(f"not gone on with: {ended}")
        return ended

    def _judge_one(self, operation: Mapping[str, Any]) -> None:
        wrong, metadata = self.report.wrong, operation["metadata"]
        if metadata["state"] != "done":
            if operation["error"]["reason"] not in {"worker_died", "cancelled", "exists", "no_progress"}:
                wrong.append(f"another error: {operation}")
            return
        response = operation["response"]
        if metadata["kind"] == "checksum" and response["checksum"] != self._material.checksum:
            wrong.append(f"another checksum: {operation}")
        if metadata["kind"] == "list_archive" and response["count"] != len(self._material.archive):
            wrong.append(f"another list: {operation}")
        if metadata["kind"] in {"copy", "move"}:
            wrong += self._copies.judge_one(operation)
        if metadata["kind"] == "convert_table":
            wrong += self._tables.judge_one(operation)
        if metadata["kind"] == "fetch":
            wrong += self._fetches.judge_one(operation)
        if metadata["kind"] == "extract":
            folder = self._server.root / response["made"]["path"]
            found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*")}
            if found != self._material.archive:
                wrong.append(f"in part: {operation}")
            shutil.rmtree(folder)

    def _prepare(self) -> Material:
        chance, root = self._random, self._server.root
        archive = {f"f{number}": chance.randbytes(_PIECE) for number in range(400)}
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
            for name, content in archive.items():
                file.writestr(name, content)
        (root / "set.zip").write_bytes(data.getvalue())
        digest = hashlib.sha256()
        with (root / "large.bin").open("wb") as large:
            large.truncate(2**29)
        for _ in range(2**9):
            digest.update(bytes(2**20))
        return Material(archive, digest.hexdigest())


@contextlib.contextmanager
def a_place(store: SeaweedFS) -> Iterator[Place]:
    """Run a server that has a bucket of `store`."""
    bucket = f"kills-{secrets.token_hex(6)}"
    store.make_bucket(bucket)
    destination = {**store.settings(bucket, name="lab"), "part_size": PART}
    config = {"BigUpload": {**SETTINGS, "min_free_space": 0, "destinations": [destination]}}
    with ForkedServer(config=config, environment=store.environment) as server:
        yield Place(server, Bucket(store, bucket, "lab"))


def kills(
    place: Place, *, rounds: int, seed: int, tell: bool = False, only: Sequence[str] = _KINDS
) -> Report:
    """Do so many rounds, or fewer when something went wrong."""
    with contextlib.closing(Site()) as site:
        return rounds_of(OperationKiller(place, site, seed=seed, only=only), rounds, tell=tell)


def _within(seconds: float, condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--kinds", nargs="+", choices=_KINDS, default=_KINDS)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    with tempfile.TemporaryDirectory() as folder, SeaweedFS(Path(folder)) as store, a_place(store) as place:
        report = kills(
            place, rounds=arguments.rounds, seed=arguments.seed, tell=True, only=tuple(arguments.kinds)
        )
    print(report, *report.wrong, sep="\n  ")
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
