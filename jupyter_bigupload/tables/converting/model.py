"""What is made of a table, and what is said about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path


class Target(str, Enum):
    """What a table becomes."""

    PARQUET = "parquet"
    CSV = "csv"
    JSON_LINES = "json_lines"
    ARROW = "arrow"
    DUCKDB = "duckdb"


@dataclass(frozen=True)
class Options:
    """How it is made.

    Parameters
    ----------
    target : Target
        What.
    partition_by : Sequence[str]
        Columns of the table whose values become folders; the target is one too then. Not of Arrow and DuckDB.
    aside : Path or None
        A file for the rows that are not kept, made where there are any; None where they are to make it fail.
    table : str
        Its name in a database.
    """

    target: Target = Target.PARQUET
    partition_by: Sequence[str] = ()
    aside: Path | None = None
    table: str = "table"


@dataclass(frozen=True)
class Checked:
    """What was counted: `rows_in`, by our own scanner, is `rows_out` and `rejects` together."""

    rows_in: int
    rows_out: int
    rejects: int


@dataclass(frozen=True)
class Converted:
    """What was made, and how it was checked.

    Parameters
    ----------
    rows : int
        In what was made.
    rejected : int
        Rows that are aside.
    nulled : Mapping[str, int]
        Texts that became null, of each column that has some.
    aside : Path or None
        The file of what did not fit, if anything did not.
    digest : str
        Of all values: those that the text's pass had, and those that were read back.
    seconds, processor : Mapping[str, float]
        What each step took, and seconds of processors.
    """

    rows: int
    rejected: int
    nulled: Mapping[str, int]
    aside: Path | None
    checked: Checked
    digest: str
    seconds: Mapping[str, float] = field(default_factory=dict)
    processor: Mapping[str, float] = field(default_factory=dict)
