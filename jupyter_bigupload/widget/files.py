"""Files that were uploaded, or are being, as the page tells of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

#: States in which something happens by itself, or a person is being asked.
_UNDER_WAY = frozenset(
    {"queued", "listing", "uploading", "waiting", "conflict", "comparing", "finishing", "paused"}
)
_STATES = _UNDER_WAY | {"unfinished", "done", "failed", "skipped", "cancelled"}


@dataclass(frozen=True)
class File:
    """A file that somebody chose.

    Attributes
    ----------
    name : str
        As it is called on the computer that it comes from.
    path : str
        Where it is, or will be: a path of this machine; in a bucket its address (`s3://…`); from the server's
        root folder where this kernel can't know where that is.
    size : int
        Bytes.
    state : str
        `done` once it is at its place; before that `queued`, `uploading`, `waiting`, `paused`, `conflict`,
        `comparing` or `finishing`; `unfinished` where it waits to be chosen again; `failed` or `skipped`
        where nothing came of it.
    received : int
        Bytes that the server has.
    error : str or None
        Why it waits or failed.
    destination : str
        The place that it goes to, by the server's name for it: `home` for the server's own folders.
    server_path : str
        The same place as `path`, from the destination's root.
    """

    name: str
    path: str
    size: int
    state: str
    received: int
    error: str | None
    destination: str
    server_path: str
    _told: Mapping[str, Any]

    @property
    def is_busy(self) -> bool:
        """Whether it is under way, or may be as soon as somebody says so."""
        return self.state in _UNDER_WAY

    @property
    def key(self) -> str:
        """Tells it from all others of the widget."""
        return str(self._told["key"])

    def as_told(self) -> dict[str, Any]:
        """Return it the way that pages tell it to each other."""
        return dict(self._told)

    def __repr__(self) -> str:
        return f"File({self.path!r}, {self.size} bytes, {self.state})"


#: Says where a file is from its destination, its path there, and its address if it has one.
Locate = Callable[[str, str, "str | None"], str]


def read(told: object, locate: Locate) -> File:
    """Return a file of which a page told.

    Raises
    ------
    ValueError
        If it is not told the way that this version's page does it.
    """
    if not isinstance(told, dict):
        raise ValueError(f"Not a file: {told!r}")
    error = told.get("error")
    destination, path, url = told.get("destination"), told.get("path"), told.get("url")
    fields = (told.get("key"), told.get("name"), destination, path)
    numbers = (told.get("size"), told.get("received"))
    if (
        not all(isinstance(field, str) for field in fields)
        or not all(isinstance(number, int) for number in numbers)
        or told.get("state") not in _STATES
        or not isinstance(url, str | None)
        or not isinstance(error, dict | None)
    ):
        raise ValueError(f"Not a file: {told!r}")
    return File(
        name=told["name"],
        path=locate(told["destination"], told["path"], url),
        size=told["size"],
        state=told["state"],
        received=told["received"],
        error=None if error is None else str(error.get("message")),
        destination=told["destination"],
        server_path=told["path"],
        _told=told,
    )


def merged(known: Iterable[File], news: Iterable[File]) -> tuple[File, ...]:
    """Return all files in the order in which they were first heard of.

    What is done replaces what was done before under the same name: there is one file of that name.
    """
    files = {file.key: file for file in known}
    for file in news:
        if file.state == "done":
            same = [
                other.key
                for other in files.values()
                if other.key != file.key
                and other.state == "done"
                and (other.destination, other.server_path) == (file.destination, file.server_path)
            ]
            for key in same:
                del files[key]
        files[file.key] = file
    return tuple(files.values())
