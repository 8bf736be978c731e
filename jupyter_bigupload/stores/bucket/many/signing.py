"""Many objects that a client puts itself: signed, and looked at once they are said to be there."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from ....digests import Digest, digest_of
from ....errors import (
    BigUploadError,
    DigestMismatch,
    DigestMissing,
    Exists,
    Incomplete,
    TooLarge,
)
from ...base import OnConflict, Stored
from ...many import Outcome, SmallFile
from ...signing import SignedRequest
from ..multipart import Multipart
from ..small_objects import SmallObject
from ..upload import content_type_of
from .lookup import at_once
from .putting import FOR_ALL, ObjectPutter

T = TypeVar("T")

#: An object that is there for a moment, to find out whether the store heeds a condition.
_PROBE = ".bigupload-probe"


class BucketFileSigner:
    """Signs the putting of objects below a prefix (see `FileSigner`).

    Parameters
    ----------
    key_of : Callable
        From a path to its key.
    largest : int
        Bytes of a file.
    """

    def __init__(
        self, multipart: Multipart, key_of: Callable[[str], str], putter: ObjectPutter, largest: int
    ) -> None:
        self._multipart = multipart
        self._key_of = key_of
        self._putter = putter
        self._largest = largest
        self._trying = asyncio.Lock()

    async def sign_files(self, files: Sequence[SmallFile]) -> Sequence[SignedRequest | BigUploadError | None]:
        """Sign each, on the condition that its key is free where its policy asks for that."""
        conditional = False
        if any(file.refused is None and file.target.on_conflict is OnConflict.FAIL for file in files):
            try:
                conditional = await self._heeds_condition()
            except BigUploadError as error:
                return [file.refused or error for file in files]
        return await _each(files, lambda file: self._sign(file, conditional=conditional))

    async def confirm_files(self, files: Sequence[SmallFile]) -> Sequence[Outcome]:
        """Look at each object."""
        found = await _each(files, self._confirm)
        return [Outcome(error=one) if isinstance(one, BigUploadError) else one for one in found]

    async def _sign(self, file: SmallFile, *, conditional: bool) -> SignedRequest | None:
        target, size = file.target, file.target.size or 0
        if file.refused is not None:
            raise file.refused
        if size > self._largest:
            raise TooLarge(f"A file that is signed may have {self._largest} bytes.", limit=self._largest)
        key = self._key_of(target.path)
        verified = self._multipart.checksums[0]
        if file.digest is None or file.digest.algorithm != verified:
            raise DigestMissing(f"This store verifies {verified}: say what the file has.")
        # Who sends a file finds no other name for it.
        if target.on_conflict is OnConflict.RENAME:
            return None
        only_if_free = target.on_conflict is OnConflict.FAIL
        if only_if_free and not conditional:
            return None
        new = _object(key, size, file.digest, target.key, target.path)
        return await self._multipart.small.sign_put(new, only_if_free=only_if_free)

    async def _confirm(self, file: SmallFile) -> Outcome:
        target, size = file.target, file.target.size or 0
        if file.refused is not None:
            raise file.refused
        there = await self._multipart.small.details(self._key_of(target.path))
        if there is None:
            raise Incomplete("The store does not have the file.", missing=[[0, size]], missing_bytes=size)
        is_sent = there.tag == target.key
        same = there.has(file.digest) if file.digest is not None and there.size == size else False
        if same is None:
            # The store does not tell digests; but it has verified that of the request which it took.
            same = is_sent
        if same:
            return Outcome(Stored(target.path, size), identical=not is_sent)
        if is_sent:
            raise DigestMismatch("The store has other bytes than those that were signed. Send them again.")
        raise Exists(f"A file named {target.path!r} exists.", path=target.path, size=there.size)

    async def _heeds_condition(self) -> bool:
        """Return whether the store heeds the condition; tried once, with an object that goes again."""
        async with self._trying:
            if self._putter.heeds is None:
                await self._try_condition()
        return self._putter.heeds is True

    async def _try_condition(self) -> None:
        data = secrets.token_bytes(16)
        digest = digest_of([data], self._multipart.checksums[0])
        key, tag = self._key_of(_PROBE), secrets.token_hex(16)
        try:
            await self._putter.try_condition(_object(key, len(data), digest, tag, _PROBE), data)
        finally:
            # Where the server may not remove anything, one object stays, with which later tries end sooner.
            with contextlib.suppress(BigUploadError):
                there = await self._multipart.small.details(key)
                if there is not None and there.tag == tag:
                    await self._multipart.small.delete_if(key, there.etag)


async def _each(
    files: Sequence[SmallFile], work: Callable[[SmallFile], Awaitable[T]]
) -> Sequence[T | BigUploadError]:
    """Return what `work` made of each file, or its error. One that concerns all files ends the rest."""
    trouble: BigUploadError | None = None

    async def one(file: SmallFile) -> T | BigUploadError:
        nonlocal trouble
        try:
            return trouble or await work(file)
        except BigUploadError as error:
            if isinstance(error, FOR_ALL):
                trouble = error
            return error

    return await at_once(one(file) for file in files)


def _object(key: str, size: int, digest: Digest, tag: str, path: str) -> SmallObject:
    return SmallObject(key, size, digest, tag, [digest], content_type_of(path))
