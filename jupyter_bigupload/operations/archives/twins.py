"""Names that differ in case, or in how their accents are written: one file to some systems, two to others."""

from __future__ import annotations

import unicodedata


class Twins:
    """Remembers paths, by their hashes alone: they may be a million."""

    def __init__(self) -> None:
        self._first: dict[int, int] = {}
        self._others: set[int] = set()

    def add(self, path: str) -> bool:
        """Take note of a path; return whether there was another that some systems take for the same."""
        exact = hash(path)
        if self._first.setdefault(_key(path), exact) == exact:
            return False
        self._others.add(exact)
        return True

    def __contains__(self, path: str) -> bool:
        """Return whether this very path was added."""
        exact = hash(path)
        return self._first.get(_key(path)) == exact or exact in self._others


def _key(path: str) -> int:
    return hash(path.lower() if path.isascii() else unicodedata.normalize("NFC", path.casefold()))
