"""Where in a file a chunk is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .model import Range


@dataclass(frozen=True)
class Anywhere:
    """A place that has nothing to do with what is there; the numbers count round and round."""

    start: int
    length: int

    def chunk(self, size: int, others: Iterable[Range]) -> Range:
        """Return it in a file of `size` bytes."""
        start = self.start % size
        return start, min(start + 1 + self.length, size)


@dataclass(frozen=True)
class Near:
    """A place that begins and ends at edges of other chunks, or a byte before or behind.

    So it is one of the others, or lies over the start or the end of one, within it, around it, or next to it;
    or it goes beyond the file.

    Parameters
    ----------
    edge : int
        The edge where it begins, counted round and round.
    further : int
        How many edges behind that one it ends.
    start_by, end_by : int
        How far from them.
    """

    edge: int
    further: int
    start_by: int
    end_by: int

    def chunk(self, size: int, others: Iterable[Range]) -> Range:
        """Return it in a file of `size` bytes, of which `others` are there or on their way."""
        edges = sorted({0, size, *(edge for chunk in others for edge in chunk)})
        first = self.edge % len(edges)
        start = max(edges[first] + self.start_by, 0)
        end = edges[min(first + self.further, len(edges) - 1)] + self.end_by
        return start, max(end, start + 1)


Place = Anywhere | Near
