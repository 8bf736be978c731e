"""How each format becomes a relation of DuckDB's: SQL to select from, with the file's own columns."""

from __future__ import annotations

from .connection import Connection, DuckLimits, identifier, literal
from .csv import CsvText

__all__ = ["Connection", "CsvText", "DuckLimits", "identifier", "literal"]
