"""What was written, read back, and held against what it was made of."""

from __future__ import annotations

import contextlib
import glob
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ...errors import RowsLost
from ..reading import Connection, identifier, literal
from .counting import Counts, digest_of
from .model import Options, Target
from .running import Progress, run
from .table import Table
from .writing import ENDINGS


def compare(
    connection: Connection, table: Table, counts: Counts, path: Path, options: Options, *, progress: Progress
) -> None:
    """Read all of what was written.

    Raises
    ------
    RowsLost
        When it has other rows, or another value, than the text's pass had.
    """
    names = [column.name for column in table.columns]
    selection = table.selection(counts.rejected)
    natives = [row[1] for row in connection.rows(f"DESCRIBE {selection}")]
    with _written(connection, path, options, names, natives) as relation:
        # Each as the type that it was written as, whatever the format has for it.
        values = [
            f"CAST({identifier(name)} AS {native})" for name, native in zip(names, natives, strict=True)
        ]
        query = f"SELECT count(*), {digest_of(', '.join(values))} FROM {relation}"  # noqa: S608
        ((rows, digest),) = run(connection, query, progress)
        if rows == counts.kept and (digest or 0) == counts.digest:
            return
        if rows != counts.kept:
            raise RowsLost(f"{rows:,} rows were written of {counts.kept:,}; nothing of them is kept.")
        sums = ", ".join(map(digest_of, values))
        (after,) = run(connection, f"SELECT {sums} FROM {relation}", progress)  # noqa: S608
    sums = ", ".join(digest_of(identifier(name)) for name in names)
    (before,) = run(connection, f"SELECT {sums} FROM ({selection})", progress)  # noqa: S608
    differing = [name for name, one, other in zip(names, before, after, strict=True) if one != other]
    where = f"in the column {', '.join(differing)}" if differing else "that is not the same as before"
    raise RowsLost(f"What was written differs from the file {where}; nothing of it is kept.")


@contextlib.contextmanager
def _written(
    connection: Connection, path: Path, options: Options, names: Sequence[str], natives: Sequence[str]
) -> Iterator[str]:
    """Yield SQL to select from."""
    if options.target is Target.DUCKDB:
        connection.rows(f"ATTACH {literal(str(path))} AS written (READ_ONLY)")
        try:
            yield f"written.main.{identifier(options.table)}"
        finally:
            connection.rows("DETACH written")
    elif options.target is Target.ARROW:
        with _arrow(path) as reader:
            connection.sql.register("written", reader)
            try:
                yield "written"
            finally:
                connection.sql.unregister("written")
    else:
        yield _files(path, options, names, natives)


@contextlib.contextmanager
def _arrow(path: Path) -> Iterator[Any]:
    """Yield the batches of a file as a dataset, which can be read several times."""
    import pyarrow.dataset as ds  # noqa: PLC0415  # an extra, in the worker alone

    yield ds.dataset(str(path), format="ipc")


def _files(path: Path, options: Options, names: Sequence[str], natives: Sequence[str]) -> str:
    given: dict[str, str] = {}
    inside = [
        (name, native)
        for name, native in zip(names, natives, strict=True)
        if name not in options.partition_by
    ]
    pattern = glob.escape(str(path))
    if options.partition_by:
        pattern += f"/**/*.{ENDINGS[options.target]}"
        outside = [pair for pair in zip(names, natives, strict=True) if pair not in inside]
        given["hive_types"] = _struct(outside)
    given["hive_partitioning"] = "true" if options.partition_by else "false"
    if options.target is Target.PARQUET:
        return _call("read_parquet", pattern, given)
    given["compression"] = "'none'"
    if options.target is Target.JSON_LINES:
        return _call(
            "read_json", pattern, {**given, "columns": _struct(inside), "format": "'newline_delimited'"}
        )
    csv = {
        "auto_detect": "false",
        "header": "true",
        "delim": "','",
        "quote": "'\"'",
        "escape": "'\"'",
        "nullstr": "''",
        "allow_quoted_nulls": "false",
        "columns": _struct(inside),
    }
    return _call("read_csv", pattern, {**given, **csv})


def _call(function: str, pattern: str, given: dict[str, str]) -> str:
    settings = "".join(f", {name} = {value}" for name, value in given.items())
    return f"{function}({literal(pattern)}{settings})"


def _struct(columns: Sequence[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{literal(name)}: {literal(native)}" for name, native in columns) + "}"
