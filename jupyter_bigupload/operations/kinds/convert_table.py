"""A table in another format."""

from __future__ import annotations

from ..copying.target import WHERE
from ..extras import needs
from ..kind import Kind
from ..tables.convert import run, target_of
from ..tables.work import RECIPE, check_recipe

KIND = Kind(
    name="convert_table",
    title="Convert table",
    description="Makes Parquet, CSV, JSON lines, Arrow or a DuckDB database of a table; nothing is lost.",
    parameters={
        "type": "object",
        "properties": {
            "recipe": RECIPE,
            "format": {
                "type": "string",
                "title": "Format",
                "enum": ["parquet", "csv", "json_lines", "arrow", "duckdb"],
                "default": "parquet",
            },
            **WHERE,
            "name": {
                "type": "string",
                "title": "Name",
                "format": "name",
                "pattern": "^[^/]+$",
                "maxLength": 255,
            },
            "partition_by": {
                "type": "array",
                "title": "Divide into folders by",
                "items": {"type": "string"},
                "maxItems": 8,
                "uniqueItems": True,
                "default": [],
            },
            "on_conflict": {
                "type": "string",
                "title": "If there is one of that name",
                "oneOf": [
                    {"const": "rename", "title": "Keep both"},
                    {"const": "replace", "title": "Replace it"},
                    {"const": "fail", "title": "Stop"},
                ],
                "default": "rename",
            },
            "rejects": {
                "type": "string",
                "title": "Rows that do not fit",
                "oneOf": [
                    {"const": "aside", "title": "Keep them in a file beside"},
                    {"const": "fail", "title": "Stop"},
                ],
                "default": "aside",
            },
        },
        "required": ["recipe", "name"],
        "additionalProperties": False,
    },
    takes="any",
    makes=target_of,
    offered=False,
    missing=needs("tables"),
    check=check_recipe,
    run=run,
)
