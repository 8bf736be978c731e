"""Files as DuckDB reads them through Python: what is on no disk of this machine, or has to be decoded."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any, BinaryIO, cast

from fsspec import AbstractFileSystem

from ...errors import BigUploadError

PROTOCOL = "bigupload"


class OpenedFiles(AbstractFileSystem):  # type: ignore[misc]  # fsspec has no annotations
    """Files that are opened by a function; each has a path that says nothing of its name.

    DuckDB takes a name for a pattern, and looks at its ending: neither is wanted.
    """

    protocol = PROTOCOL
    cachable = False

    def __init__(self) -> None:
        super().__init__()
        self._files: dict[str, tuple[Callable[[], BinaryIO], int]] = {}
        self._numbers = itertools.count()
        self._failures: list[BigUploadError] = []

    def failure(self) -> BigUploadError | None:
        """Return the first error of ours with which reading ended since this was asked last."""
        found = self._failures[0] if self._failures else None
        self._failures.clear()
        return found

    def add(self, open_file: Callable[[], BinaryIO], size: int, below: str = "") -> str:
        """Return the path by which DuckDB opens a file of `size` bytes; it ends with `below`."""
        name = f"{next(self._numbers)}{below}"
        self._files[name] = open_file, size
        return f"{PROTOCOL}://{name}"

    def _open(self, path: str, mode: str = "rb", **_options: Any) -> BinaryIO:
        if mode != "rb":
            raise PermissionError("these files are read")
        try:
            file = self._files[self._strip_protocol(path)][0]()
        except BigUploadError as error:
            self._failures.append(error)
            raise
        return cast("BinaryIO", _Watched(file, self._failures))

    def info(self, path: str, **_options: Any) -> dict[str, Any]:
        """Return what fsspec tells of a file."""
        name = self._strip_protocol(path)
        if name not in self._files:
            raise FileNotFoundError(name)
        return {"name": name, "size": self._files[name][1], "type": "file"}

    def ls(self, path: str, detail: bool = True, **_options: Any) -> list[Any]:  # noqa: FBT001, FBT002  # fsspec's
        """Return the one file at `path`."""
        info = self.info(path)
        return [info] if detail else [info["name"]]

    def modified(self, path: str) -> datetime:  # fsspec's
        """Return the same moment always: a file stays as it was when it was added."""
        return datetime.fromtimestamp(0, timezone.utc)


class _Watched:
    """A file whose errors are kept: DuckDB makes text of them."""

    def __init__(self, file: BinaryIO, failures: list[BigUploadError]) -> None:
        self._file = file
        self._failures = failures

    def read(self, size: int = -1) -> bytes:
        """Read as the file does."""
        try:
            return self._file.read(size)
        except BigUploadError as error:
            self._failures.append(error)
            raise

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
