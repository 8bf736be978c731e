"""How far an import is, told as often as it likes."""

from __future__ import annotations

from typing import Protocol


class Tell(Protocol):
    """Says how far an import is (`Job.progress`)."""

    def __call__(self, done: int, total: int | None = None, unit: str = "bytes", steps: int = 0) -> None:
        """Say it; raises whatever is to end the import."""


class Progress:
    """Counts what was done, and tells it as often as it likes."""

    def __init__(self, tell: Tell, expected: int | None) -> None:
        self.rows = 0
        self._tell = tell
        self._expected = expected
        self._steps = 0

    def step(self) -> None:
        """Say that something was done."""
        self.look(is_more=True)

    def look(self, is_more: bool) -> None:  # noqa: FBT001  # all that there is to say
        """Say whether more was done."""
        self._steps += is_more
        total = None if self._expected is None else max(self._expected, self.rows)
        self._tell(self.rows, total, "rows", self._steps)

    def read_back(self, _rows: int) -> None:
        """Say that rows were read back."""
        self.step()

    def wait(self) -> None:
        """Say that somebody else is at the database."""
        self._steps += 1
        self._tell(self.rows, None, "waiting", self._steps)
