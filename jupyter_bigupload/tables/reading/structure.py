"""Rows that are none of the table, as DuckDB says it and as we do."""

from __future__ import annotations

from collections.abc import Mapping

#: DuckDB's errors, with our codes and sentences for people.
STRUCTURAL: Mapping[str, tuple[str, str]] = {
    "TOO MANY COLUMNS": ("too_many_fields", "The row has more fields than the table has columns."),
    "MISSING COLUMNS": ("too_few_fields", "The row has fewer fields than the table has columns."),
    "INVALID ENCODING": ("not_its_encoding", "This is no text in the encoding of the file."),
    "UNQUOTED VALUE": ("open_quote", "A quote is not closed, or something follows it."),
    "LINE SIZE OVER MAXIMUM": ("too_long", "The row is longer than any that is read."),
}
#: What else there may be.
OTHER = ("not_a_row", "This is no row of the table.")
#: Our own codes, where rows are read by us.
SENTENCES: Mapping[str, str] = {
    **dict(STRUCTURAL.values()),
    "not_json": "This is no JSON.",
    "not_an_object": "This is JSON, but no object.",
    "duplicate_key": "The object has a key twice.",
    "unknown_key": "The object has a key that is none of the table's columns.",
    "too_deep": "Its values are nested too deeply.",
}
