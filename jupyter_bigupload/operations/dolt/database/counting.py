"""How many rows of a table differ between two commits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .database import Database, opened


@dataclass(frozen=True)
class Counts:
    """What a diff has, in rows."""

    added: int = 0
    removed: int = 0
    modified: int = 0


def counted(path: Path, table: str, before: str, after: str) -> tuple[Counts, int]:
    """Return what differs between two commits, and how many rows do not.

    Parameters
    ----------
    table : str
        Its name as it was made.
    """
    with opened(path, before) as older, opened(path, after) as newer:
        return counted_between(older, newer, table, (before, after))


def counted_between(
    older: Database, newer: Database, table: str, commits: tuple[str, str]
) -> tuple[Counts, int]:
    """Do as `counted`, by connections at the two commits."""
    there = older.table(table) is not None, newer.table(table) is not None
    if all(there) and _key(older, table) != _key(newer, table):
        # Rows of another key are others, and are so in doltlite's diff of them. What it counts is nothing.
        return Counts(added=newer.count(table), removed=older.count(table)), 0
    return counted_at(newer, table, commits) or (Counts(), newer.count(table) if there[1] else 0)


def counted_at(database: Database, table: str, commits: tuple[str, str]) -> tuple[Counts, int] | None:
    """Return what differs in a table whose key is the same in both commits; None where nothing does."""
    found = database.rows(
        "SELECT rows_added, rows_deleted, rows_modified, rows_unmodified"
        " FROM dolt_diff_stat(?, ?) WHERE table_name = ?",
        *commits,
        table,
    )
    if not found:
        return None
    added, removed, modified, unmodified = found[0]
    return Counts(added, removed, modified), unmodified


def _key(database: Database, table: str) -> list[tuple[int, str]]:
    return sorted((column.key, column.name) for column in database.columns(table) if column.key)
