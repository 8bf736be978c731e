"""Where the rows of a text end, exactly: what follows DuckDB in every oddity of quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..recipe import Dialect

#: A line's end. All three are taken for one, whichever the file mostly has.
NEWLINE = re.compile(rb"\r\n?|\n")


class Record(NamedTuple):
    """A stretch of text up to a line's end outside quotes.

    Parameters
    ----------
    start : int
        Where it begins; what began before the text has -1.
    end, next : int
        Where its line's end begins, and where the next record does.
    is_row : bool
        Whether it is a row, and neither empty nor a comment.
    odd : int
        Fields that go on behind their closing quote. Of a row with two of them DuckDB makes two rows.
    """

    start: int
    end: int
    next: int
    is_row: bool
    odd: int = 0


class Records:
    """Cuts text into records.

    A quote is one at the start of a field alone, or behind one space there; what follows its end up to the
    next delimiter belongs to the field, and opens it again where that is spaces and a quote.

    Parameters
    ----------
    dialect : Dialect
        How the text is written; it is UTF-8, and unpacked.
    has_one_column : bool
        Then an empty line is a row, whose value is missing.
    """

    def __init__(self, dialect: Dialect, *, has_one_column: bool) -> None:
        self._has_one_column = has_one_column
        self._comment = dialect.comment.encode()
        behind = [re.escape(one.encode()) for one in (dialect.delimiter, dialect.comment) if one]
        self._behind = re.compile(rb" *(?:" + rb"|".join([*behind, rb"[\r\n]", rb"\Z"]) + rb")")
        quote, escape = re.escape(dialect.quote.encode()), re.escape(dialect.escape.encode())
        tokens = [rb"(?P<newline>\r\n?|\n)"]
        if quote:
            space = b"" if dialect.delimiter == " " else b" ?"
            delimiter = re.escape(dialect.delimiter.encode())
            is_long = len(dialect.delimiter) > 1
            # `|||"` has a delimiter of two and a field that begins with the third: they are taken in turn.
            before = delimiter if is_long else rb"(?<=" + delimiter + rb")"
            tokens.append(rb"(?P<quote>(?:" + before + rb"|(?<=[\r\n])|\A)" + space + quote + rb")")
            if is_long:
                tokens.append(rb"(?P<delimiter>" + delimiter + rb")")
        if self._comment:
            tokens.append(rb"(?P<comment>" + re.escape(self._comment) + rb")")
        self._token = re.compile(rb"|".join(tokens))
        if not escape:
            self._close = re.compile(rb"[^" + quote + rb"]*" + quote) if quote else None
        elif escape == quote:
            inside = rb"[^" + quote + rb"]*"
            twice = quote + quote
            self._close = re.compile(
                inside + rb"(?:" + twice + inside + rb")*" + quote + rb"(?!" + quote + rb")"
            )
        else:
            inside = rb"[^" + quote + escape + rb"]*"
            self._close = re.compile(inside + rb"(?:" + escape + rb"." + inside + rb")*" + quote, re.DOTALL)
        reopens = quote and escape == quote and dialect.delimiter != " "
        self._reopen = re.compile(rb" +" + quote) if reopens else None

    def walk(self, data: bytes, position: int = 0, *, quoted: bool = False) -> Iterator[Record]:
        """Yield the records that end in the text, from a record's start or from within quotes.

        The last one has `next` at -1 where the text is over within quotes. What is behind the last line's end
        is not yielded otherwise.
        """
        start = -1 if quoted else position
        odd = 0
        while True:
            if quoted:
                closed = self._after_quotes(data, position)
                if closed < 0:
                    yield Record(start, len(data), -1, is_row=True, odd=odd)
                    return
                position = closed
                odd += self._behind.match(data, position) is None
            token = self._token.search(data, position)
            if token is None:
                return
            position, quoted = token.end(), token.lastgroup == "quote"
            if token.lastgroup == "comment":
                is_comment = start >= 0 and not data[start : token.start()].strip(b" ")
                newline = NEWLINE.search(data, position)
                if newline is None:
                    return
                yield Record(start, newline.start(), newline.end(), not is_comment, odd)
                start = position = newline.end()
                odd = 0
            elif token.lastgroup == "newline":
                is_row = self._has_one_column or token.start() != start
                yield Record(start, token.start(), position, is_row, odd)
                start = position
                odd = 0

    def is_row(self, rest: bytes) -> bool:
        """Return whether what is behind the last line's end is a row."""
        return bool(rest) and not (self._comment and rest.lstrip(b" ").startswith(self._comment))

    def _after_quotes(self, data: bytes, position: int) -> int:
        """Return where a quoted stretch is over; -1 where the text is before."""
        if self._close is None:
            return position
        while True:
            closed = self._close.match(data, position)
            if closed is None:
                return -1
            again = self._reopen.match(data, closed.end()) if self._reopen else None
            if again is None:
                return closed.end()
            position = again.end()
