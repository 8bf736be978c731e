"""A file from a link, without a way over the person's own machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..fetching import resolve
from ..kind import Kind
from ..links import fetch
from ..links.fetch import target, wanted_checksum, wanted_name
from ..model import NewOperation


def check(parameters: Mapping[str, Any]) -> None:
    """Check what the schema can't: that the link and the checksum are some."""
    resolve(parameters["url"])
    wanted_checksum(parameters)


def makes(new: NewOperation) -> tuple[str, str]:
    """Return the path of the file, or its folder's as long as only the site knows its name."""
    name = wanted_name(new)
    return new.destination, target(new, name) if name else new.path


KIND = Kind(
    name="fetch",
    title="Fetch from link",
    description="Saves the file that a link leads to, also on Zenodo, Hugging Face, or in a public bucket.",
    parameters={
        "type": "object",
        "properties": {
            "url": {
                "type": "string",
                "format": "uri",
                "title": "Link",
                "description": "https://… or s3://bucket/key",
                "minLength": 1,
                "maxLength": 8192,
            },
            "name": {
                "type": "string",
                "title": "Name",
                "description": "By default that which the site gives.",
                "pattern": "^[^/]*$",
                "maxLength": 255,
            },
            "checksum": {
                "type": "string",
                "title": "Checksum",
                "description": "MD5 or SHA-256 of the file, as its site prints it. Another file is not kept.",
                "maxLength": 1024,
            },
            "on_conflict": {
                "type": "string",
                "title": "If there is a file of that name",
                "oneOf": [
                    {"const": "rename", "title": "Keep both"},
                    {"const": "replace", "title": "Replace it"},
                    {"const": "fail", "title": "Stop"},
                ],
                "default": "rename",
            },
        },
        "required": ["url"],
        "additionalProperties": False,
    },
    takes="nothing",
    makes=makes,
    check=check,
    run=fetch,
)
