"""Parts on their way to the object store: as they come, or from the spool."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from weakref import WeakValueDictionary

from ...digests import Digest, SupportsUpdate
from ...errors import SlowDown
from ...tasks import all_of
from ..retries import retried
from .multipart import Multipart
from .sending import send
from .upload import BucketUpload

#: Parts that are sent from the spool at once, over all uploads.
_AT_ONCE = 3


class PartSender:
    """Sends parts of uploads into one bucket."""

    def __init__(self, multipart: Multipart) -> None:
        self._multipart = multipart
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._locks: WeakValueDictionary[tuple[str, int], asyncio.Lock] = WeakValueDictionary()

    async def send(
        self,
        upload: BucketUpload,
        number: int,
        body: AsyncIterator[bytes],
        digest: Digest,
        hasher: SupportsUpdate | None = None,
    ) -> None:
        """Send a whole part; the store keeps it only if its bytes have `digest`.

        Raises
        ------
        BigUploadError
            As the store says why it has none of it.
        """
        length = upload.plan.length(number)
        request = await self._multipart.sign(upload.key, upload.upload_id, number, length, digest)
        answer = await send(request, length, body, hasher, ca_file=self._multipart.ca_file)
        if not answer.good:
            raise self._multipart.refusal(answer.status, answer.code, answer.message, page=answer.page)

    async def send_spooled(
        self, upload: BucketUpload, numbers: Iterable[int], there: Mapping[int, int]
    ) -> None:
        """Send these parts from the spool and remove their files, each once however many ask for it.

        Parameters
        ----------
        there : Mapping
            Bytes of the parts that the store has, by number. Such a part is not sent again: its bytes were
            verified when they came, and those in the spool may be the rest of a try that failed.
        """
        await all_of(
            self._send_spooled(upload, number, there=there.get(number) == upload.plan.length(number))
            for number in numbers
        )

    async def _send_spooled(self, upload: BucketUpload, number: int, *, there: bool) -> None:
        lock = self._locks.setdefault((upload.tag, number), asyncio.Lock())
        async with lock:
            if number not in await upload.spool.lengths():
                return  # somebody else has just sent it
            if not there:
                async with self._turns:
                    await self._send_file(upload, number)
            await upload.spool.drop(number)

    async def _send_file(self, upload: BucketUpload, number: int) -> None:
        digest = await upload.spool.digest(number, self._multipart.checksums[0])
        await retried(lambda: self.send(upload, number, upload.spool.read(number), digest), on=SlowDown)
