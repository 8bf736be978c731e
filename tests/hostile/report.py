"""What was tried, how often, and what should not have happened."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Report:
    """The outcome of one kind of attack; may be filled by several threads at once.

    Parameters
    ----------
    name : str
        The kind of attack.
    tried : Counter
        How often each variation was tried.
    ended : Counter
        What came of them.
    violations : list of str
        What breaks a promise.
    """

    name: str
    tried: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def count(self, tried: str, ended: str) -> None:
        """Count one try and what came of it."""
        with self._lock:
            self.tried[tried] += 1
            self.ended[ended] += 1

    def require(self, what: object, violation: str) -> None:
        """Note `violation` unless `what` is true."""
        if not what:
            with self._lock:
                self.violations.append(violation)

    def lines(self) -> Iterator[str]:
        """Yield rows of a Markdown table."""
        tried = ", ".join(f"{count} {name}" for name, count in self.tried.most_common())
        ended = ", ".join(f"{count} {name}" for name, count in self.ended.most_common())
        yield f"| {self.name} | {sum(self.tried.values())}: {tried} | {ended} | {len(self.violations)} |"
