"""What clients say of files and folders, item by item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...digests import Digest
from ...errors import Malformed
from ...stores.base import OnConflict
from ...stores.many import KnownFile
from ...uploads import BatchFile, SentFile
from ..parsing.fields import count, digest, field, moment
from ..uploads import parse_on_conflict


def new_file(item: object) -> BatchFile:
    """Return the file of a batch that an item of its manifest describes.

    Raises
    ------
    Malformed
        When it describes none.
    """
    fields = _object(item)
    return BatchFile(
        path=field(fields, "path", str),
        size=count(fields, "size"),
        digest=_digest(fields),
        on_conflict=parse_on_conflict(field(fields, "on_conflict", str, OnConflict.FAIL.value)),
        last_modified=moment(fields, "last_modified"),
    )


def known_file(item: object) -> KnownFile:
    """Return the file that an item describes.

    Raises
    ------
    Malformed
        When it describes none.
    """
    fields = _object(item)
    return KnownFile(field(fields, "path", str), count(fields, "size"), _digest(fields))


def sent_file(item: object) -> KnownFile:
    """Return the file that an item describes, with a digest.

    Raises
    ------
    Malformed
        When it describes none.
    """
    fields = _object(item)
    return KnownFile(field(fields, "path", str), count(fields, "size"), digest(fields, "digest"))


def signed_file(item: object) -> SentFile:
    """Return the file that an item describes as one that was signed.

    Raises
    ------
    Malformed
        When it describes none.
    """
    return SentFile(field(_object(item), "id", str), new_file(item))


def folder(item: object) -> str:
    """Return the path that an item is.

    Raises
    ------
    Malformed
        When it is none.
    """
    if not isinstance(item, str):
        raise Malformed("'folders' is a list of paths.")
    return item


def _object(item: object) -> Mapping[str, Any]:
    if not isinstance(item, dict):
        raise Malformed("'files' is a list of objects.")
    return item


def _digest(fields: Mapping[str, Any]) -> Digest | None:
    return digest(fields, "digest") if fields.get("digest") else None
