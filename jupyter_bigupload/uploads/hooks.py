"""What else happens around the moment when a file gets its name."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Saved(NamedTuple):
    """A file that gets its name, or a folder that is made.

    Parameters
    ----------
    destination : str
        Where.
    path : str
        From its root; once the file is there, the path that it really got.
    size : int or None
        Bytes; None for a folder.
    last_modified : int or None
        The file's own modification time as the client reports it, milliseconds since 1970.
    """

    destination: str
    path: str
    size: int | None = None
    last_modified: int | None = None


class CommitHooks(Protocol):
    """Told by the service; Jupyter's contents manager is behind it."""

    def looks_before(self, destination: str) -> bool:
        """Return whether `before_commit` does anything: for many files it need not be called then."""
        ...

    async def before_commit(self, saved: Saved) -> None:
        """Look at a file before it has its name, or a folder before it is made.

        Raises
        ------
        Refused
            To keep it from appearing.
        """
        ...

    async def after_commit(self, saved: Saved) -> None:
        """Tell others that it is there."""
        ...

    async def after_removal(self, destination: str, path: str) -> None:
        """Tell others that a file is gone."""
        ...
