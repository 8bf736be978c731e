"""How each format becomes a relation of DuckDB's: SQL to select from, with the file's own columns."""

from __future__ import annotations

from .connection import Connection, DuckLimits, identifier, literal
from .csv import CsvText
from .formats import typed_table
from .typed import TYPED_DIALECT, TypedColumn, TypedTable, inputs_of

__all__ = [
    "TYPED_DIALECT",
    "Connection",
    "CsvText",
    "DuckLimits",
    "TypedColumn",
    "TypedTable",
    "identifier",
    "inputs_of",
    "literal",
    "typed_table",
]
