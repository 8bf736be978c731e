"""Structured fields (RFC 9651). One that is not what the draft says is ignored as a whole, as it wants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import http_sf
from tornado.httputil import HTTPHeaders

from ...digests import ALGORITHMS


def integer(headers: HTTPHeaders, name: str) -> int | None:
    """Return the integer that a header has, 0 or more; None when it has none, or is not there."""
    value = _item(headers, name)
    return value if type(value) is int and value >= 0 else None


def boolean(headers: HTTPHeaders, name: str) -> bool | None:
    """Return the boolean that a header has; None when it has none, or is not there."""
    value = _item(headers, name)
    return value if isinstance(value, bool) else None


def as_boolean(value: bool) -> str:  # noqa: FBT001  # it is what is written
    """Return how a header says `value`."""
    return http_sf.ser((value, {}))


def as_limits(limits: Mapping[str, int]) -> str:
    """Return how `Upload-Limit` says what is allowed."""
    return http_sf.ser({name: (limit, {}) for name, limit in limits.items()})


def wanted_algorithm(headers: HTTPHeaders, name: str) -> str | None:
    """Return the known algorithm that `Want-Repr-Digest`, or its like, prefers (RFC 9530, section 4)."""
    wanted = _parsed(headers, name, "dictionary") or {}
    weights = {
        algorithm: weight
        for algorithm, (weight, _) in wanted.items()
        if algorithm in ALGORITHMS and type(weight) is int and weight > 0
    }
    return max(weights, key=lambda algorithm: weights[algorithm], default=None)


def _item(headers: HTTPHeaders, name: str) -> object:
    parsed = _parsed(headers, name, "item")
    return None if parsed is None else parsed[0]


def _parsed(headers: HTTPHeaders, name: str, kind: Literal["dictionary", "item"]) -> Any:
    if name not in headers:
        return None
    try:
        return http_sf.parse(headers[name].encode("latin-1"), tltype=kind)
    except ValueError:
        return None
