"""Many small files in one request: `api/bigupload/batches`.

The body is the length of a manifest (four bytes, big-endian), the manifest in JSON, and then the bytes of its
files in their order. A form would not do: tornado reads one of at most a hundred parts, and all at once.
"""

from __future__ import annotations

from typing import Any

from ...body_reader import BodyReader
from ...destinations import HOME
from ...errors import LengthMismatch, TooLarge
from ...stores.many import Outcome
from ...threads import in_thread
from ...uploads import BatchOutcomes
from ..bodies.streaming import StreamingHandler
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
        body = BodyReader(aiter(self.body))
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


def _answer(outcomes: BatchOutcomes) -> bytes:
    return write_lists(
        {
            "folders": (_as_json(outcome) for outcome in outcomes.folders),
            "files": map(outcome_as_json, outcomes.files),
        }
    )


def outcome_as_json(outcome: Outcome) -> dict[str, Any]:
    """Return what became of a file."""
    return {**_as_json(outcome), "identical": outcome.identical} if outcome.stored else _as_json(outcome)


def _as_json(outcome: Outcome) -> dict[str, Any]:
    if outcome.stored is None:
        assert outcome.error is not None  # noqa: S101  # one or the other
        return {"state": "failed", "error": outcome.error.as_json()}
    return {"state": "done", "path": outcome.stored.path}
