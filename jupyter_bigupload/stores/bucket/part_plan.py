"""Which bytes of a file are which part of it in a store that keeps files in numbered parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...errors import TooLarge
from .multipart import PartLimits

_MiB = 2**20
#: Of files that are smaller than `_SMALL`: there a part that is sent again costs more, in proportion.
_SMALL_PART, _SMALL = 8 * _MiB, 1024 * _MiB
_PART = 16 * _MiB
#: Of files whose size nobody knows: enough for 640 GB on S3.
_PART_OF_UNKNOWN = 64 * _MiB


def fitting_part_size(size: int | None, limits: PartLimits, wanted: int | None = None) -> int:
    """Return the bytes of the parts (but for the last) of a file of `size` bytes.

    Parameters
    ----------
    size : int or None
        None when it is not known yet.
    wanted : int or None
        What the settings ask for; a file that would have too many such parts has larger ones.

    Raises
    ------
    TooLarge
        When the store can't hold such a file.
    """
    part_size = min(max(wanted or _default(size), limits.min_part), limits.max_part)
    if size is None:
        return part_size
    most = min(limits.max_size, limits.max_parts * limits.max_part)
    if size > most:
        raise TooLarge(f"The file has {size} bytes; this store takes files of up to {most}.", limit=most)
    smallest = -(-size // limits.max_parts)
    if smallest > part_size:
        part_size = min(-(-smallest // _MiB) * _MiB, limits.max_part)
    return part_size


def _default(size: int | None) -> int:
    if size is None:
        return _PART_OF_UNKNOWN
    return _SMALL_PART if size < _SMALL else _PART


@dataclass(frozen=True)
class PartPlan:
    """The parts of a file, numbered from 1.

    Parameters
    ----------
    part_size : int
        Bytes of each but the last.
    size : int or None
        Bytes of the file; None when they are not known yet.
    """

    part_size: int
    size: int | None

    def number_at(self, offset: int) -> int:
        """Return the number of the part that the byte at `offset` is in."""
        return offset // self.part_size + 1

    def start(self, number: int) -> int:
        """Return the offset of a part's first byte."""
        return (number - 1) * self.part_size

    def end(self, number: int) -> int:
        """Return the offset after a part's last byte; where the size is not known, that of a full one."""
        full = number * self.part_size
        return full if self.size is None else min(full, self.size)

    def length(self, number: int) -> int:
        """Return the bytes of a part."""
        return self.end(number) - self.start(number)

    def whole_part(self, start: int, end: int) -> int | None:
        """Return the number of the part that is just `[start, end)`, or None when there is none."""
        number = self.number_at(start)
        return number if start < end and (start, end) == (self.start(number), self.end(number)) else None

    def lengths(self) -> dict[int, int]:
        """Return the bytes of each part, by number, of a file whose size is known."""
        last = 0 if not self.size else self.number_at(self.size - 1)
        return {number: self.length(number) for number in range(1, last + 1)}

    def split(self, start: int, data: memoryview) -> Iterator[tuple[int, int, memoryview]]:
        """Yield `data`, which begins at `start`, cut at the borders of parts: number, offset in it, bytes."""
        while data:
            number = self.number_at(start)
            offset = start - self.start(number)
            piece = data[: self.part_size - offset]
            yield number, offset, piece
            data = data[len(piece) :]
            start += len(piece)
