"""Many small files, a few MiB of them in each request (docs/wire.md, "Many files at once")."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ...digests import digest_of
from ...errors import BigUploadError
from ..errors import UnreadableFile, error_of
from ..model import Saved
from ..wire.retrying import Retrying
from ..wire.server import Server
from .entries import Entry

#: Bytes of the largest file that is sent so: a larger one is worth a record to go on with.
LARGEST = 8 * 2**20
#: Bytes of a batch, and most files in it.
_BYTES = 4 * 2**20
_FILES = 1000


@dataclass(frozen=True)
class Outcome:
    """What became of a file: one or the other."""

    entry: Entry
    saved: Saved | None = None
    error: BigUploadError | None = None


def batches_of(entries: Iterable[Entry]) -> Iterator[Sequence[Entry]]:
    """Yield the files in their order, as many together as make a good request."""
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        if batch and (size + entry.size > _BYTES or len(batch) >= _FILES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += entry.size
    if batch:
        yield batch


def send_batch(
    server: Server, retrying: Retrying, destination: str, entries: Sequence[Entry], on_conflict: str
) -> Sequence[Outcome]:
    """Send files until each is there, or can't be; return what became of each, in no certain order.

    Raises
    ------
    BigUploadError
        When the server refuses all of them together, or can't be reached.
    """
    outcomes: list[Outcome] = []
    left: list[_Content] = []
    for entry in entries:
        try:
            left.append(_Content.read(entry, on_conflict))
        except OSError as error:
            failure = UnreadableFile(f"{entry.path} can't be read: {error.strerror or error}.")
            outcomes.append(Outcome(entry, error=failure))
    passing: list[Outcome] = []

    def send() -> None:
        answer = _post(server, destination, files=left)
        after = [
            _outcome(one.entry, destination, each) for one, each in zip(left, answer["files"], strict=True)
        ]
        passing[:] = [one for one in after if one.error is not None and one.error.retryable]
        outcomes.extend(one for one in after if one not in passing)
        again = {one.entry for one in passing}
        left[:] = [one for one in left if one.entry in again]
        if passing and passing[0].error is not None:
            raise passing[0].error

    try:
        if left:
            retrying.run(send)
    except BigUploadError:
        if not passing:  # it is an error of the whole request
            raise
    return outcomes + passing


def make_folders(server: Server, destination: str, folders: Sequence[str]) -> dict[str, BigUploadError]:
    """Make folders where they are missing; return why one can't be made, by its path."""
    failed = {}
    for start in range(0, len(folders), _FILES):
        some = folders[start : start + _FILES]
        answer = server.retrying().run(partial(_post, server, destination, folders=some))
        for path, outcome in zip(some, answer["folders"], strict=True):
            if outcome["state"] == "failed":
                failed[path] = error_of(None, outcome["error"])
    return failed


@dataclass(frozen=True)
class _Content:
    """A small file in memory, and what the manifest says of it."""

    entry: Entry
    data: bytes
    described: dict[str, object]

    @classmethod
    def read(cls, entry: Entry, on_conflict: str) -> _Content:
        """Read a file.

        Raises
        ------
        OSError
            As the operating system reports it.
        """
        modified = entry.path.stat().st_mtime_ns // 1_000_000
        data = entry.path.read_bytes()
        described = {
            "path": entry.to,
            "size": len(data),
            "digest": str(digest_of([data])),
            "on_conflict": on_conflict,
            "last_modified": modified,
        }
        return cls(entry, data, described)


def _post(
    server: Server, destination: str, *, folders: Sequence[str] = (), files: Sequence[_Content] = ()
) -> Any:
    lists = {"folders": list(folders), "files": [file.described for file in files]}
    manifest = json.dumps(lists).encode()
    body = b"".join([len(manifest).to_bytes(4, "big"), manifest, *(file.data for file in files)])
    return server.connection.ask(
        "POST",
        "api/bigupload/batches",
        query={"destination": destination},
        content=body,
        headers={"Content-Type": "application/octet-stream"},
    )


def _outcome(entry: Entry, destination: str, answer: dict[str, Any]) -> Outcome:
    if answer["state"] == "done":
        saved = Saved(str(answer["path"]), destination, entry.size, bool(answer["identical"]))
        return Outcome(entry, saved=saved)
    return Outcome(entry, error=error_of(None, answer["error"]))
