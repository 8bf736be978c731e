"""One upload, as an object: its parts, in any order, until it is complete."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, cast

from ..digests import Digest, Hasher, composite_of
from ..errors import Incomplete, LengthMismatch, NotFound
from .model import Part, Readable, Saved
from .wire.server import Server, path_of

CHUNKS = "api/upload_handlers"
#: Bytes that go to the socket at once.
PIECE = 2**18


class Upload:
    """An unfinished file on a server. Nothing of it is to be seen under its name before it is complete.

    What is known of it is as old as the last answer about it; `refresh` asks again.
    """

    def __init__(self, server: Server, fields: Mapping[str, Any]) -> None:
        self.server = server
        #: What the server said last (docs/wire.md, "Create").
        self.fields = dict(fields)

    def __repr__(self) -> str:
        return f"<Upload {self.id}: {self.path!r}, {self.received_bytes} of {self.size} bytes>"

    @property
    def id(self) -> str:
        """What it is called on the wire; enough to go on with it later (`Client.get`)."""
        return str(self.fields["id"])

    @property
    def destination(self) -> str:
        """Name of its destination."""
        return str(self.fields["destination"])

    @property
    def path(self) -> str:
        """Where the file goes, from the destination's root."""
        return str(self.fields["path"])

    @property
    def size(self) -> int | None:
        """Bytes of the file; None as long as nobody knows."""
        size = self.fields["size"]
        return None if size is None else int(size)

    @property
    def last_modified(self) -> int | None:
        """When the file was changed last, in milliseconds since 1970, as whoever began it said."""
        modified = self.fields["last_modified"]
        return None if modified is None else int(modified)

    @property
    def state(self) -> str:
        """`"receiving"`, `"completing"`, `"done"` or `"failed"`."""
        return str(self.fields["state"])

    @property
    def received_bytes(self) -> int:
        """How many bytes were acknowledged."""
        return int(self.fields["received_bytes"])

    @property
    def received(self) -> Sequence[tuple[int, int]]:
        """The ranges `(start, end)` that were acknowledged, in order."""
        return [(start, end) for start, end in self.fields["received"]]

    @property
    def expires(self) -> str | None:
        """When it is removed if nobody goes on with it, ISO 8601 in UTC; None for never."""
        expires = self.fields["expires"]
        return None if expires is None else str(expires)

    @property
    def algorithm(self) -> str | None:
        """Algorithm of the digests that parts have to bring, None where they need none."""
        algorithm = self.fields["digest"]
        return None if algorithm is None else str(algorithm)

    @property
    def part_size(self) -> int:
        """Bytes of a part, but for the last: those of the bucket, or the most that the server wants."""
        return int(self.fields["part_size"] or self.fields["chunk_size"])

    def parts(self) -> Iterator[Part]:
        """Yield all parts in order, with the digests of those that are there.

        Of a file whose size is not known yet, those that are there.
        """
        there = {(start, end): digest for start, end, digest in self._there()}
        size = max((end for _, end in there), default=0) if self.size is None else self.size
        for number in range(1, -(-size // self.part_size) + 1):
            offset = (number - 1) * self.part_size
            length = min(self.part_size, size - offset)
            yield Part(number, offset, length, there.get((offset, offset + length)))

    def part(self, number: int) -> Part:
        """Return the part with this number.

        Raises
        ------
        IndexError
            When the file has none.
        """
        offset = (number - 1) * self.part_size
        length = self.part_size if self.size is None else min(self.part_size, self.size - offset)
        if number < 1 or length <= 0:
            raise IndexError(f"{self.path} has no part {number}")
        return Part(number, offset, length, None)

    def write_part(self, number: int, file: Readable) -> Part:
        """Send a part: the next bytes of `file`, as many as the part has. Safe to repeat.

        One that can't be read twice is held in memory for this one part.

        Raises
        ------
        LengthMismatch
            When `file` ends before the part does; where the file's size is unknown, it makes the last part.
        BigUploadError
            As the server says, or `Unreachable`.
        """
        part = self.part(number)
        seekable = getattr(file, "seekable", None)
        if seekable is not None and seekable():
            source = cast("BinaryIO", file)
        else:
            source = io.BytesIO(b"".join(_pieces(file, part.size)))
        begin = source.tell()
        hasher = Hasher(self.algorithm or "xxh3-128")
        for piece in _pieces(source, part.size):
            hasher.update(piece)
        if hasher.length != part.size and (self.size is not None or not hasher.length):
            raise LengthMismatch(
                f"Part {number} has {part.size} bytes; the file ended after {hasher.length}."
            )
        part = Part(number, part.offset, hasher.length, str(hasher.digest))

        def send() -> Any:
            source.seek(begin)
            return send_chunk(self, part.offset, part.end, _pieces(source, part.size), hasher.digest)

        self.server.retrying().run(send)
        others = [one for one in self._there() if one[0] != part.offset]
        self.fields["parts"] = sorted([*others, (part.offset, part.end, str(part.digest))])
        return part

    def refresh(self) -> None:
        """Ask the server what is there by now.

        Raises
        ------
        NotFound
            When there is no such upload, or no longer.
        """
        self.fields = dict(self.server.ask("GET", path_of(self.id)))

    def complete(self, on_conflict: str | None = None) -> Saved:
        """Give the file its name, once all parts are there. Safe to repeat.

        What it is held against are the digests of the parts as they were sent with `write_part`, or as the
        server told of them; `Client.upload` compares them with the file as well.

        Parameters
        ----------
        on_conflict : str, optional
            `"fail"`, `"replace"` or `"rename"`, to decide anew.

        Raises
        ------
        Incomplete
            When parts are missing; `details["missing"]` are their ranges.
        Exists
            When the name is taken.
        """
        return self.finish(
            on_conflict,
            composite_of((start, end, Digest.parse(digest)) for start, end, digest in self._there()),
        )

    def finish(
        self, on_conflict: str | None, composite: str, digests: Sequence[tuple[int, int, Digest]] = ()
    ) -> Saved:
        """Complete it, with the composite of its parts and the digests of some of them.

        Raises
        ------
        BigUploadError
            As `complete`.
        """
        fields: dict[str, object] = {"composite": composite}
        if on_conflict is not None:
            fields["on_conflict"] = on_conflict
        if digests:
            fields["digests"] = [[start, end, str(digest)] for start, end, digest in digests]
        if self.size is None:
            fields["size"] = max((end for _, end, *_ in self._there()), default=0)
        answer = self.server.retrying().run(lambda: self._complete(fields), not_again=(Incomplete,))
        self.fields = dict(answer)
        return Saved(str(answer["path"]), self.destination, int(answer["size"]))

    def cancel(self) -> None:
        """Give it up: nothing is left of it. Safe to repeat."""
        try:
            self.server.ask("DELETE", path_of(self.id))
        except NotFound:
            return

    def _there(self) -> Sequence[tuple[int, int, str]]:
        """Return the parts that are there, in order: start, end, digest."""
        return [(start, end, digest) for start, end, digest in self.fields.get("parts", [])]

    def _complete(self, fields: Mapping[str, object]) -> Any:
        return self.server.connection.ask("POST", f"{path_of(self.id)}/complete", json=fields)


def send_chunk(
    upload: Upload, start: int, end: int, body: Iterator[bytes], digest: Digest | None
) -> Mapping[str, Any]:
    """Send `[start, end)` once, and return the receipt.

    Raises
    ------
    BigUploadError, httpx.TransportError
        As `Connection.ask`.
    """
    size = upload.size
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Length": str(end - start),
        "Content-Range": f"bytes {start}-{end - 1}/{'*' if size is None else size}",
    }
    if digest is not None:
        headers["Content-Digest"] = str(digest)
    answer: Mapping[str, Any] = upload.server.connection.ask(
        "POST", CHUNKS, query={"upload": upload.id}, content=body, headers=headers
    )
    return answer


def _pieces(file: Readable, length: int) -> Iterator[bytes]:
    while length > 0 and (piece := file.read(min(PIECE, length))):
        length -= len(piece)
        yield piece
