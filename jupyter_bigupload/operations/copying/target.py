"""Where a copy goes, by what was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...destinations import HOME
from ...errors import Malformed
from ...stores.base import OnConflict
from ..model import NewOperation

#: Where to, as JSON Schema: a destination, and a folder there.
WHERE: Mapping[str, Any] = {
    "to": {
        "type": "string",
        "title": "Destination",
        "format": "destination",
        "default": HOME,
        "maxLength": 256,
    },
    "folder": {
        "type": "string",
        "title": "Folder",
        "description": "The folder there into which it goes; empty for the destination itself.",
        "format": "folder",
        "default": "",
        "maxLength": 4096,
    },
}
_ON_CONFLICT: Mapping[str, Any] = {
    "on_conflict": {
        "type": "string",
        "title": "If there is another file of that name",
        "description": "A file that is there already, with the same bytes, is not copied again.",
        "oneOf": [
            {"const": "fail", "title": "Stop"},
            {"const": "rename", "title": "Keep both"},
            {"const": "replace", "title": "Replace"},
        ],
        "default": "fail",
    },
}
#: Where to, and what to do with names that are taken, as JSON Schema.
PARAMETERS: Mapping[str, Any] = {
    "type": "object",
    "properties": {**WHERE, **_ON_CONFLICT},
    "additionalProperties": False,
}


def wanted(new: NewOperation) -> tuple[tuple[str, str], OnConflict]:
    """Return destination and path of the copy, and what to do with names that are taken.

    Raises
    ------
    Malformed
        For what the schema refuses.
    """
    to = copy_target(new)
    if to is None:
        raise Malformed("There is no such target.")
    return to, OnConflict(new.parameters["on_conflict"])


def copy_target(new: NewOperation) -> tuple[str, str] | None:
    """Return destination and path of the copy; None for what the schema refuses."""
    to, folder = new.parameters.get("to", HOME), new.parameters.get("folder", "")
    if not isinstance(to, str) or not isinstance(folder, str):
        return None
    name = new.path.rstrip("/").rpartition("/")[2]
    folder = folder.removesuffix("/")
    return to, f"{folder}/{name}" if folder else name
