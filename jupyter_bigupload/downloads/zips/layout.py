"""Where everything is in an archive, and what its bytes are known by."""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_right
from collections.abc import Sequence

from .member import Member
from .records import central_record, descriptor_length, end_records, local_header

#: Another number for another way to make bytes of the same members.
_FORMAT = b"1\n"


class Layout:
    """The offsets of `members`. To make one takes about 10 µs a member, so it is made in a thread."""

    def __init__(self, members: Sequence[Member]) -> None:
        self.members = members
        # Of local headers, and then of the central directory; of its records, and then of the end.
        self._starts = array("Q", [0])
        self._records = array("Q")
        known = hashlib.sha256(_FORMAT)
        modified = 0.0
        records: list[int] = []
        for member in members:
            start = self._starts[-1]
            header = local_header(member, 0 if member.small else None)
            records.append(len(central_record(member, start, 0)))
            self._starts.append(start + len(header) + member.size + descriptor_length(member))
            modified = max(modified, member.state.modified)
            state = f"{member.name}\0{member.size}\0{member.state.etag}\0{member.state.modified!r}\0"
            known.update(state.encode())
        self._records.append(self._starts[-1])
        for length in records:
            self._records.append(self._records[-1] + length)
        self.end = end_records(len(members), self.central, self._records[-1])
        self.size = self._records[-1] + len(self.end)
        self.etag = f'"zip-{known.hexdigest()[:40]}"'
        self.modified = modified

    @property
    def central(self) -> int:
        """Where the central directory begins."""
        return self._starts[-1]

    @property
    def end_at(self) -> int:
        """Where the end records begin."""
        return self._records[-1]

    def start(self, index: int) -> int:
        """Return where the local header of a member begins."""
        return self._starts[index]

    def record(self, index: int) -> int:
        """Return where the record of a member in the central directory begins."""
        return self._records[index]

    def member_at(self, offset: int) -> int:
        """Return which member has the byte at `offset`; the number of all where none has."""
        return bisect_right(self._starts, offset) - 1

    def record_at(self, offset: int) -> int:
        """Return whose record has the byte at `offset`, or the first one's where it is in front of all."""
        return max(0, bisect_right(self._records, offset) - 1)
