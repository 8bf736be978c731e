"""What an upload promises, as an order of system calls."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .system_calls import Call

_NAMING = ("rename", "link")
#: A line of the log of parts, as strace shows it.
_LOGGED = re.compile(r"(?:^|\\n)(\d+) (\d+) \S+=:")


@dataclass(frozen=True)
class Story:
    """One upload's calls: what was done with its bytes, with its record, and what was answered.

    Parameters
    ----------
    chunks : Sequence[tuple[int, int]]
        The chunks, `[start, end)`, in the order in which they were sent, one after the other.
    folder, partial, record : str
        Paths of the target's folder, of the file that holds the bytes, and of the record.
    """

    calls: Sequence[Call]
    chunks: Sequence[tuple[int, int]]
    folder: str
    partial: str
    record: str

    def broken(self) -> list[str]:
        """Return the guarantees that the order of calls does not keep."""
        checks = {
            "a chunk is on the disk before the record has it": self.data_before_record(),
            "the record has a chunk before it is acknowledged": self._record_before_answer(),
            "the file is on the disk before it has its name": self._file_before_name(),
            "the name is on the disk before the record says done": self._name_before_done(),
            "the record says done before the client hears it": self._done_before_answer(),
        }
        return [guarantee for guarantee, kept in checks.items() if not kept]

    def data_before_record(self) -> bool:
        """Return whether the log never had a chunk that was not on the disk, also with several at once."""
        return len(self._logged()) == len(self.chunks) and all(
            any(self._on_disk(chunk, sync) and sync.precedes(line) for sync in self._syncs(self.partial))
            for chunk, line in self._logged().items()
        )

    def _on_disk(self, chunk: tuple[int, int], sync: Call) -> bool:
        """Return whether every byte of `chunk` had been written when `sync` began."""
        start, end = chunk
        written = [
            call
            for call in self._of("pwrite64", self.partial)
            if start <= call.offset < end and call.precedes(sync)
        ]
        return sum(call.length for call in written) == end - start

    def _record_before_answer(self) -> bool:
        lines = list(self._logged().values())
        answers = self._answers()[1 : 1 + len(self.chunks)]
        return len(lines) == len(answers) and all(
            line.precedes(answer) for line, answer in zip(lines, answers, strict=True)
        )

    def _file_before_name(self) -> bool:
        last = max(self._of("pwrite64", self.partial), key=lambda call: call.ended)
        return any(
            last.precedes(sync) and sync.precedes(self._named())
            for sync in self._syncs(self.partial)
            if sync.name == "fsync"
        )

    def _name_before_done(self) -> bool:
        return any(
            self._named().precedes(sync) and sync.precedes(self._done()) for sync in self._syncs(self.folder)
        )

    def _done_before_answer(self) -> bool:
        answer = self._answers()[1 + len(self.chunks)]
        return any(
            self._done().precedes(call) and call.precedes(answer)
            for call in self.calls
            if call.name.startswith("rename") and call.new == self.record
        )

    def _logged(self) -> dict[tuple[int, int], Call]:
        """Return the calls that enter a chunk in the log of parts."""
        log = self.record.removesuffix(".json") + ".parts"
        return {
            (int(line[1]), int(line[2])): call
            for call in self._of("write", log)
            for line in _LOGGED.finditer(call.data)
        }

    def _named(self) -> Call:
        (call,) = [c for c in self.calls if c.name.startswith(_NAMING) and c.path == self.partial]
        return call

    def _done(self) -> Call:
        """Return the first call that writes a record of a finished upload."""
        return next(
            c
            for c in self.calls
            if c.name == "write" and c.path.startswith(self.record) and r"\"state\": \"done\"" in c.data
        )

    def _answers(self) -> list[Call]:
        return [call for call in self.calls if call.name == "sendto" and call.data.startswith("HTTP/1.1 2")]

    def _syncs(self, path: str) -> list[Call]:
        return self._of("fsync", path) + self._of("fdatasync", path)

    def _of(self, name: str, path: str) -> list[Call]:
        return [call for call in self.calls if call.name == name and call.path == path]
