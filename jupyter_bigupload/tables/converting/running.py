"""Queries that say how far they are, and end when somebody wants it."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from typing import Any

from ...errors import NoSpace, NotATable, StorageFailed
from ..reading import Connection

#: Is told how much of how much is done, and raises where there shall be an end.
Progress = Callable[[int, int], None]
#: Seconds between two looks at how far a query is.
_LOOK = 0.2
_FULL = ("No space left", "Disk quota", "File too large")


class Stages:
    """One progress of several steps, each of which has a share of the whole.

    Parameters
    ----------
    progress : Progress
        Is told of bytes of `size`, whatever is really done.
    shares : dict of str to int
        Of each step, in their order.
    """

    def __init__(self, progress: Progress, size: int, shares: dict[str, int]) -> None:
        self._progress = progress
        self._size = max(size, 1)
        self._shares = shares
        self._done = 0

    def step(self, name: str) -> Progress:
        """Return the progress of one step."""
        names = list(self._shares)
        before = sum(self._shares[one] for one in names[: names.index(name)])
        whole = sum(self._shares.values())

        def tell(done: int, total: int) -> None:
            part = min(done / total, 1.0) if total else 1.0
            self._done = max(self._done, int(self._size * (before + self._shares[name] * part) / whole))
            self._progress(self._done, self._size)

        return tell


def run(connection: Connection, query: str, progress: Progress) -> list[tuple[Any, ...]]:
    """Return the rows of a query, while `progress` is told how far it is, also before and behind it.

    The query runs in a thread. Where `progress` raises it is interrupted, and over before this returns.

    Raises
    ------
    NoSpace, NotATable, StorageFailed, MemoryError
    """
    progress(0, 1)
    with translated(), ThreadPoolExecutor(1) as pool:
        future: Future[list[tuple[Any, ...]]] = pool.submit(connection.rows, query)
        try:
            while not wait_for([future], timeout=_LOOK).done:
                percent = connection.sql.query_progress()
                progress(max(0, int(percent * 100)), 10_000)
        except BaseException:
            while not wait_for([future], timeout=_LOOK / 10).done:
                connection.sql.interrupt()
            raise
        rows = future.result()
        progress(1, 1)
        return rows


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn DuckDB's errors, and the operating system's, into ours, at the edge where they arise."""
    import duckdb  # noqa: PLC0415  # an extra, in the worker alone

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        if "max_temp_directory_size" in str(error) and "temp_directory" in str(error):
            raise NoSpace("What does not fit into memory needs more disk than it may have.") from error
        raise MemoryError(str(error)) from error
    except duckdb.IOException as error:
        if any(one in str(error) for one in _FULL):
            raise NoSpace("The disk, or your share of it, is full.") from error
        raise StorageFailed("The disk, or the store, answered with an error.") from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise NoSpace("The disk, or your share of it, is full.") from error
        raise StorageFailed(f"The disk answered: {error.strerror or error}.") from error
    except duckdb.InvalidInputException as error:
        raise NotATable("The file can't be read as this recipe says.") from error
    except duckdb.Error as error:
        if type(error) is not duckdb.Error:
            raise
        # What its readers of Parquet say of files that are damaged.
        raise NotATable("The file is damaged.") from error
