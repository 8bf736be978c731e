"""What else happens around the moment when a file gets its name."""

from __future__ import annotations

from typing import Protocol

from .model import Upload


class CommitHooks(Protocol):
    """Told by the service; Jupyter's contents manager is behind it."""

    async def before_commit(self, upload: Upload) -> None:
        """Look at the upload before the file has its name.

        Raises
        ------
        Refused
            To keep the file from appearing.
        """
        ...

    async def after_commit(self, upload: Upload) -> None:
        """Tell others that the file is there; `upload.path` is the path that it really got."""
        ...

    async def before_folder(self, destination: str, path: str) -> None:
        """Look at a folder before it is made.

        Raises
        ------
        Refused
            To keep it from appearing.
        """
        ...

    async def after_folder(self, destination: str, path: str) -> None:
        """Tell others that a folder is there."""
        ...

    async def after_removal(self, destination: str, path: str) -> None:
        """Tell others that a file is gone."""
        ...
