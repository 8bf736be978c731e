"""What JSON bodies bring, and how times are written in answers."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

from ...digests import ALGORITHMS, Digest, Hasher
from ...errors import Malformed
from ...uploads import Cursor, VerifiedPart

T = TypeVar("T")

#: Uploads on a page of the list: at most, and when nothing is asked for.
MOST_ON_PAGE, ON_PAGE = 1000, 500
#: Milliseconds before and after 1970 that JavaScript's `Date` reaches.
_LAST_DATE = 8_640_000_000_000_000

#: What a part is in JSON.
_PART = ("start", "end", "digest")

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_FIRST_SECOND = (datetime.min.replace(tzinfo=timezone.utc) - _EPOCH).total_seconds()
_LAST_SECOND = (datetime.max.replace(tzinfo=timezone.utc, microsecond=0) - _EPOCH).total_seconds()


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
    return whole(fields, name, 0, 2**63 - 1)


def optional_count(fields: Mapping[str, Any], name: str) -> int | None:
    """Return the field `name` as `count` does, or None where it is null.

    Raises
    ------
    Malformed
        When it is not given, or neither.
    """
    return None if name in fields and fields[name] is None else count(fields, name)


def whole(fields: Mapping[str, Any], name: str, least: int, most: int) -> int:
    """Return the field `name`, a whole number from `least` to `most`.

    Raises
    ------
    Malformed
        When it is none.
    """
    value = field(fields, name, int)
    if isinstance(value, bool) or not least <= value <= most:
        raise Malformed(f"{name!r} must be a whole number from {least} to {most}.")
    return value


def moment(fields: Mapping[str, Any], name: str) -> int | None:
    """Return the field `name`, milliseconds since 1970, or None when it is not given.

    Raises
    ------
    Malformed
        When it is none that a browser's `Date` can be.
    """
    return None if fields.get(name) is None else whole(fields, name, -_LAST_DATE, _LAST_DATE)


def page_limit(value: str) -> int:
    """Return how many items a page has, by the argument of a query.

    Raises
    ------
    Malformed
        When it is no number of items that a page may have.
    """
    if re.fullmatch(r"[1-9][0-9]{0,3}", value) and int(value) <= MOST_ON_PAGE:
        return int(value)
    raise Malformed(f"'limit' must be a whole number from 1 to {MOST_ON_PAGE}.")


def cursor(value: str) -> Cursor:
    """Return the place in the list of uploads that the argument of a query stands for.

    Raises
    ------
    Malformed
        When it is no `next` of a page.
    """
    try:
        return Cursor.parse(value)
    except ValueError:
        raise Malformed("'after' must be what a page had as 'next'.") from None


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


def parts(fields: Mapping[str, Any], name: str) -> list[VerifiedPart] | None:
    """Return the field `name`, a list of `[start, end, "<digest>"]`; None when it is not given.

    Raises
    ------
    Malformed
        When it is something else.
    """
    if fields.get(name) is None:
        return None
    found = []
    for part in field(fields, name, list):
        if not isinstance(part, list) or len(part) != len(_PART):
            raise Malformed(f"{name!r} is a list of [start, end, digest].")
        each = dict(zip(_PART, part, strict=True))
        found.append(VerifiedPart(count(each, "start"), count(each, "end"), digest(each, "digest")))
    return found


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
    if len(found.value) != _length(found.algorithm):
        raise Malformed(f"{name!r} has not as many bits as {found.algorithm} makes.")
    return found


@functools.cache
def _length(algorithm: str) -> int:
    """Return the bytes that an algorithm makes."""
    return len(Hasher(algorithm).digest.value)


def as_iso(seconds: float) -> str:
    """Return a moment, given in seconds since 1970, as ISO 8601 in UTC.

    Whatever time a clock gave can be shown: for what is no date, the nearest one.
    """
    known = 0.0 if math.isnan(seconds) else min(max(seconds, _FIRST_SECOND), _LAST_SECOND)
    at = _EPOCH + timedelta(seconds=math.floor(known))
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
