"""The CRC-32s of files: each is computed while its file is sent, and kept for whoever goes on later."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import zlib
from weakref import WeakValueDictionary

from ...stores.reading import RangeReading
from ...threads import in_bytes_thread
from .member import Member

#: CRC-32s that are kept, those that were used last: 30 MB of memory at most.
_MOST = 2**17


class Checksums:
    """CRC-32s of states of files.

    Parameters
    ----------
    most : int
        How many are kept.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._kept: dict[bytes, int] = {}
        self._computing: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()

    def known(self, destination: str, member: Member) -> int | None:
        """Return what was noted, or None."""
        if not member.size:
            return 0
        key = _key(destination, member)
        crc = self._kept.pop(key, None)
        if crc is not None:
            self._kept[key] = crc
        return crc

    def note(self, destination: str, member: Member, crc: int) -> None:
        """Keep the CRC-32 of a member."""
        self._kept[_key(destination, member)] = crc
        while len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]

    async def of(self, destination: str, member: Member, reading: RangeReading) -> int:
        """Return the CRC-32 of a member, which is read where it is not known; once, whoever else asks.

        Raises
        ------
        Changed, BigUploadError
            As `RangeReading.read`.
        """
        async with self._computing.setdefault(_key(destination, member), asyncio.Lock()):
            crc = self.known(destination, member)
            if crc is None:
                crc = 0
                pieces = reading.read(member.path, 0, member.size, member.state.etag)
                async with contextlib.aclosing(pieces):
                    async for piece in pieces:
                        crc = await crc_32(piece, crc)
                self.note(destination, member, crc)
            return crc


async def crc_32(piece: bytes, crc: int = 0) -> int:
    """Return the CRC-32 of what had `crc` and of `piece` behind it."""
    return await in_bytes_thread(zlib.crc32)(piece, crc)


def _key(destination: str, member: Member) -> bytes:
    named = f"{destination}\0{member.path}\0{member.size}\0{member.state.etag}\0{member.state.modified!r}"
    return hashlib.blake2b(named.encode(), digest_size=16).digest()
