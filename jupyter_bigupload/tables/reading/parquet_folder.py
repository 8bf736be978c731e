"""Folders of Parquet files, of which the folders' names may be columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import NotATable
from ..folders import partition_names, partitions
from ..source import Source
from .connection import Connection, identifier, in_turn, literal
from .readable import readable

#: Files whose ends are looked at in one query: their schemas are in memory then.
_AT_ONCE = 100
#: What tells two schemas apart.
_FIELDS = (
    "name, type, type_length, repetition_type = 'REPEATED', num_children, converted_type, scale, precision, "
    "logical_type"
)


@dataclass(frozen=True)
class FolderFacts:
    """What the ends of all files say.

    Parameters
    ----------
    columns : Sequence
        Of the files: names and DuckDB's types.
    partitions : Sequence[str]
        The columns that the folders' names tell.
    rows : Sequence[int]
        Of each file.
    differ : bool
        Whether some files lack columns that others have.
    """

    columns: Sequence[tuple[str, str]]
    partitions: Sequence[str]
    rows: Sequence[int]
    differ: bool

    @property
    def all_columns(self) -> list[tuple[str, str]]:
        """Those of the files, then those of the folders, which are text."""
        return [*self.columns, *((name, "VARCHAR") for name in self.partitions)]


def facts_of(connection: Connection, source: Source) -> FolderFacts:
    """Read the ends of all files.

    Raises
    ------
    NotATable
        When one is damaged, or has a column of another type than another.
    BigUploadError
        When one can't be read.
    """
    rows: list[int] = []
    schemas: dict[tuple[Any, ...], tuple[str, str]] = {}
    for start in range(0, len(source.parts), _AT_ONCE):
        batch = source.parts[start : start + _AT_ONCE]
        paths = [connection.attach_stream(file) for _, file in batch]
        counts, found = _ends(connection, [path for path, _ in batch], paths)
        rows += [counts[path] for path in paths]
        for (name, _), path in zip(batch, paths, strict=True):
            schemas.setdefault(tuple(found[path]), (name, path))
    tables = []
    for name, path in schemas.values():
        with readable(f"file {name!r}"):
            described = connection.rows(f"DESCRIBE SELECT * FROM read_parquet({literal(path)})")  # noqa: S608  # of our own
        tables.append((name, [(column, native) for column, native, *_ in described]))
    columns = _merged(tables)
    differ = any(len(found) < len(columns) for _, found in tables)
    return FolderFacts(columns, partition_names([path for path, _ in source.parts]), rows, differ)


def relation_of(
    connection: Connection, source: Source, facts: FolderFacts, which: slice = slice(None)
) -> str:
    """Return SQL to select the rows of some files from, with columns called `c0`, `c1` and so on.

    DuckDB takes the values of folders from the paths that it is told. These have nothing of the real names
    but encoded values: what would be a pattern in a name is none, and a column of the files is never hidden.
    """
    prefix = _unused("p", [name for name, _ in facts.columns])
    keys = [f"{prefix}{name}" for name in in_turn(len(facts.partitions))]
    paths = [
        literal(connection.attach_stream(file, _below(keys, [value for _, value in partitions(path)])))
        for path, file in source.parts[which]
    ]
    options = "hive_partitioning = true, hive_types_autocast = false" if keys else "hive_partitioning = false"
    if facts.differ:
        options += ", union_by_name = true"
    names = [*(name for name, _ in facts.columns), *keys]
    columns = ", ".join(
        f"{identifier(name)} AS {made}" for name, made in zip(names, in_turn(len(names)), strict=True)
    )
    return f"(SELECT {columns} FROM read_parquet([{', '.join(paths)}], {options}))"  # noqa: S608  # of our own


def files_of(facts: FolderFacts, start: int, count: int) -> tuple[slice, int]:
    """Return which files have these rows, and how many rows are before them in the first of these files.

    Where files lack columns, only all of them together have all, so it is all.
    """
    if facts.differ:
        return slice(None), start
    first, before = 0, 0
    while first < len(facts.rows) - 1 and before + facts.rows[first] <= start:
        before += facts.rows[first]
        first += 1
    last, end = first, before
    while last < len(facts.rows) and end < start + count:
        end += facts.rows[last]
        last += 1
    return slice(first, max(last, first + 1)), start - before


def _ends(
    connection: Connection, names: Sequence[str], paths: Sequence[str]
) -> tuple[Mapping[str, int], Mapping[str, list[Any]]]:
    """Return the rows and the schemas of files."""
    given = f"[{', '.join(map(literal, paths))}]"
    try:
        with readable("folder"):
            counts = connection.rows(f"SELECT file_name, num_rows FROM parquet_file_metadata({given})")  # noqa: S608
            fields = connection.rows(f"SELECT file_name, {_FIELDS} FROM parquet_schema({given})")  # noqa: S608
    except NotATable:
        if len(paths) == 1:
            raise NotATable(f"The file {names[0]!r} is damaged, or not all of it is there.") from None
        for name, path in zip(names, paths, strict=True):
            _ends(connection, [name], [path])
        raise
    found: dict[str, list[Any]] = {path: [] for path in paths}
    for path, *field in fields:
        found[path].append(tuple(field))
    return dict(counts), found


def _merged(tables: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> list[tuple[str, str]]:
    """Return the columns of all files.

    Raises
    ------
    NotATable
        When one has two types.
    """
    found: dict[str, tuple[str, str, str]] = {}
    for path, columns in tables:
        for name, native in columns:
            _, known, where = found.setdefault(name.lower(), (name, native, path))
            if known != native:
                raise NotATable(
                    f"The column {name!r} is {known} in {where!r}, and {native} in {path!r}: "
                    "files with columns of other types make no table."
                )
    return [(name, native) for name, native, _ in found.values()]


def _unused(prefix: str, names: Sequence[str]) -> str:
    while any(name.lower().startswith(prefix) for name in names):
        prefix += "_"
    return prefix


def _below(keys: Sequence[str], values: Sequence[str | None]) -> str:
    """Return a path whose folders tell these values."""
    return "".join(f"/{step}" for step in _steps(keys, values)) + "/part" if keys else ""


def _steps(keys: Sequence[str], values: Sequence[str | None]) -> Iterator[str]:
    for key, value in zip(keys, values, strict=True):
        if value is None:
            yield f"{key}=__HIVE_DEFAULT_PARTITION__"
        else:
            # All of it, so that no text is one with a meaning of its own, as 'NULL' would be.
            yield f"{key}={''.join(f'%{byte:02X}' for byte in value.encode())}"
