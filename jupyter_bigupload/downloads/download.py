"""Something that can be downloaded, whatever it is made of."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Protocol


class Download(Protocol):
    """Bytes whose number and state are known before the first of them is read."""

    @property
    def name(self) -> str:
        """What the file is to be called that is made of it."""
        ...

    @property
    def media_type(self) -> str:
        """What it is."""
        ...

    @property
    def size(self) -> int:
        """Bytes."""
        ...

    @property
    def etag(self) -> str:
        """A strong entity tag, with its quotes: other bytes have another."""
        ...

    @property
    def modified(self) -> float:
        """When any of it was last modified, seconds since 1970."""
        ...

    def read(self, start: int, end: int) -> AsyncGenerator[bytes, None]:
        """Yield the bytes `[start, end)`.

        Raises
        ------
        Changed
            When it is no longer what the `etag` stands for.
        BigUploadError
            When it can't be read.
        """
        ...
