"""Many small files in one request: `api/bigupload/batches`.

The body is the length of a manifest (four bytes, big-endian), the manifest in JSON, and then the bytes of its
files in their order. A form would not do: tornado reads one of at most a hundred parts, and all at once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from ...destinations import HOME
from ...errors import LengthMismatch, TooLarge
from ...stores.many import Outcome
from ...threads import in_thread
from ...uploads import BatchOutcomes
from ..streaming import StreamingHandler
from .entries import folder, new_file
from .pieces import read_lists, write_lists

#: Bytes of the number before the manifest, and most of the manifest.
_NUMBER = 4
_MOST_MANIFEST = 2**22
#: Most files, and most folders, of a batch: an answer tells of each.
MOST_FILES = 10_000


class BatchesHandler(StreamingHandler):
    """Takes the files of a batch while they come, and tells what became of each."""

    async def take_body(self) -> bytes:
        """Store the files."""
        destination = self.argument("destination", HOME)
        await self.destination(destination)
        body = _Framed(aiter(self.body))
        length = int.from_bytes(await body.read(_NUMBER), "big")
        if length > _MOST_MANIFEST:
            raise TooLarge(f"A manifest may have {_MOST_MANIFEST} bytes.", limit=_MOST_MANIFEST)
        manifest = await in_thread(read_lists)(
            await body.read(length), {"folders": folder, "files": new_file}, MOST_FILES
        )
        folders, files = manifest["folders"], manifest["files"]
        expected = _NUMBER + length + sum(file.size for file in files)
        if self.body_length is not None and self.body_length != expected:
            raise LengthMismatch(f"By its manifest the body has {expected} bytes, not {self.body_length}.")
        refusals = await self.refusals(destination, [*folders, *(file.path for file in files)])
        outcomes = await self.service.batches.write(destination, folders, files, refusals, body.rest())
        return await in_thread(_answer)(outcomes)


class _Framed:
    """A body of which the first bytes are read by number."""

    def __init__(self, body: AsyncIterator[bytes]) -> None:
        self._body = body
        self._held = bytearray()

    async def read(self, length: int) -> bytes:
        """Return the next `length` bytes.

        Raises
        ------
        LengthMismatch
            When the body ends before.
        """
        while len(self._held) < length:
            piece = await anext(self._body, b"")
            if not piece:
                raise LengthMismatch("The body is shorter than its manifest.")
            self._held += piece
        read = bytes(self._held[:length])
        del self._held[:length]
        return read

    async def rest(self) -> AsyncIterator[bytes]:
        """Yield what comes behind what was read."""
        if self._held:
            yield bytes(self._held)
            self._held.clear()
        async for piece in self._body:
            yield piece


def _answer(outcomes: BatchOutcomes) -> bytes:
    return write_lists(
        {
            "folders": (_as_json(outcome) for outcome in outcomes.folders),
            "files": (
                {**_as_json(outcome), "identical": outcome.identical} if outcome.stored else _as_json(outcome)
                for outcome in outcomes.files
            ),
        }
    )


def _as_json(outcome: Outcome) -> dict[str, Any]:
    if outcome.stored is None:
        assert outcome.error is not None  # noqa: S101  # one or the other
        return {"state": "failed", "error": outcome.error.as_json()}
    return {"state": "done", "path": outcome.stored.path}
