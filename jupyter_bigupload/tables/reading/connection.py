"""DuckDB within limits, and safe ways to write its SQL."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO

from ..source import Source

if TYPE_CHECKING:
    import duckdb
    from typing_extensions import Self

    from .files import OpenedFiles

#: Where the system shows what this process has opened: a path to the file itself, whatever its name is.
_DESCRIPTORS = Path("/proc/self/fd")


@dataclass(frozen=True)
class DuckLimits:
    """What DuckDB may take.

    Parameters
    ----------
    memory : int
        Bytes; what does not fit goes to disk.
    threads : int
        At once.
    scratch : Path or None
        Folder for what does not fit into memory; None where nothing may.
    disk : int
        Bytes there.
    """

    memory: int = 512 * 2**20
    threads: int = 2
    scratch: Path | None = None
    disk: int = 10**12


class Connection:
    """A database in memory that reads the files which it is given, and nothing else of the network.

    A context manager; what it has opened is closed at the end.

    Attributes
    ----------
    limits : DuckLimits
        What it may take.
    """

    def __init__(self, limits: DuckLimits | None = None) -> None:
        import duckdb  # noqa: PLC0415  # an extra, in the worker alone

        self.limits = limits = limits or DuckLimits()
        config: dict[str, Any] = {
            "memory_limit": f"{limits.memory // 2**20}MiB",
            "threads": limits.threads,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "preserve_insertion_order": True,
            "temp_directory": "" if limits.scratch is None else str(limits.scratch),
            "max_temp_directory_size": f"{limits.disk // 2**20}MiB",
        }
        self.sql: duckdb.DuckDBPyConnection = duckdb.connect(":memory:", config=config)
        with contextlib.suppress(duckdb.InvalidInputException):  # a notebook without what would draw it
            self.sql.execute("SET enable_progress_bar = false")
        self.sql.execute("SET TimeZone = 'UTC'")
        self._files: OpenedFiles | None = None
        self._open: list[BinaryIO] = []
        self._removed: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database and the files that it reads."""
        self.sql.close()
        for file in self._open:
            file.close()
        for path in self._removed:
            path.unlink(missing_ok=True)

    def removes(self, path: Path) -> None:
        """Remove a file when this is closed."""
        self._removed.append(path)

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query that has few.

        Raises
        ------
        BigUploadError
            Where reading a file through Python ended with one: DuckDB makes an error of its own of it.
        """
        import duckdb  # noqa: PLC0415  # loaded already

        try:
            return self.sql.execute(query, list(values)).fetchall()
        except duckdb.Error as error:
            if self._files is not None and (failure := self._files.failure()) is not None:
                raise failure from error
            raise

    def attach(self, source: Source) -> str:
        """Return a path by which DuckDB reads a file; it is the file's own bytes.

        Raises
        ------
        BigUploadError
            When it can't be opened.
        """
        file = source.open()
        self._open.append(file)
        if source.complete and is_on_disk(file):
            return str(_DESCRIPTORS / str(file.fileno()))
        return self.attach_stream(source)

    def attach_stream(self, source: Source, below: str = "") -> str:
        """Return a path by which DuckDB reads a file through Python, with whatever its `open` does to it.

        It ends with `below`, of which DuckDB may take columns.
        """
        if self._files is None:
            from .files import OpenedFiles  # noqa: PLC0415  # fsspec is of the extra

            self._files = OpenedFiles()
            self.sql.register_filesystem(self._files)
        return self._files.add(source.open, source.size, below)


def is_on_disk(file: BinaryIO) -> bool:
    """Return whether a file is one of a disk of this machine, which others may read too."""
    with contextlib.suppress(OSError, io.UnsupportedOperation):
        return (_DESCRIPTORS / str(file.fileno())).exists() and os.fstat(file.fileno()).st_size > 0
    return False


def identifier(name: str) -> str:
    """Return a name in SQL."""
    quoted = name.replace('"', '""')
    return f'"{quoted}"'


def literal(text: str) -> str:
    """Return a text in SQL."""
    quoted = text.replace("'", "''")
    return f"'{quoted}'"


def in_turn(count: int) -> Iterator[str]:
    """Yield names for columns that stand for a file's, which may be called anything."""
    return (f"c{number}" for number in range(count))
