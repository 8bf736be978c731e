"""What was found out about files, for the next question about the same ones."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

_T = TypeVar("_T")


class Cache:
    """Keeps what was used last. Safe for threads: what is being made is waited for, not made twice.

    Parameters
    ----------
    most : int
        Things that are kept, none of which is of more than some MiB.
    """

    def __init__(self, most: int = 24) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[threading.Lock, list[object]]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """Return what has been made for a key, or make it."""
        with self._lock:
            making, made = self._kept.setdefault(key, (threading.Lock(), []))
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        with making:
            if not made:
                made.append(make())
            return cast(_T, made[0])
