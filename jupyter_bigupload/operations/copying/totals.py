"""How far a copy is, and what became of its files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from ...errors import BigUploadError, CopiedInPart

#: Files that are told of which were left out.
_MOST_TOLD = 100


class Outcome(str, Enum):
    """What became of a file: `KEPT_BOTH` has another name than its original, since that was taken."""

    COPIED = "copied"
    IDENTICAL = "identical"
    REPLACED = "replaced"
    KEPT_BOTH = "kept_both"


@dataclass(frozen=True)
class Copied:
    """A file that is where it was to go, at `path`."""

    outcome: Outcome
    path: str


@dataclass
class Totals:
    """What was done by now.

    Parameters
    ----------
    tell : Callable
        Told bytes, all bytes and steps again and again; ends the operation by an error.
    total : int
        Bytes of all files.
    """

    tell: Callable[[int, int, int], None]
    total: int = 0
    done: int = 0
    steps: int = 0
    counts: Counter[Outcome] = field(default_factory=Counter)
    skipped: list[tuple[str, BigUploadError]] = field(default_factory=list)
    failed: list[tuple[str, BigUploadError]] = field(default_factory=list)

    def alive(self) -> None:
        """Say that something was done which is no byte of a copy."""
        self.steps += 1
        self.tell(self.done, self.total, self.steps)

    def add(self, count: int) -> None:
        """Say that `count` more bytes are done with."""
        self.done += count
        self.alive()

    def as_json(self) -> Mapping[str, Any]:
        """Return what an operation's response says of it."""
        return {
            **{outcome.value: self.counts[outcome] for outcome in Outcome},
            "bytes": self.total,
            "skipped": len(self.skipped),
            "skipped_files": [
                {"path": path, "reason": error.reason, "message": error.message}
                for path, error in self.skipped[:_MOST_TOLD]
            ],
        }

    def require_all(self, files: int) -> None:
        """Return if every one of `files` is where it was to go.

        Raises
        ------
        CopiedInPart
            When some are not; it says how many, and why the first is not.
        """
        if self.failed:
            path, error = self.failed[0]
            some = "1 file" if len(self.failed) == 1 else f"{len(self.failed):,} files"
            raise CopiedInPart(
                f"{some} of {files:,} could not be copied. The first is {path!r}: {error.message} "
                "Start it again to copy what is missing."
            )


@dataclass
class FileTally:
    """The bytes of one file among those of all.

    Parameters
    ----------
    size : int
        Bytes of it.
    """

    totals: Totals
    size: int
    came: int = 0

    def told(self, count: int) -> None:
        """Say that `count` more bytes of it have come."""
        self.came += count
        self.totals.add(count)

    def settle(self) -> None:
        """Say that it is done with, whatever came of it."""
        self.totals.done += self.size - self.came
        self.came = self.size
        self.totals.alive()
