"""A range of a file to the server, however often that has to be tried."""

from __future__ import annotations

from ..errors import UnknownError
from ..upload import send_chunk
from ..wire.retrying import Retrying
from ..wire.server import path_of
from .spans import gaps
from .transfer import Transfer

_TOO_LARGE = 413
#: Bytes of the smallest body that is tried where something before the server takes no larger ones.
_SMALLEST = 2**16


class RangeSender:
    """Sends `[start, end)`, of which nothing is there yet."""

    def __init__(self, transfer: Transfer, start: int, end: int) -> None:
        self._transfer = transfer
        self._missing = [(start, end)]
        # Whether `_missing` is what the server says: not after a request that failed.
        self._is_certain = True

    def send(self) -> None:
        """Return once all of it is there.

        Raises
        ------
        FileChanged
            When the file ends before.
        BigUploadError
            As the server says, or `Unreachable`.
        """
        retrying = self._transfer.upload.server.retrying(self._transfer.stop)
        while self._missing:
            retrying.run(lambda: self._attempt(retrying))

    def _attempt(self, retrying: Retrying) -> None:
        if not self._is_certain and self._look():
            retrying.progress()
        if not self._missing:
            return
        start, end = self._missing[0]
        if self._transfer.most is not None:
            end = min(end, start + self._transfer.most)
        self._is_certain = False
        try:
            self._post(start, end)
        except UnknownError as error:
            if error.status != _TOO_LARGE or end - start <= _SMALLEST:
                raise
            self._transfer.most = max(_SMALLEST, (end - start) // 2)
            return
        self._is_certain = True
        self._missing = [*gaps([(start, end)], *self._missing[0]), *self._missing[1:]]

    def _look(self) -> int:
        """Ask what is there by now; return how many bytes of the range had come."""
        upload = self._transfer.upload
        received = upload.server.connection.ask("GET", path_of(upload.id))["received"]
        before = self._length()
        self._missing = [gap for one in self._missing for gap in gaps(received, *one)]
        arrived = before - self._length()
        self._transfer.meter.add(arrived)
        self._is_certain = True
        return arrived

    def _post(self, start: int, end: int) -> None:
        transfer, counted = self._transfer, 0

        def count(length: int) -> None:
            nonlocal counted
            counted += length
            transfer.meter.add(length)

        block_size = transfer.block_size
        try:
            if block_size is not None and end - start > block_size:
                body = transfer.pieces_of_blocks(start, end, block_size, count)
                send_chunk(transfer.upload, start, end, body, None)
            else:
                digest = transfer.digest(start, end)
                send_chunk(transfer.upload, start, end, transfer.pieces(start, end, count), digest)
        except BaseException:
            transfer.meter.add(-counted)
            raise

    def _length(self) -> int:
        return sum(end - start for start, end in self._missing)
