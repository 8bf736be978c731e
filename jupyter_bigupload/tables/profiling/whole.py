"""The profile of all rows of a file: exact, but for the number of distinct values, and in bounded memory."""

from __future__ import annotations

from typing import Any

from ..checking import Conversion
from ..converting.counting import structural_count
from ..converting.rejects import placed
from ..converting.running import Progress, Stages, run
from ..converting.table import Table, open_table
from ..reading import Connection, DuckLimits
from ..recipe import Recipe
from ..source import Source
from .columns import FEW_ROWS, LONGEST, Looked, profile_of

#: Rejects that are told.
_TOLD = 100
_SHARES = {"rows": 20, "values": 75, "rejects": 5}


def profile(
    source: Source,
    recipe: Recipe,
    progress: Progress = lambda done, total: None,
    limits: DuckLimits | None = None,
) -> dict[str, Any]:
    """Return what is in all rows, as the wire has it: `rows`, `columns` and `rejects`.

    The file is read once by our own scanner, and twice by DuckDB for every 40 columns; once more where
    something does not fit.

    Parameters
    ----------
    progress : Progress
        Called often with bytes done of all; what it raises ends the work.

    Raises
    ------
    Malformed
        When a column's format can't be one of its type.
    NotATable, NoSpace, StorageFailed, MemoryError
    """
    stages = Stages(progress, source.size, _SHARES)
    with Connection(limits) as connection:
        table = open_table(connection, source, recipe, stages.step("rows"))
        looked = [_looked(number, made) for number, made in enumerate(table.conversions)]
        tell = stages.step("values")

        def ask(query: str, part: tuple[int, int] | None = None) -> list[tuple[Any, ...]]:
            if part is None:
                return connection.rows(query)
            number, parts = part
            return run(connection, query, lambda done, total: tell(number * total + done, parts * total))

        columns = profile_of(ask, table.checked, looked, is_small=table.rows <= FEW_ROWS)
        structural = structural_count(connection) if table.csv else table.rows_aside
        rejected = sum(column["rejects"] for column in columns) + structural
        first = _first(connection, table, stages.step("rejects")) if rejected else []
        progress(source.size, source.size)
    named = [{"name": one.name, **found} for one, found in zip(table.columns, columns, strict=True)]
    return {
        "rows": table.rows,
        "columns": named,
        "rejects": {
            "count": rejected,
            "structural": structural,
            "by_column": {one["name"]: one["rejects"] for one in named if one["rejects"]},
            "first": first,
        },
    }


def _looked(number: int, made: Conversion) -> Looked:
    if made.fits == "true":
        return Looked(made.native, f"v{number}")
    return Looked(made.native, f"CASE WHEN f{number} THEN v{number} END", f"f{number}")


def _first(connection: Connection, table: Table, progress: Progress) -> list[dict[str, Any]]:
    """Return the first of what does not fit, in the order of the file."""
    progress(0, 1)
    found = placed(connection, table, _TOLD)
    made = [
        {
            "line": line,
            "byte": byte if byte != "" else None,
            "column": reject.column or None,
            "text": (reject.text if reject.column else row)[:LONGEST],
            "reason": reject.reason,
            "message": reject.message,
        }
        for reject, line, byte, row in found
    ]
    progress(1, 1)
    return made
