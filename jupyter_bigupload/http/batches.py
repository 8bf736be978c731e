"""Many small files in one request: `api/bigupload/batches`.

The body is the length of a manifest (four bytes, big-endian), the manifest in JSON, and then the bytes of its
files in their order. A form would not do: tornado reads one of at most a hundred parts, and all at once.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

from ..destinations import HOME
from ..digests import ALGORITHMS, Digest
from ..errors import BigUploadError, LengthMismatch, Malformed, TooLarge
from ..stores.base import OnConflict, Outcome
from ..uploads import BatchFile
from .fields import count, field
from .streaming import StreamingHandler
from .uploads import parse_on_conflict

#: Bytes of the number before the manifest, and most of the manifest.
_NUMBER = 4
_MOST_MANIFEST = 2**22
#: Most files of a batch: an answer tells of each.
MOST_FILES = 10_000


class BatchesHandler(StreamingHandler):
    """Takes the files of a batch while they come, and tells what became of each."""

    async def take_body(self) -> dict[str, Any]:
        """Store the files."""
        destination = self.argument("destination", HOME)
        await self.destination(destination)
        body = _Framed(aiter(self.body))
        length = int.from_bytes(await body.read(_NUMBER), "big")
        if length > _MOST_MANIFEST:
            raise TooLarge(f"A manifest may have {_MOST_MANIFEST} bytes.", limit=_MOST_MANIFEST)
        files = [await self._checked(destination, entry) for entry in _entries(await body.read(length))]
        expected = _NUMBER + length + sum(file.size for file in files)
        if self.body_length is not None and self.body_length != expected:
            raise LengthMismatch(f"By its manifest the body has {expected} bytes, not {self.body_length}.")
        outcomes = await self.service.batches.write(destination, files, body.rest())
        return {"files": [_as_json(outcome) for outcome in outcomes]}

    async def _checked(self, destination: str, entry: dict[str, Any]) -> BatchFile:
        path = field(entry, "path", str)
        refused: BigUploadError | None = None
        try:
            await self.place(destination, path)
        except BigUploadError as error:
            refused = error
        return BatchFile(
            path=path,
            size=count(entry, "size"),
            digest=_digest(entry),
            on_conflict=parse_on_conflict(field(entry, "on_conflict", str, OnConflict.FAIL.value)),
            refused=refused,
        )


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
        async for piece in self._body:
            yield piece


def _entries(manifest: bytes) -> Sequence[dict[str, Any]]:
    try:
        fields = json.loads(manifest)
    except (ValueError, RecursionError):
        raise Malformed("The manifest is not JSON.") from None
    files = fields.get("files") if isinstance(fields, dict) else None
    if not isinstance(files, list) or not all(isinstance(entry, dict) for entry in files):
        raise Malformed("The manifest must be an object whose 'files' are a list of objects.")
    if len(files) > MOST_FILES:
        raise TooLarge(f"A batch may have {MOST_FILES} files.", limit=MOST_FILES)
    return files


def _digest(entry: dict[str, Any]) -> Digest | None:
    given = field(entry, "digest", str, "")
    if not given:
        return None
    try:
        digest = Digest.parse(given)
    except ValueError:
        raise Malformed("'digest' must be one member of a Content-Digest.") from None
    if digest.algorithm not in ALGORITHMS:
        raise Malformed(f"'digest' must be of one of {', '.join(sorted(ALGORITHMS))}.")
    return digest


def _as_json(outcome: Outcome) -> dict[str, Any]:
    if outcome.stored is None:
        assert outcome.error is not None  # noqa: S101  # one or the other
        return {"state": "failed", "error": outcome.error.as_json()}
    return {"state": "done", "path": outcome.stored.path, "identical": outcome.identical}
