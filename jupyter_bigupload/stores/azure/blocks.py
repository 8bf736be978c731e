"""Uploads as Azure has them: in the names of uncommitted blocks.

Azure knows no uploads. Ours is an id in the names of its blocks, and one more block, number 0, which stands
for the upload itself. All blocks of a blob must have names of one length.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from azure.storage.blob import BlobBlock

from ..bucket.multipart import RemotePart, RemoteUpload

#: Block 0 of an open upload, and of one aborted among blocks of others: Azure can't remove a single block.
OPEN, ABORTED = b"+", b"--"
#: The time is in the id since Azure keeps none of a block.
_TIME_DIGITS = 10
_BLOCK_ID = re.compile(r"([0-9a-f]{26})-([0-9]{5})")


@dataclass(frozen=True)
class Uncommitted:
    """The uncommitted blocks under a blob's name.

    Parameters
    ----------
    parts : dict
        Of each open upload, by its id, in order of number.
    ids : frozenset
        Of all uploads that have blocks here, open or aborted.
    foreign : bool
        Whether there are blocks of other programs.
    """

    parts: dict[str, Sequence[RemotePart]]
    ids: frozenset[str] = frozenset()
    foreign: bool = False

    @property
    def uploads(self) -> Sequence[RemoteUpload]:
        """The open ones."""
        return [RemoteUpload(found, int(found[:_TIME_DIGITS], 16)) for found in self.parts]


def new_upload_id() -> str:
    """Return the id of an upload that begins now."""
    return f"{int(time.time()):0{_TIME_DIGITS}x}{secrets.token_hex(8)}"


def block_id(upload_id: str, number: int) -> str:
    """Return the name of an upload's block."""
    return f"{upload_id}-{number:05}"


def group_blocks(blocks: Iterable[BlobBlock]) -> Uncommitted:
    """Return whose `blocks`, a list of uncommitted ones, are."""
    parts: dict[str, list[RemotePart]] = {}
    opened = set()
    foreign = False
    for block in blocks:
        ours = _BLOCK_ID.fullmatch(block.id)
        if ours is None:
            foreign = True
            continue
        upload_id, number = ours[1], int(ours[2])
        sent = parts.setdefault(upload_id, [])
        if number:
            sent.append(RemotePart(number, block.size, block.id))
        elif block.size == len(OPEN):
            opened.add(upload_id)
    return Uncommitted(
        {found: sorted(parts[found], key=lambda part: part.number) for found in opened},
        frozenset(parts),
        foreign,
    )
