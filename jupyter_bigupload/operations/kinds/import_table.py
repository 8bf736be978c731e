"""Rows of a file that come into a database with a history, where they wait to be committed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ...destinations import HOME
from ...tables.recipe import parse
from ..dolt.database.library import load
from ..dolt.database.names import require_table
from ..dolt.database.place import database_file
from ..dolt.importing.importing import Room, import_rows, look_ahead
from ..dolt.importing.planning import Wanted
from ..dolt.importing.rows import RowColumn
from ..dolt.importing.sources import rows_of
from ..extras import needs
from ..job import Job
from ..kind import Kind
from ..model import NewOperation


def run(job: Job) -> Mapping[str, Any]:
    """Import, on a branch of its own."""
    load()  # before anything else can load sqlite3
    given = job.parameters
    recipe, wanted = parse(given["recipe"]), _wanted(given)
    with database_file(job.root, given["database"], makes=wanted.mode == "create") as database:
        if all(column.type != "as_is" for column in recipe.kept):
            look_ahead(database.path, wanted, [RowColumn(one.name, one.type) for one in recipe.kept])
        with rows_of(job, recipe) as rows:
            imported = import_rows(
                database.path,
                rows,
                wanted,
                job.operation.id,
                tell=job.progress,
                room=Room(job.limits.output, job.limits.min_free_space),
                created=database.created,
            )
            aside = rows.keep_aside()
    pending = imported.pending
    made = {"destination": HOME, "path": database.shown, "size": database.path.stat().st_size}
    return {
        "database": database.shown,
        "import": pending.import_id,
        "table": pending.table,
        "counts": asdict(pending.counts),
        "rows": pending.rows,
        "aside": aside,
        "checked": {**asdict(imported.checked), "digest": pending.digest},
        **({"made": made} if database.created else {}),
    }


def check(parameters: Mapping[str, Any]) -> None:
    """Check what the schema can't: the recipe, and that there can be such a table."""
    parse(parameters["recipe"])
    require_table(parameters["table"])


def _wanted(given: Mapping[str, Any]) -> Wanted:
    names = ("table", "mode", "key", "replace", "new_columns", "remove_missing")
    return Wanted(**{name: given[name] for name in names})


def _makes(new: NewOperation) -> tuple[str, str] | None:
    """Return where the database is, which may be made; None for what the schema refuses."""
    database = new.parameters.get("database")
    return (HOME, database) if isinstance(database, str) and database else None


KIND = Kind(
    name="import_table",
    title="Import into database",
    description="Loads the rows of a file into a table of a database with a history, to be looked at first.",
    parameters={
        "type": "object",
        "properties": {
            "recipe": {"type": "object", "title": "Recipe"},
            "database": {
                "type": "string",
                "title": "Database",
                "description": "A file of the home folder; it is made where there is none.",
                "minLength": 1,
                "maxLength": 4096,
            },
            "table": {"type": "string", "title": "Table", "minLength": 1, "maxLength": 255},
            "mode": {
                "type": "string",
                "title": "What becomes of the rows",
                "oneOf": [
                    {"const": "create", "title": "A new table"},
                    {"const": "append", "title": "Added to a table"},
                    {"const": "update", "title": "Added or changed, by the table's key"},
                ],
                "default": "create",
            },
            "key": {
                "type": "array",
                "title": "Key",
                "items": {"type": "string", "maxLength": 255},
                "maxItems": 32,
                "uniqueItems": True,
                "default": [],
            },
            "replace": {"type": "boolean", "title": "Replace a table of that name", "default": False},
            "new_columns": {
                "type": "string",
                "title": "Columns that the table has not",
                "oneOf": [
                    {"const": "fail", "title": "Stop"},
                    {"const": "add", "title": "Add them"},
                    {"const": "leave_out", "title": "Leave them out"},
                ],
                "default": "fail",
            },
            "remove_missing": {
                "type": "boolean",
                "title": "Remove rows that are not in the file",
                "default": False,
            },
            "rejects": {
                "type": "string",
                "title": "Rows that do not fit",
                "oneOf": [{"const": "aside", "title": "Keep them aside"}, {"const": "fail", "title": "Stop"}],
                "default": "aside",
            },
        },
        "required": ["recipe", "database", "table"],
        "additionalProperties": False,
    },
    makes=_makes,
    offered=False,
    missing=needs("dolt"),
    check=check,
    run=run,
)
