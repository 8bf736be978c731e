"""What does not fit, in a file beside: each text with its line, its byte, the reason, and its whole row."""

from __future__ import annotations

import csv
import heapq
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby, islice, tee
from pathlib import Path
from typing import NamedTuple

from ...errors import RejectsFound
from ..checking import message
from ..reading import Connection, literal
from ..reading.structure import OTHER, SENTENCES, STRUCTURAL
from ..rows import index as index_of
from .counting import Counts, structural_rows
from .running import Progress, translated
from .table import Table

HEADER = ("line", "byte", "column", "text", "reason", "message", "row")
_BATCH = 2048


class Reject(NamedTuple):
    """A text that does not fit.

    Parameters
    ----------
    row : int
        Of the file, from 0.
    column : str
        Its name in the table; empty where the whole row is none.
    text : str
        What is there.
    line : int
        Of the file or sheet, from 1, and `whole`, all of its row as JSON: where no text has them.
    """

    row: int
    column: str
    text: str
    reason: str
    message: str
    line: int = 0
    whole: str = ""


def write_rejects(
    connection: Connection, table: Table, counts: Counts, path: Path, progress: Progress
) -> None:
    """Write everything that does not fit, in the order of the file.

    Raises
    ------
    NoSpace, StorageFailed, MemoryError
    """
    total = counts.aside + sum(counts.rejected)
    with translated(), path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        for number, (reject, line, byte, row) in enumerate(placed(connection, table), 1):
            out.writerow((line, byte, reject.column, reject.text, reject.reason, reject.message, row))
            if number % _BATCH == 0:
                progress(min(number, total), total)


def set_aside(
    connection: Connection, table: Table, counts: Counts, path: Path | None, progress: Progress
) -> Path | None:
    """Write what does not fit into a file, if there is anything, and return its path then.

    Raises
    ------
    RejectsFound
        When rows do not fit, and there is no path.
    NoSpace, StorageFailed, MemoryError
    """
    if path is None:
        if counts.aside:
            message = f"{counts.aside:,} of {table.rows:,} rows do not fit."
            raise RejectsFound(message, rejects=counts.aside, rows=table.rows)
        return None
    if not counts.aside and not any(counts.rejected):
        return None
    write_rejects(connection, table, counts, path, progress)
    return path


def rejects_of(connection: Connection, table: Table, most: int | None = None) -> Iterator[Reject]:
    """Yield what does not fit, in the order of the file. It is the connection's only query meanwhile.

    Where `most` says how many are wanted, what is behind them is not looked for.

    It follows a pass over all of the table's rows, of which DuckDB knows what is no row.
    """
    limit = "" if most is None else f" LIMIT {most}"
    structural = list(_structural(connection, table, limit))
    cells = _cells(connection, table, array("q", (one.row for one in structural)), limit)
    return heapq.merge(structural, cells, key=lambda one: one.row)


def placed(
    connection: Connection, table: Table, most: int | None = None
) -> Iterator[tuple[Reject, int | str, int | str, str]]:
    """Yield rejects with their line, their byte, and their row; the first `most` of them."""
    found = rejects_of(connection, table, most)
    if most is not None:
        found = islice(found, most)
    if table.index is None:
        for reject in found:
            yield reject, reject.line, "", reject.whole
        return
    groups, again = tee((row, list(group)) for row, group in groupby(found, key=lambda one: one.row))
    places = table.index.texts(table.source, (row for row, _ in again))
    for (_, group), (place, text) in zip(groups, places, strict=True):
        shown = text.decode("utf-8", "backslashreplace")
        for reject in group:
            yield reject, place.line, place.offset, shown


def _cells(connection: Connection, table: Table, structural: Iterable[int], limit: str) -> Iterator[Reject]:
    """Yield texts that don't fit their column's type. DuckDB does not number the `structural` rows."""
    checked = [
        (number, column, made)
        for number, (column, made) in enumerate(zip(table.columns, table.conversions, strict=True))
        if made.fits != "true"
    ]
    if not checked:
        return
    texts = table.texts
    fields = ", ".join(
        f"CASE WHEN NOT f{number} THEN {texts[number]} END, CASE WHEN NOT f{number} THEN {made.reason} END"
        for number, _, made in checked
    )
    numbered = f"(SELECT *, row_number() OVER () - 1 AS row FROM {table.checked})"  # noqa: S608  # of our own
    fitting = " AND ".join(f"f{number}" for number, _, _ in checked)
    line, whole = _row_of(table)
    chosen = f"row, {line}, {whole}, {fields}"
    query = f"SELECT {chosen} FROM {numbered} WHERE NOT ({fitting}){limit}"  # noqa: S608  # of our own
    cursor = connection.sql.execute(query)
    missing = iter(structural)
    before, following = 0, next(missing, None)
    while batch := cursor.fetchmany(_BATCH):
        for number, line, whole, *found in batch:
            while following is not None and following <= number + before:
                before, following = before + 1, next(missing, None)
            for (_, column, _), text, reason in zip(checked, found[::2], found[1::2], strict=True):
                if reason is not None:
                    sentence = message(reason, column.type, column.format)
                    yield Reject(number + before, column.name, text, reason, sentence, line, whole)


def _row_of(table: Table) -> tuple[str, str]:
    """Return SQL of a row's line, and of all that is in it, where no text has them."""
    if table.index is not None:
        return "0", "''"
    line = "row + 1" if table.typed is None or table.typed.loaded is None else "line"
    pairs = ", ".join(
        f"{literal(column.source)}, {name}"
        for column, name in zip(table.all_columns, table.inputs, strict=True)
    )
    return line, f"CAST(json_object({pairs}) AS VARCHAR)"


def _structural(connection: Connection, table: Table, limit: str) -> Iterator[Reject]:
    """Yield rows that are none."""
    if table.typed is not None and table.typed.loaded is not None:
        query = f"SELECT row, line, reason, text FROM {table.typed.loaded.bad} ORDER BY row{limit}"  # noqa: S608
        for row, line, reason, text in connection.rows(query):
            yield Reject(row, "", "", reason, SENTENCES[reason], line, text)
    if table.csv is None or table.index is None:
        return
    # Where DuckDB says that the row begins may be another row; where the error is, is within it.
    columns = "min(byte_position), arg_min(CAST(error_type AS VARCHAR), byte_position)"
    query = f"SELECT {columns} FROM {structural_rows()} GROUP BY line ORDER BY ALL{limit}"  # noqa: S608
    found: list[tuple[int, str]] = connection.rows(query)
    # DuckDB counts bytes from 1.
    offsets = (position - 1 + table.csv.byte for position, _ in found)
    index, source = table.index, table.source
    if table.csv.text is not None:
        offsets = (position - 1 for position, _ in found)
        source = table.csv.text
        plain = replace(index.dialect, header=False, skip=0, encoding="utf-8", compression="none")
        index = index_of(source, plain, len(table.inputs)) if found else index
    for (_, kind), place in zip(found, index.at(source, offsets), strict=True):
        reason, sentence = STRUCTURAL.get(kind, OTHER)
        yield Reject(place.row, "", "", reason, sentence)
