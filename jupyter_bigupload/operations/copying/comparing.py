"""Whether two files have the same bytes: by digests that are known, else by reading."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence

from ...digests import ALGORITHMS, DEFAULT, Digest, Hasher
from ...stores.comparing import KnowingDigests
from ...threads import in_bytes_thread
from .sides import FileAt

#: Called with each piece that was read.
Alive = Callable[[], None]


async def is_same(one: FileAt, other: FileAt, alive: Alive) -> bool:
    """Return whether both have the same bytes.

    Raises
    ------
    Changed
        When one of them is not what it was.
    BigUploadError
        As `RangeReading.read`.
    """
    if one.state.size != other.state.size:
        return False
    if not one.state.size:
        return True
    known, other_known = await _known(one), await _known(other)
    algorithm = _common(known, other_known)
    digest = known.get(algorithm) or await _digest(one, algorithm, alive)
    return digest == (other_known.get(algorithm) or await _digest(other, algorithm, alive))


async def has_same_known(one: FileAt, other: FileAt) -> bool:
    """Return whether both have the same size, and the same of each digest that both know; read nothing."""
    if one.state.size != other.state.size:
        return False
    known, other_known = await _known(one), await _known(other)
    return all(known[name] == other_known[name] for name in known.keys() & other_known.keys())


def _common(known: dict[str, Digest], other: dict[str, Digest]) -> str:
    """Return the algorithm with which least has to be read."""
    return next(iter([*(known.keys() & other.keys()), *known, *other]), DEFAULT)


async def _known(file: FileAt) -> dict[str, Digest]:
    """Return what the store knows, as far as it can be computed here too."""
    found: Sequence[Digest] = []
    if isinstance(file.side.store, KnowingDigests):
        found = await file.side.store.known_digests(file.path, file.state.etag)
    return {digest.algorithm: digest for digest in found if digest.algorithm in ALGORITHMS}


async def _digest(file: FileAt, algorithm: str, alive: Alive) -> Digest:
    hasher = Hasher(algorithm)
    update = in_bytes_thread(hasher.update)
    pieces = file.side.reading.read(file.path, 0, file.state.size, file.state.etag)
    async with contextlib.aclosing(pieces):
        async for piece in pieces:
            await update(piece)
            alive()
    return hasher.digest
