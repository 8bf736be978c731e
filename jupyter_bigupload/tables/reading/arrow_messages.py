"""Where the batches of an Arrow file or stream are, by the heads of its messages, without their values.

Files and streams are the same but for a few bytes before and behind: messages in turn, first the schema's.
The table of batches at the end of a file is not needed, and may not be there yet.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

from ...errors import NotATable
from ..source import Source

MAGIC = b"ARROW1\0\0"
_CONTINUES = 0xFFFFFFFF
_LONGEST_HEAD = 64 * 2**20
_SCHEMA, _DICTIONARY, _BATCH = 1, 2, 3
#: Fields of the tables of a message (`Message.fbs`), by their numbers.
_HEADER_TYPE, _HEADER, _BODY_LENGTH, _LENGTH = 1, 2, 3, 0


@dataclass(frozen=True)
class Message:
    """A stretch of the file."""

    start: int
    end: int


@dataclass
class Messages:
    """All messages of a file, or those of them that have come.

    Parameters
    ----------
    schema : Message
        The first.
    dictionaries : list
        Each with the number of batches before it.
    batches : list
        Each with the number of rows before it.
    rows : int
        In all batches.
    is_over : bool
        Whether the stream says that nothing follows, or nothing does.
    """

    schema: Message
    dictionaries: list[tuple[int, Message]] = field(default_factory=list)
    batches: list[tuple[int, Message]] = field(default_factory=list)
    rows: int = 0
    is_over: bool = False


def messages_of(
    source: Source, file: BinaryIO, progress: Callable[[int, int], None] = lambda done, total: None
) -> Messages:
    """Return the messages of a file.

    Raises
    ------
    NotATable
        When it is damaged, or not complete though it should be.
    """
    try:
        return _read(source, file, progress)
    except (struct.error, IndexError) as error:
        raise _damaged() from error


def _read(source: Source, file: BinaryIO, progress: Callable[[int, int], None]) -> Messages:
    position = len(MAGIC) if file.read(len(MAGIC)) == MAGIC else 0
    found: Messages | None = None
    while True:
        head = _head(file, position)
        if head is None:
            break
        at, size = head
        if not size:
            break
        if size > _LONGEST_HEAD:
            raise _damaged()
        file.seek(at)
        data = file.read(size)
        kind, body, rows = (0, 0, 0) if len(data) < size else _facts(data)
        end = at + size + body
        if len(data) < size or body < 0 or rows < 0 or end > source.size:
            if source.complete:
                raise _damaged()
            return found or _nothing_yet()
        message = Message(position, end)
        if found is None:
            if kind != _SCHEMA:
                raise _damaged()
            found = Messages(message)
        elif kind == _DICTIONARY:
            found.dictionaries.append((len(found.batches), message))
        elif kind == _BATCH:
            found.batches.append((found.rows, message))
            found.rows += rows
        progress(end, source.size)
        position = end
    if found is None:
        return _nothing_yet()
    found.is_over = True
    return found


def _head(file: BinaryIO, position: int) -> tuple[int, int] | None:
    """Return where a message's head begins, and its bytes; None at the end."""
    file.seek(position)
    data = file.read(8)
    if len(data) < 4:  # noqa: PLR2004  # a number of 32 bits
        return None
    (first,) = struct.unpack_from("<I", data)
    if first != _CONTINUES:  # as it was written before version 0.15
        return position + 4, first
    return position + 8, struct.unpack_from("<I", data, 4)[0]


def _facts(head: bytes) -> tuple[int, int, int]:
    """Return what a message is, the bytes of its body, and the rows of its batch."""
    (root,) = struct.unpack_from("<I", head)
    kind = _number(head, root, _HEADER_TYPE, "<B")
    body = _number(head, root, _BODY_LENGTH, "<q")
    if kind != _BATCH:
        return kind, body, 0
    at = _place(head, root, _HEADER)
    return kind, body, _number(head, at + struct.unpack_from("<I", head, at)[0], _LENGTH, "<q")


def _number(head: bytes, table: int, number: int, form: str) -> int:
    at = _place(head, table, number)
    return int(struct.unpack_from(form, head, at)[0]) if at else 0


def _place(head: bytes, table: int, number: int) -> int:
    """Return where a field of a flatbuffer's table is; 0 where it is left out."""
    fields = table - struct.unpack_from("<i", head, table)[0]
    if fields < 0:
        raise _damaged()
    (size,) = struct.unpack_from("<H", head, fields)
    slot = 4 + 2 * number
    offset = struct.unpack_from("<H", head, fields + slot)[0] if slot < size else 0
    return table + offset if offset else 0


def _nothing_yet() -> Messages:
    raise NotATable("There is no table in the Arrow file, or not enough of it.")


def _damaged() -> NotATable:
    return NotATable("The Arrow file is damaged, or not all of it is there.")
