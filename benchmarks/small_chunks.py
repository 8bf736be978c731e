"""How many small chunks a second a plain program gets acknowledged: what each costs beside its bytes.

`python -m benchmarks.small_chunks [--against CHECKOUT]` prints a table of Markdown. It needs no browser. With
a second checkout of this project, servers of both run side by side, and take turns.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.server import RunningServer

from .tables import markdown, spread

CHUNK = 256 * 2**10
_COMPARED = {"BigUpload": {"min_free_space": 0}}


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.small_chunks", description=__doc__)
    parser.add_argument("--against", type=Path, help="another checkout of this project")
    parser.add_argument("--chunks", type=int, default=400, help="chunks a file (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="files of each kind (%(default)s)")
    options = parser.parse_args()
    checkouts: dict[str, Path | None] = {"this checkout": None}
    if options.against is not None:
        checkouts["the other"] = options.against
    with ExitStack() as stack:
        programs = {name: stack.enter_context(program(path)) for name, path in checkouts.items()}
        rates: dict[tuple[str, str], list[float]] = {}
        for round_ in range(-1, options.rounds):  # one to warm up
            for way, send in WAYS.items():
                for name, sender in programs.items():
                    rate = send(sender, f"{round_}.bin", options.chunks)
                    if round_ >= 0:
                        rates.setdefault((way, name), []).append(rate)
    print(markdown(["chunks of 256 KiB a second", *checkouts], list(rows(rates, list(checkouts)))))


def rows(rates: Mapping[tuple[str, str], Sequence[float]], names: Sequence[str]) -> Iterator[list[str]]:
    """Yield a row for each way, and the ratios between the checkouts where there are two."""
    for way in WAYS:
        yield [way, *(spread(rates[way, name], 0) for name in names)]
        if len(names) > 1:
            ratios = [
                ours / theirs for ours, theirs in zip(*(rates[way, name] for name in names), strict=True)
            ]
            yield [f"{way}, ratio", spread(ratios, 2), f"median {statistics.median(ratios):.2f}"]


class Sender:
    """A program with one connection, which it keeps."""

    def __init__(self, server: RunningServer) -> None:
        url = urlsplit(server.url)
        self._connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=60)
        self._login = {"Authorization": f"token {server.token}"}

    def ask(self, verb: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> bytes:
        """Return the answer, which is a good one."""
        self._connection.request(verb, path, body, {**self._login, **(headers or {})})
        answer = self._connection.getresponse()
        data = answer.read()
        assert answer.status // 100 == 2, data  # noqa: PLR2004  # 2xx
        return data


@contextmanager
def program(checkout: Path | None) -> Iterator[Sender]:
    """Start a server of a checkout, and a program beside it."""
    environment = {} if checkout is None else {"PYTHONPATH": str(checkout)}
    with RunningServer(config=_COMPARED, environment=environment) as server:
        yield Sender(server)


def by_id(sender: Sender, name: str, chunks: int) -> float:
    """Send a file as an upload of its own; return chunks a second."""
    size = chunks * CHUNK
    new = json.dumps({"path": name, "size": size, "on_conflict": "replace"}).encode()
    upload_id = json.loads(sender.ask("POST", "/api/bigupload/uploads", new))["id"]
    return _timed(
        sender,
        f"/api/upload_handlers?upload={upload_id}",
        {},
        chunks,
        lambda: sender.ask("POST", f"/api/bigupload/uploads/{upload_id}/complete"),
    )


def by_name(sender: Sender, name: str, chunks: int) -> float:
    """Send a file by its name alone, as the oldest clients do; return chunks a second."""
    headers = {"Content-Disposition": f'attachment; filename="plain-{name}"'}
    return _timed(sender, "/api/upload_handlers?on_conflict=replace", headers, chunks, lambda: None)


def _timed(
    sender: Sender, path: str, headers: Mapping[str, str], chunks: int, finish: Callable[[], object]
) -> float:
    data, size = os.urandom(CHUNK), chunks * CHUNK
    began = time.perf_counter()
    for start in range(0, size, CHUNK):
        place = f"bytes {start}-{start + CHUNK - 1}/{size}"
        sender.ask("POST", path, data, {"Content-Range": place, **headers})
    took = time.perf_counter() - began
    finish()
    return chunks / took


WAYS = {"an upload with an id": by_id, "plain, by name": by_name}


if __name__ == "__main__":
    main()
