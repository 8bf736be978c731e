"""Types of values that consist of others, or that text has in no way of its own."""

from __future__ import annotations

_WITHOUT_TEXT = {"BLOB", "INTERVAL", "BIT", "TIME WITH TIME ZONE"}


def is_nested(native: str) -> bool:
    """Return whether values of a type of DuckDB's consist of others."""
    return native.endswith("]") or native.startswith(("STRUCT(", "MAP(", "UNION(")) or native == "VARIANT"


def is_plain(native: str) -> bool:
    """Return whether the text of a value of a type is read back as the same."""
    return native not in _WITHOUT_TEXT


def as_text(native: str, value: str) -> str:
    """Return SQL of the text of a value; what is nested becomes JSON."""
    if is_nested(native):
        return f"CAST(to_json({value}) AS VARCHAR)"
    return f"CAST({value} AS VARCHAR)"
