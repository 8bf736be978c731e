"""Whole objects on their way to the store: conditional where it can, and again when it was too busy."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

from ....errors import (
    AccessDenied,
    BucketMissing,
    CredentialsExpired,
    CredentialsMissing,
    DigestMismatch,
    Exists,
    SlowDown,
    StoreUnreachable,
    Unsupported,
)
from ...retries import retried
from ..multipart import Multipart
from ..sending import send_whole
from ..small_objects import SmallObject

#: What is true of one file, after several tries, is true of those that follow: they are not tried.
FOR_ALL = (AccessDenied, BucketMissing, CredentialsExpired, CredentialsMissing, StoreUnreachable)
#: Seconds before an object is sent again.
_PASSING = (SlowDown, StoreUnreachable, DigestMismatch)


class ObjectPutter:
    """Puts objects into one bucket."""

    def __init__(self, multipart: Multipart) -> None:
        self._multipart = multipart
        #: Whether the store heeds `If-None-Match`; None until that is known. Some ignore it.
        self.heeds: bool | None = None
        self._trying = asyncio.Lock()
        # Some look whether a key is free, and take it later: of two at once, both may get it.
        self._naming: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def put(self, new: SmallObject, data: bytes, *, only_if_free: bool) -> None:
        """Put an object, which the store holds against its digest.

        Raises
        ------
        Exists
            When the key is taken, and `only_if_free`.
        BigUploadError
            As the store says why it has not got it.
        """
        if not only_if_free:
            await self._put(new, data, only_if_free=False)
            return
        async with self._naming.setdefault(new.key, asyncio.Lock()):
            if not self.heeds and await self._multipart.head(new.key) is not None:
                raise _taken()
            await self._put_if_free(new, data)
        if self.heeds is None:
            await self._try_condition(new, data)

    async def try_condition(self, probe: SmallObject, data: bytes) -> bool:
        """Find out whether the store heeds the condition, by an object that nobody needs; return `heeds`.

        The object is left for the caller to remove; one that an earlier try has left is as good.

        Raises
        ------
        BigUploadError
            When the store takes nothing.
        """
        async with self._trying:
            if self.heeds is None:
                try:
                    # Of two that put the same, at least the second is refused where the condition is heeded.
                    self.heeds = await self._is_refused(probe, data) or await self._is_refused(probe, data)
                except Unsupported:
                    self.heeds = False
            return self.heeds

    async def _put_if_free(self, new: SmallObject, data: bytes) -> None:
        try:
            await self._put(new, data, only_if_free=self.heeds is not False)
        except Unsupported:
            if self.heeds is not None:
                raise
            self.heeds = False
            await self._put(new, data, only_if_free=False)

    async def _try_condition(self, new: SmallObject, data: bytes) -> None:
        """Find out whether the store heeds the condition: put an object again that is there for sure.

        Should it have been removed by now, it is there again.
        """
        async with self._trying:
            if self.heeds is None:
                self.heeds = await self._is_refused(new, data)

    async def _is_refused(self, new: SmallObject, data: bytes) -> bool:
        try:
            await self._send(new, data, only_if_free=True)
        except Exists:
            return True
        return False

    async def _put(self, new: SmallObject, data: bytes, *, only_if_free: bool) -> None:
        tries = 0

        async def attempt() -> None:
            nonlocal tries
            tries += 1
            try:
                await self._send(new, data, only_if_free=only_if_free)
            except Exists:
                # Also when an earlier try got through, and its answer got lost.
                there = await self._multipart.head(new.key) if tries > 1 else None
                if there is None or there.tag != new.tag:
                    raise

        await retried(attempt, on=_PASSING)

    async def _send(self, new: SmallObject, data: bytes, *, only_if_free: bool) -> None:
        request = await self._multipart.small.sign_put(new, only_if_free=only_if_free)
        answer = await send_whole(request, data, ca_file=self._multipart.ca_file)
        if not answer.good:
            raise self._multipart.refusal(answer.status, answer.code, answer.message, page=answer.page)


def _taken() -> Exists:
    return Exists("There is a file of this name already.")
