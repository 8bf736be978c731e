"""What only some need, and has to be installed: `pip install 'jupyter_bigupload[tables]'`."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping, Sequence

from ..errors import ExtraMissing

#: The modules of each extra.
_MODULES: Mapping[str, Sequence[str]] = {
    "tables": ("duckdb", "pyarrow", "fsspec", "openpyxl"),
    "dolt": ("doltlite", "duckdb", "pyarrow", "fsspec"),
}


def missing(extra: str) -> str | None:
    """Return what pip is to install; None when it is there."""
    if all(importlib.util.find_spec(module) for module in _MODULES[extra]):
        return None
    wanted = "tables,dolt" if extra == "dolt" else extra
    return f"'jupyter_bigupload[{wanted}]'"


def needs(extra: str) -> Callable[[], str | None]:
    """Return what a `Kind` asks for what is missing."""
    return lambda: missing(extra)


def require(extra: str) -> None:
    """Return when it is installed.

    Raises
    ------
    ExtraMissing
        When it isn't; its `install` says how it is.
    """
    wanted = missing(extra)
    if wanted is not None:
        install = f"pip install {wanted}"
        raise ExtraMissing(f"The server needs more for this: {install}", install=install)
