# ruff: noqa: T201  # a command prints its table
"""The server dies by SIGKILL while batches of a folder come, again and again.

What was acknowledged is there and whole, nothing is there in part, nothing that was acknowledged is
sent again; after a sweep nothing hidden is left, and after a removal nothing at all.

`python -m tests.faults.batch_kills --kills 500 --seed 7`
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import random
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.http.batches import File, batch
from tests.http.half_request import until
from tests.support.forked_server import ForkedServer

BATCHES, REMOVAL = "api/bigupload/batches", "api/bigupload/removal"

#: Bytes that are sent at once: the server may die behind any of them.
_PIECE = 4096
#: Seconds after a piece was sent, of which the server dies in one: it is at the disk then.
_AT_HAND = 0.05
#: Seconds by which files that a dead server left are made older than any that it would keep.
_LONG_AGO = 30 * 24 * 3600
_SENDERS = 3
_POLICIES = ("fail", "replace", "rename")


@dataclass
class Report:
    """What became of everything."""

    kills: int = 0
    kills_under_way: int = 0
    """Of them, while some file was not acknowledged."""
    files: int = 0
    found_again: int = 0
    """Of them, those whose answer was lost, and which were there when they were sent again."""
    partials: int = 0
    """Files that dead servers left, and that were swept."""
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills ({self.kills_under_way} under way), {self.files} files, "
            f"{self.found_again} found again, {self.partials} partials swept, {len(self.wrong)} wrong"
        )


class Sending:
    """Sends a folder, several batches at once, through as many deaths of the server as it takes."""

    def __init__(self, server: ForkedServer, batches: Sequence[Sequence[File]]) -> None:
        self._server = server
        self._left = list(batches)
        self._lock = threading.Lock()
        self._up = threading.Event()
        self._up.set()
        self._sent = 0
        self._kill_at: int | None = None
        self._working = _SENDERS
        #: Set when the server is to die.
        self.moment = threading.Event()
        self.acknowledged: dict[str, File] = {}
        self.found_again = 0
        self.wrong: list[str] = []
        self._threads = [threading.Thread(target=self._send_all, daemon=True) for _ in range(_SENDERS)]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        """Wait for the last answer."""
        for thread in self._threads:
            thread.join()

    def kill_after(self, length: int) -> None:
        """Set `moment` when so many bytes more are sent, or there is nothing more to send."""
        with self._lock:
            if self._working:
                self._kill_at = self._sent + length
                self.moment.clear()

    @contextlib.contextmanager
    def dead(self) -> Iterator[None]:
        """Keep the senders from trying."""
        self._up.clear()
        yield
        self._up.set()

    def _send_all(self) -> None:
        try:
            while (files := self._next()) is not None:
                again = [file.path for file in files if file.path in self.acknowledged]
                self.wrong += [f"sent again: {path}" for path in again]
                self._up.wait()
                try:
                    self._acknowledge(files, self._send(batch(files)))
                except (OSError, http.client.HTTPException):
                    with self._lock:
                        self._left.append(files)
        finally:
            with self._lock:
                self._working -= 1
                if not self._working:
                    self.moment.set()

    def _next(self) -> Sequence[File] | None:
        with self._lock:
            return self._left.pop() if self._left else None

    def _send(self, body: bytes) -> Sequence[Mapping[str, object]]:
        host = urlsplit(self._server.url)
        connection = http.client.HTTPConnection(host.netloc)
        headers = {"Authorization": f"token {self._server.token}", "Content-Length": str(len(body))}
        with contextlib.closing(connection):
            connection.request("POST", f"{host.path}{BATCHES}", body=self._pieces(body), headers=headers)
            answer = connection.getresponse()
            fields = json.loads(answer.read())
        if answer.status != http.client.OK:
            self.wrong.append(f"{answer.status}: {fields}")
            return []
        outcomes: Sequence[Mapping[str, object]] = fields["files"]
        return outcomes

    def _pieces(self, body: bytes) -> Iterator[bytes]:
        for start in range(0, len(body), _PIECE):
            yield body[start : start + _PIECE]
            with self._lock:
                self._sent += _PIECE
                if self._kill_at is not None and self._sent >= self._kill_at:
                    self._kill_at = None
                    self.moment.set()

    def _acknowledge(self, files: Sequence[File], outcomes: Sequence[Mapping[str, object]]) -> None:
        for file, outcome in zip(files, outcomes, strict=True):
            if outcome["state"] != "done" or outcome["path"] != file.path:
                self.wrong.append(f"{file.path}: {outcome}")
                continue
            self.acknowledged[file.path] = file
            self.found_again += bool(outcome["identical"])


class BatchKiller:
    """Sends folder after folder, and kills the server meanwhile."""

    def __init__(self, server: ForkedServer, *, seed: int) -> None:
        self.report = Report()
        self._server = server
        self._random = random.Random(seed)  # noqa: S311  # a run that can be repeated

    def round(self) -> None:
        """Send a folder, and kill the server some times on the way."""
        chance, report = self._random, self.report
        files = self._folder(f"round {report.kills}")
        policy = chance.choice(_POLICIES)
        all_files = [File(path, data, policy) for path, data in files.items()]
        size = chance.randint(5, 60)
        sending = Sending(
            self._server, [all_files[start : start + size] for start in range(0, len(all_files), size)]
        )
        total = sum(map(len, files.values()))
        sending.kill_after(chance.randrange(total))
        sending.start()
        for _ in range(chance.randint(1, 4)):
            sending.moment.wait()
            if chance.random() < 0.5:
                time.sleep(chance.uniform(0, _AT_HAND))
            self._kill(sending, files, next_after=chance.randrange(total))
        sending.finish()
        self._judge(sending, files)

    def _kill(self, sending: Sending, files: Mapping[str, bytes], next_after: int) -> None:
        acknowledged = dict(sending.acknowledged)
        with sending.dead():
            self._server.kill()
            self.report.kills += 1
            self.report.kills_under_way += len(acknowledged) < len(files)
            self._look(acknowledged, files)
            self._server.start()
            sending.kill_after(next_after)

    def _folder(self, name: str) -> dict[str, bytes]:
        chance = self._random
        sizes = (0, 1, 500, 4_000, 10_000, 70_000)
        return {
            f"{name}/d{chance.randint(0, 9)}/{'e/' * chance.randint(0, 3)}f{number}": chance.randbytes(
                chance.choice(sizes)
            )
            for number in range(chance.randint(50, 300))
        }

    def _look(self, acknowledged: Mapping[str, File], files: Mapping[str, bytes]) -> None:
        """See that what is there is whole, and what was acknowledged is there."""
        there = self._there()
        wrong = self.report.wrong
        wrong += [f"in part: {path}" for path, data in there.items() if files.get(path) != data]
        wrong += [f"lost: {path}" for path in acknowledged if path not in there]

    def _judge(self, sending: Sending, files: Mapping[str, bytes]) -> None:
        report = self.report
        report.files += len(files)
        report.found_again += sending.found_again
        report.wrong += sending.wrong
        self._look(sending.acknowledged, files)
        report.wrong += [f"not there: {path}" for path in files if path not in sending.acknowledged]
        self._sweep()
        self._take_back(sending.acknowledged)

    def _sweep(self) -> None:
        """See that what dead servers left goes, once it is old."""
        self._server.stop()
        old = time.time() - _LONG_AGO
        left = self._partials()
        self.report.partials += len(left)
        for path in left:
            os.utime(path, (old, old))
        self._server.start()
        until(lambda: not self._partials())

    def _take_back(self, files: Mapping[str, File]) -> None:
        folders = {parent for path in files for parent in map(str, Path(path).parents)} - {"."}
        answer = self._post(
            REMOVAL, {"files": [file.known for file in files.values()], "folders": sorted(folders)}
        )
        if answer != {"removed": len(files), "kept": []}:
            self.report.wrong.append(f"not taken back: {answer}")
        self.report.wrong += [f"left over: {path}" for path in self._server.root.rglob("*")]

    def _post(self, route: str, fields: object) -> object:
        host = urlsplit(self._server.url)
        connection = http.client.HTTPConnection(host.netloc)
        with contextlib.closing(connection):
            headers = {"Authorization": f"token {self._server.token}"}
            connection.request("POST", f"{host.path}{route}", json.dumps(fields), headers)
            return json.loads(connection.getresponse().read())

    def _there(self) -> dict[str, bytes]:
        root = self._server.root
        return {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file() and path.suffix != ".bigupload"
        }

    def _partials(self) -> list[Path]:
        return list(self._server.root.rglob(".*.bigupload"))


def kills(server: ForkedServer, *, least: int, seed: int, tell: bool = False) -> Report:
    """Kill the server at least so often, or less often when something went wrong."""
    killer = BatchKiller(server, seed=seed)
    while killer.report.kills < least and not killer.report.wrong:
        killer.round()
        if tell:
            print(killer.report, flush=True)
    return killer.report


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    with ForkedServer() as server:
        report = kills(server, least=arguments.kills, seed=arguments.seed, tell=True)
    print(report, *report.wrong, sep="\n  ")
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
