"""The bytes of one partial in another (see `Joining`)."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable

from ...disk.copying import PIECE, copy_piece
from ...disk.errors import translated
from ...disk.space import require_space
from ...disk.writing import sync_data
from ...errors import NotFound
from ...threads import in_bytes_thread
from ..base import Handle


async def copy_partial(
    opening: Callable[[Handle, int], int],
    source: Handle,
    handle: Handle,
    *,
    start: int,
    end: int,
    at: int,
    min_free_space: int,
) -> None:
    """Copy `[start, end)` of `source` to `at` in `handle`, piece by piece in threads.

    Parameters
    ----------
    opening : Callable
        Returns a descriptor of a partial, opened with the given flags.
    min_free_space : int
        Bytes that stay free on the disk.
    """

    def copy(start: int, at: int) -> int:
        with translated(), contextlib.ExitStack() as stack:
            stack.callback(os.close, reading := opening(source, os.O_RDONLY))
            stack.callback(os.close, writing := opening(handle, os.O_WRONLY))
            length = min(PIECE, end - start)
            require_space(writing, length, min_free_space)
            copied = copy_piece(reading, start, writing, at, length)
            sync_data(writing)
        return copied

    while start < end:
        copied = await in_bytes_thread(copy)(start, at)
        if not copied:
            raise NotFound("The unfinished file is shorter than it was; upload it again.")
        start, at = start + copied, at + copied
