"""What is in an archive."""

from __future__ import annotations

from dataclasses import dataclass

from ...stores.reading import FileState

#: Files of no more bytes are read before anything of them is sent, and have their CRC-32 in front of them. It
#: is behind the bytes of larger ones, so that nobody waits while they are read: a proxy waits for a minute.
SMALL = 2**20


@dataclass(frozen=True, slots=True)
class Member:
    """A file, or a folder without any.

    Parameters
    ----------
    path : str
        From its store's root; that of a folder ends with `/`.
    cut : int
        Characters of the path that its name in the archive lacks.
    """

    path: str
    cut: int
    state: FileState

    @property
    def name(self) -> str:
        """What it is called in the archive."""
        return self.path[self.cut :]

    @property
    def size(self) -> int:
        """Bytes."""
        return self.state.size

    @property
    def small(self) -> bool:
        """Whether it is read before anything of it is sent."""
        return self.state.size <= SMALL
