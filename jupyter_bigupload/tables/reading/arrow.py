"""Arrow: files (Feather 2) and streams, batch by batch.

What a file says of its buffers is not believed: each batch is checked before anything looks at its values.
"""

from __future__ import annotations

import contextlib
import io
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO

from ...errors import BigUploadError, NotATable
from ..rows import Progress
from ..source import Source
from .arrow_messages import Message, messages_of
from .connection import Connection
from .loading import Loaded
from .parquet import typed
from .readable import readable
from .typed import TypedTable

if TYPE_CHECKING:
    import pyarrow as pa
    from typing_extensions import Self

#: Of the time that it takes to read a file, the part for finding its batches.
_FINDING, _PERCENT = 5, 100


class ArrowBatches:
    """The batches of a file, of which any can be read. A context manager.

    Attributes
    ----------
    schema : pyarrow.Schema
        The columns.
    rows : int
        In all of them.
    is_all : bool
        Whether nothing follows them.

    Raises
    ------
    NotATable
        When the file is damaged, or not complete and should be.
    """

    def __init__(self, source: Source, progress: Progress = lambda done, total: None) -> None:
        self._file = source.open()
        try:
            self._messages = messages_of(source, self._file, progress)
            with _readable(), self._stream([self._messages.schema]) as reader:
                self.schema: pa.Schema = reader.schema
                str(self.schema)  # names that are no text fail here
        except BaseException:
            self._file.close()
            raise
        self.rows = self._messages.rows
        self.is_all = self._messages.is_over

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def tables(self, start: int, behind: int) -> Iterator[pa.Table]:
        """Yield the rows from one to another, by batches.

        Raises
        ------
        NotATable
            When a batch is damaged.
        """
        import pyarrow as pa  # noqa: PLC0415  # an extra

        batches = self._messages.batches
        first = max(0, bisect_right(batches, start, key=lambda one: one[0]) - 1)
        last = bisect_right(batches, behind - 1, key=lambda one: one[0])
        known = [one for before, one in self._messages.dictionaries if before <= first]
        wanted = [one for before, one in self._messages.dictionaries if first < before < last]
        wanted = sorted([*wanted, *(one for _, one in batches[first:last])], key=lambda one: one.start)
        if not wanted or start >= behind:
            return
        before = batches[first][0]
        with _readable(), self._stream([self._messages.schema, *known, *wanted]) as reader:
            for batch in reader:
                batch.validate(full=True)
                begin, end = max(0, start - before), min(batch.num_rows, behind - before)
                before += batch.num_rows
                if begin < end:
                    yield pa.Table.from_batches([batch.slice(begin, end - begin)])

    def _stream(self, messages: Sequence[Message]) -> pa.RecordBatchStreamReader:
        import pyarrow as pa  # noqa: PLC0415  # an extra

        return pa.ipc.open_stream(pa.PythonFile(_Stretches(self._file, messages), mode="r"))


def natives_of(connection: Connection, schema: pa.Schema) -> list[tuple[str, str]]:
    """Return the names of columns, and what DuckDB makes of their types.

    Raises
    ------
    NotATable
        When it makes nothing of one.
    """
    import duckdb  # noqa: PLC0415  # an extra

    found = []
    empty = schema.empty_table()
    for number, column in enumerate(schema):
        connection.sql.register("given_schema", empty.select([number]).rename_columns(["c"]))
        try:
            ((_, native, *_),) = connection.rows("DESCRIBE SELECT * FROM given_schema")
        except duckdb.Error as error:
            message = f"The column {column.name!r} has a type that is not read: {column.type}."
            raise NotATable(message) from error
        finally:
            connection.sql.unregister("given_schema")
        found.append((column.name, native))
    return found


def open_arrow(
    connection: Connection, source: Source, progress: Progress = lambda done, total: None
) -> TypedTable:
    """Return all rows of a file, which are read into a table of DuckDB's.

    Raises
    ------
    NotATable
        When it is damaged, or not complete.
    NoSpace, MemoryError
    BigUploadError
        When it can't be read.
    """
    found = lambda done, total: progress(done * _FINDING, max(1, total) * _PERCENT)  # noqa: E731
    with ArrowBatches(source, found) as batches:
        columns = natives_of(connection, batches.schema)
        loaded = Loaded(connection, [native for _, native in columns])
        made = typed(loaded.relation, columns, batches.rows, loaded)
        for table in batches.tables(0, batches.rows):
            with readable("Arrow file"):
                loaded.add_batch(table)
            part = loaded.rows / max(1, batches.rows)
            progress(_FINDING + int(part * (_PERCENT - _FINDING)), _PERCENT)
    return made


class _Stretches(io.RawIOBase):
    """Some stretches of a file in turn, as a file."""

    def __init__(self, file: BinaryIO, stretches: Sequence[Message]) -> None:
        super().__init__()
        self._file = file
        self._left = list(reversed([(one.start, one.end) for one in stretches]))

    def readable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes, or what is left."""
        pieces = []
        while self._left and size:
            start, end = self._left.pop()
            self._file.seek(start)
            piece = self._file.read(end - start if size < 0 else min(size, end - start))
            if not piece:
                break
            if start + len(piece) < end:
                self._left.append((start + len(piece), end))
            pieces.append(piece)
            size -= len(piece) if size > 0 else 0
        return b"".join(pieces)


@contextlib.contextmanager
def _readable() -> Iterator[None]:
    import pyarrow as pa  # noqa: PLC0415  # an extra

    try:
        yield
    except BigUploadError:
        raise
    except (pa.ArrowException, ValueError, OSError) as error:
        raise NotATable("The Arrow file is damaged, or not all of it is there.") from error
