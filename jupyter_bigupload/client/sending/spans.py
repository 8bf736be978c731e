"""What is missing of an upload, cut into what one request brings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

#: Most bytes of a request: what breaks off costs little, and a proxy is not asked for hours.
_LONGEST = 2**30


def gaps(received: Iterable[tuple[int, int]], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield what of `[start, end)` is in none of the ranges `received`, which are in order."""
    for first, last in received:
        if first >= end:
            break
        if start < first:
            yield start, first
        start = max(start, last)
    if start < end:
        yield start, end


def cut(ranges: Iterable[tuple[int, int]], size: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges, cut at multiples of `size`."""
    for first, end in ranges:
        start = first
        while start < end:
            border = min(start - start % size + size, end)
            yield start, border
            start = border


def span_size(missing: Sequence[tuple[int, int]], block: int, parallel: int) -> int:
    """Return how many bytes each of `parallel` requests brings: some blocks, so that all are busy."""
    total = sum(end - start for start, end in missing)
    each = -(-total // max(1, parallel))
    return max(block, min(_LONGEST - _LONGEST % block, -(-each // block) * block))
