"""An unfinished upload into a bucket, as its handle has it."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...errors import LengthMismatch
from ..base import Part
from .multipart import RemotePart
from .part_plan import PartPlan
from .spool import Spool


@dataclass(frozen=True)
class BucketUpload:
    """Where its bytes are.

    Parameters
    ----------
    path : str
        Of the file that it will be, from the store's root.
    key : str
        Its name in the bucket.
    upload_id : str
        What the object store calls the upload.
    tag : str
        What tells the finished object from that of another upload.
    """

    path: str
    key: str
    upload_id: str
    tag: str
    plan: PartPlan
    spool: Spool

    @property
    def content_type(self) -> str:
        """The media type of the object, by its name."""
        return content_type_of(self.path)

    def whole(self, number: int, received: Iterable[Part]) -> bool:
        """Return whether all of a part is in one of `received`."""
        start, end = self.plan.start(number), self.plan.end(number)
        return any(part.start <= start and end <= part.end for part in received)


def content_type_of(path: str) -> str:
    """Return the media type of a file, by its name."""
    return mimetypes.guess_type(path, strict=False)[0] or "application/octet-stream"


def lengths_of(parts: Iterable[RemotePart]) -> dict[int, int]:
    """Return the bytes of each part, by number; an empty one stands for an empty file, which has none."""
    return {part.number: part.size for part in parts if part.size}


def require_parts(found: Mapping[int, int], planned: Mapping[int, int]) -> None:
    """Check that the parts are those of the plan, each with its bytes.

    Raises
    ------
    LengthMismatch
        When they aren't.
    """
    wrong = sorted(
        number for number in found.keys() | planned.keys() if found.get(number) != planned.get(number)
    )
    if wrong:
        first = wrong[0]
        raise LengthMismatch(
            f"Part {first} has {found.get(first, 0)} bytes instead of {planned.get(first, 0)}; "
            f"{len(wrong)} of {len(planned)} parts are not what they should be."
        )
