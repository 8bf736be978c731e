"""Queries into files, by DuckDB."""

from __future__ import annotations

from pathlib import Path

from ...errors import Malformed
from ..reading import Connection, DuckLimits, identifier, literal
from .model import Options, Target
from .running import Progress, run, translated

#: Rows of a row group: what DuckDB takes by itself, and no less than one of its vectors.
_MOST_ROWS, _FEWEST_ROWS = 122_880, 2048
#: A row group of each thread, uncompressed, has this share of the memory.
_SHARE = 16
#: Rows of a batch of Arrow's.
_BATCH = 65_536
_COMPRESSION = "zstd"
#: Bytes of a page of Parquet's, uncompressed: some 16,000 numbers. By itself DuckDB makes pages of 100 MB,
#: and it indexes a column of a row group only where that has several.
_PAGE = 2**17
#: How COPY is told what to write. A page index lets readers skip pages by their smallest and largest value.
_COPY = {
    Target.PARQUET: {
        "FORMAT": "parquet",
        "COMPRESSION": _COMPRESSION,
        "WRITE_PAGE_INDEX": "true",
        "DATA_PAGE_SIZE_LIMIT": str(_PAGE),
    },
    Target.CSV: {"FORMAT": "csv", "COMPRESSION": "none", "HEADER": "true", "NULLSTR": "''"},
    Target.JSON_LINES: {"FORMAT": "json", "COMPRESSION": "none"},
}
#: Endings of the files in a folder.
ENDINGS = {Target.PARQUET: "parquet", Target.CSV: "csv", Target.JSON_LINES: "json"}


def write(
    connection: Connection,
    query: str,
    path: Path,
    options: Options,
    *,
    row_group: int,
    rows: int,
    progress: Progress,
) -> None:
    """Write the rows of a query, in their order, into a file that is not there yet, or a folder of files.

    Raises
    ------
    Malformed
        When a target can't be partitioned.
    NoSpace, StorageFailed, MemoryError
    """
    if options.partition_by and options.target not in ENDINGS:
        raise Malformed(f"to.partition_by: {options.target.value} is one file.")
    if options.target is Target.ARROW:
        _write_arrow(connection, query, path, rows, progress)
    elif options.target is Target.DUCKDB:
        _write_database(connection, query, path, options.table, progress)
    else:
        _copy(connection, query, path, options, row_group=row_group, progress=progress)


def rows_of_groups(limits: DuckLimits, size: int, rows: int) -> int:
    """Return how many rows a row group has, of `rows` that are `size` bytes of text."""
    fitting = limits.memory // (limits.threads * _SHARE) // max(1, size // max(1, rows))
    whole = fitting // _FEWEST_ROWS * _FEWEST_ROWS
    return max(_FEWEST_ROWS, min(_MOST_ROWS, whole))


def _copy(
    connection: Connection, query: str, path: Path, options: Options, *, row_group: int, progress: Progress
) -> None:
    given = dict(_COPY[options.target])
    if options.target is Target.PARQUET:
        given["ROW_GROUP_SIZE"] = str(row_group)
    if options.partition_by:
        given["PARTITION_BY"] = f"({', '.join(map(identifier, options.partition_by))})"
    else:
        given["USE_TMP_FILE"] = "false"
    settings = ", ".join(f"{name} {value}" for name, value in given.items())
    run(connection, f"COPY ({query}) TO {literal(str(path))} ({settings})", progress)


def _write_arrow(connection: Connection, query: str, path: Path, rows: int, progress: Progress) -> None:
    import pyarrow as pa  # noqa: PLC0415  # an extra, in the worker alone

    progress(0, rows)
    with translated():
        reader = connection.sql.sql(query).to_arrow_reader(_BATCH)
        options = pa.ipc.IpcWriteOptions(compression=_COMPRESSION)
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, reader.schema, options=options) as out:
            done = 0
            for batch in reader:
                out.write_batch(batch)
                done += batch.num_rows
                progress(done, rows)


def _write_database(connection: Connection, query: str, path: Path, table: str, progress: Progress) -> None:
    with translated():
        connection.rows(f"ATTACH {literal(str(path))} AS written")
    try:
        run(connection, f"CREATE TABLE written.main.{identifier(table)} AS {query}", progress)
    finally:
        with translated():
            connection.rows("DETACH written")
