"""The kinds of operations: each module in this folder is one, and says so in its `KIND`."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from ..kind import Kind


@functools.cache
def kinds() -> Mapping[str, Kind]:
    """Return all kinds by their names."""
    found: dict[str, Kind] = {}
    for module in pkgutil.iter_modules(__path__):
        kind = importlib.import_module(f"{__name__}.{module.name}").KIND
        found[kind.name] = kind
    return MappingProxyType(found)
