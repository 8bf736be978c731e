"""What is in a store, for people who look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class StoredObject:
    """A finished file.

    Parameters
    ----------
    path : str
        From the store's root, with `/`.
    size : int
        Bytes.
    modified : float
        Seconds since 1970.
    """

    path: str
    size: int
    modified: float


@dataclass(frozen=True)
class Listing:
    """A page of what is right below a prefix.

    Parameters
    ----------
    prefixes : Sequence[str]
        Deeper prefixes, each with its `/` at the end, from the store's root.
    next_page : str or None
        Where the next page begins, a word of the store's own; None on the last.
    """

    prefixes: Sequence[str]
    objects: Sequence[StoredObject]
    next_page: str | None


class Objects(Protocol):
    """A store that can be looked at."""

    async def list(self, prefix: str, page: str | None = None) -> Listing:
        """Return a page of what is right below `prefix`, which is empty or ends with `/`.

        Raises
        ------
        Malformed
            When there is no such page.
        """
        ...

    async def delete(self, path: str) -> None:
        """Remove a finished file.

        Raises
        ------
        NotFound
            When there is none.
        """
        ...
