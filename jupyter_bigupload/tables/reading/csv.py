"""A CSV file as a relation in which every column is text: nothing is guessed, and nothing converted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..recipe import Dialect
from ..rows import Layout, head, layout
from ..rows.normalizing import normalized
from ..rows.records import NEWLINE
from ..source import Source
from ..text import behind, is_utf_8, measured, text_of
from .connection import Connection, in_turn, literal

#: Bytes of the longest row that is read.
LONGEST_ROW = 16 * 2**20
#: Bytes that are read at once, in each thread. By itself it would take 16 of the longest rows.
_BUFFER = 2 * LONGEST_ROW
_SEVERAL = 2
#: Stands for no null word at all: what is in no text, since Unicode has no such character.
_NO_WORD = "\ufdd0"


@dataclass(frozen=True)
class CsvText:
    """The rows of a CSV file.

    Its relation has the columns `c0`, `c1`, … of type `VARCHAR`, in the order of the file. What is no row of
    so many fields is in DuckDB's tables `reject_scans` and `reject_errors` once a query has read it.

    Parameters
    ----------
    relation : str
        SQL to select from.
    columns : Sequence[str]
        The names of its columns.
    start : Layout
        What is before the first row.
    byte, line : int
        What DuckDB does not count of the text's own bytes and records: lines before those that it was given.
    text : Source or None
        What DuckDB is given, where its bytes are not those of the text from `byte` on.
    """

    relation: str
    columns: Sequence[str]
    start: Layout
    byte: int = 0
    line: int = 0
    text: Source | None = None

    @classmethod
    def of(
        cls,
        connection: Connection,
        source: Source,
        dialect: Dialect,
        count: int,
        *,
        newlines: Collection[bytes] = (),
        is_broken: bool = False,
    ) -> CsvText:
        """Return the relation of a file with `count` columns.

        A byte order mark, skipped lines and a header of several lines are left out here: DuckDB loses rows
        behind some (a quote after the mark, an open quote in a skipped line). `newlines` are the kinds that
        the index of rows found: where there are several, all become one, since DuckDB reads no such file.
        `is_broken` is what it found of rows of which DuckDB makes two: they become some that it rejects.

        Raises
        ------
        BigUploadError
            When the file can't be opened.
        """
        columns = list(in_turn(count))
        first = head(source, dialect)
        start = layout(first, dialect)
        is_text = is_utf_8(dialect.encoding)
        one_newline = not is_broken and len(newlines) < _SEVERAL and _has_plain_newlines(first, start)
        compression, header = "none", False
        given_text = None
        if is_text and start.is_plain and one_newline:
            path = connection.attach(source)
            compression, header = dialect.compression, dialect.header
        elif is_text and dialect.compression == "none" and one_newline:
            path = connection.attach_stream(behind(source, start.start))
        else:
            text = behind(text_of(source, dialect), start.start)
            if not one_newline:
                text = given_text = normalized(text, dialect)
            path = connection.attach_stream(measured(text))
        types = ", ".join(f"{name}: 'VARCHAR'" for name in columns)
        options = {
            "auto_detect": "false",
            "columns": f"{{{types}}}",
            "delim": literal(dialect.delimiter),
            "quote": literal(dialect.quote),
            "escape": literal(dialect.escape if dialect.quote else ""),
            "comment": literal(dialect.comment),
            "header": "true" if header else "false",
            "skip": "0",
            "nullstr": f"[{', '.join(map(literal, dialect.nulls or (_NO_WORD,)))}]",
            "allow_quoted_nulls": "true",
            "compression": literal(compression),
            "max_line_size": str(LONGEST_ROW),
            "buffer_size": str(_BUFFER),
            "store_rejects": "true",
            "rejects_limit": "0",
            "strict_mode": "true",
        }
        if not one_newline or start.newline != b"\r\n":
            options["new_line"] = literal(r"\r" if one_newline and start.newline == b"\r" else r"\n")
        given = ", ".join(f"{name} = {value}" for name, value in options.items())
        is_whole = is_text and start.is_plain and one_newline
        byte, line = (0, 0) if is_whole else (start.start, start.line - 1)
        return cls(f"read_csv({literal(path)}, {given})", columns, start, byte, line, given_text)


def _has_plain_newlines(first: bytes, start: Layout) -> bool:
    r"""Return whether DuckDB finds out, or can be told, what ends a line.

    Told of `\r\n` it returns no rows at all (DuckDB 2.0), so it has to see it, and looks within quotes too.
    """
    if start.newline != b"\r\n":
        return True
    seen = NEWLINE.search(first, 0 if start.is_plain else start.start)
    return seen is None or seen[0] == b"\r\n"
