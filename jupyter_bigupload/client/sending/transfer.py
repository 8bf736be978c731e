"""A file on its way into an upload: what the threads that send it share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ...digests import DEFAULT, Digest, Hasher
from ..upload import Upload
from ..wire.retrying import Stopped
from .local_file import LocalFile
from .meter import FileMeter


@dataclass
class Transfer:
    """A file, its upload, and what is known of both.

    Parameters
    ----------
    stop : threading.Event
        Once it is set, all threads end.
    digests : dict
        Of ranges of the file, as they were read.
    most : int or None
        Most bytes of a body that something before the server takes; None as long as nobody refused one.
    """

    upload: Upload
    file: LocalFile
    meter: FileMeter
    stop: threading.Event
    digests: dict[tuple[int, int], Digest] = field(default_factory=dict)
    most: int | None = None

    @property
    def algorithm(self) -> str:
        """Algorithm of the digests of its parts."""
        return self.upload.algorithm or DEFAULT

    @property
    def block_size(self) -> int | None:
        """Bytes of the blocks in which longer bodies are kept; None where no body is longer than a chunk."""
        fields = self.upload.fields
        if fields["part_size"] is not None or fields["block_size"] is None or self.most is not None:
            return None
        return int(fields["block_size"])

    def digest(self, start: int, end: int, algorithm: str | None = None) -> Digest:
        """Return the digest of a range of the file; it is read for that only if it was not yet."""
        algorithm = algorithm or self.algorithm
        known = self.digests.get((start, end))
        if known is None or known.algorithm != algorithm:
            if self.stop.is_set():
                raise Stopped
            known = self.digests[start, end] = self.file.digest(start, end, algorithm)
        return known

    def pieces(self, start: int, end: int, sent: Callable[[int], None]) -> Iterator[bytes]:
        """Yield the bytes of a range that has a digest."""
        for piece in self.file.pieces(start, end):
            self._pass(piece, sent)
            yield piece

    def pieces_of_blocks(
        self, start: int, end: int, block_size: int, sent: Callable[[int], None]
    ) -> Iterator[bytes]:
        """Yield the bytes of a longer range; each of its blocks has a digest once its last byte was read."""
        while start < end:
            border = min(start - start % block_size + block_size, end)
            hasher = Hasher(self.algorithm)
            for piece in self.file.pieces(start, border):
                hasher.update(piece)
                self._pass(piece, sent)
                yield piece
            self.digests[start, border] = hasher.digest
            start = border

    def _pass(self, piece: bytes, sent: Callable[[int], None]) -> None:
        if self.stop.is_set():
            raise Stopped
        sent(len(piece))
