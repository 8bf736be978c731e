"""Texts that DuckDB does not read, so that it does: one kind of line end, and no row that becomes two."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from ..made import MadeText
from ..recipe import Dialect
from ..source import Source
from .blocks import ODD, Blocks
from .indexing import blocks
from .records import Records

_BUFFER = 2**18
#: Bytes of a row that are waited for.
_LONGEST = 16 * 2**20


def normalized(source: Source, dialect: Dialect) -> Source:
    r"""Return the source with `\n` alone outside quotes. It is text that begins with a row, in UTF-8.

    A row of which DuckDB would make two becomes another that it rejects, for the same reason and once. The
    size is that of the source all the same.
    """

    def opened() -> BinaryIO:
        return io.BufferedReader(MadeText(source.open(), _Normalizer(dialect).made), _BUFFER)

    return replace(source, open=opened)


class _Normalizer:
    """Makes the text with one kind of line end."""

    def __init__(self, dialect: Dialect) -> None:
        self._records = Records(dialect, has_one_column=True)
        self._blocks = Blocks(dialect, self._records, has_one_column=True)
        quote = dialect.quote.encode()
        self._rejected = quote + b"x" + quote + b"x"

    def made(self, file: BinaryIO) -> Iterator[bytes]:
        """Yield it, of a file that is at its start."""
        # What began in quotes and goes on: its end decides what becomes of all of it.
        waiting = b""
        quoted = is_lost = False
        for block, has_end in blocks(file, is_complete=True):
            text = block if has_end else block + b"\n"
            found = self._blocks.count(text, quoted=quoted)
            if is_lost or (
                not waiting and not found.quoted and found.newlines <= {b"\n"} and not found.broken
            ):
                yield block
                continue
            quoted = found.quoted
            made, waiting = self._made(waiting + text)
            yield made if has_end or waiting else made[:-1]
            if len(waiting) > _LONGEST:
                # DuckDB has no row as long either: what follows differs in number, which is an error.
                yield waiting
                waiting, is_lost = b"", True
        if waiting:
            # It is one error that it has no end.
            (record,) = self._records.walk(waiting)
            yield self._rejected if record.odd >= ODD - 1 else waiting

    def _made(self, text: bytes) -> tuple[bytes, bytes]:
        """Return rows as they become, and what goes on behind the text."""
        pieces: list[bytes] = []
        position = 0
        for record in self._records.walk(text):
            if record.next < 0:
                return b"".join(pieces), text[position:]
            pieces.append(self._rejected if record.odd >= ODD else text[position : record.end])
            pieces.append(b"\n")
            position = record.next
        return b"".join(pieces), b""
