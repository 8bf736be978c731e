"""What JSON bodies bring, and how times are written in answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any, TypeVar

from ..digests import ALGORITHMS, Digest, Hasher
from ..errors import Malformed

T = TypeVar("T")


def field(fields: Mapping[str, Any], name: str, kind: type[T], default: T | None = None) -> T:
    """Return the field `name`.

    Raises
    ------
    Malformed
        When it is not given and has no default, or is of another kind.
    """
    value = fields.get(name, default)
    if not isinstance(value, kind):
        raise Malformed(f"{name!r} must be given, as a {kind.__name__}.")
    return value


def count(fields: Mapping[str, Any], name: str) -> int:
    """Return the field `name`, a number of bytes or the like.

    Raises
    ------
    Malformed
        When it is none.
    """
    value = field(fields, name, int)
    if isinstance(value, bool) or not 0 <= value < 2**63:
        raise Malformed(f"{name!r} must be a whole number that is not negative.")
    return value


def names(fields: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the field `name`, a list of names; none when it is not given.

    Raises
    ------
    Malformed
        When it is something else.
    """
    values = field(fields, name, list, [])
    if not all(isinstance(value, str) for value in values):
        raise Malformed(f"{name!r} is a list of names.")
    return tuple(values)


def digest(fields: Mapping[str, Any], name: str) -> Digest:
    """Return the field `name`, a digest of a known algorithm.

    Raises
    ------
    Malformed
        When it is none, or has more or fewer bits than the algorithm makes.
    """
    try:
        found = Digest.parse(field(fields, name, str))
    except ValueError:
        raise Malformed(f"{name!r} is not written as RFC 9530 has it: md5=:<base64>:.") from None
    if found.algorithm not in ALGORITHMS:
        raise Malformed(f"This server knows {', '.join(ALGORITHMS)}, not {found.algorithm!r}.")
    if len(found.value) != len(Hasher(found.algorithm).digest.value):
        raise Malformed(f"{name!r} has not as many bits as {found.algorithm} makes.")
    return found


def as_iso(seconds: float) -> str:
    """Return a moment, given in seconds since 1970, as ISO 8601 in UTC."""
    moment = datetime.fromtimestamp(seconds, tz=timezone.utc)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
