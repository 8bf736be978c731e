"""A CSV file as a relation in which every column is text: nothing is guessed, and nothing converted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..recipe import Dialect
from ..source import Source
from .connection import Connection, in_turn, literal
from .text import is_utf_8, measured, text_of

#: Bytes of the longest row that is read.
LONGEST_ROW = 16 * 2**20


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
    """

    relation: str
    columns: Sequence[str]

    @classmethod
    def of(cls, connection: Connection, source: Source, dialect: Dialect, count: int) -> CsvText:
        """Return the relation of a file with `count` columns.

        Raises
        ------
        BigUploadError
            When the file can't be opened.
        """
        columns = list(in_turn(count))
        if is_utf_8(dialect.encoding):
            path = connection.attach(source)
        else:
            path = connection.attach_stream(measured(text_of(source, dialect)))
        compression = dialect.compression if is_utf_8(dialect.encoding) else "none"
        types = ", ".join(f"{name}: 'VARCHAR'" for name in columns)
        options = {
            "auto_detect": "false",
            "columns": f"{{{types}}}",
            "delim": literal(dialect.delimiter),
            "quote": literal(dialect.quote),
            "escape": literal(dialect.escape if dialect.quote else ""),
            "comment": literal(dialect.comment),
            "header": "true" if dialect.header else "false",
            "skip": str(dialect.skip),
            "nullstr": f"[{', '.join(map(literal, dialect.nulls))}]" if dialect.nulls else "NULL",
            "allow_quoted_nulls": "true",
            "compression": literal(compression),
            "max_line_size": str(LONGEST_ROW),
            "store_rejects": "true",
            "rejects_limit": "0",
            "strict_mode": "true",
        }
        if not dialect.nulls:
            del options["nullstr"]
        given = ", ".join(f"{name} = {value}" for name, value in options.items())
        return cls(f"read_csv({literal(path)}, {given})", columns)
