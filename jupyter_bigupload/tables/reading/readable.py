"""DuckDB's errors about files."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ...errors import NotATable


@contextlib.contextmanager
def readable(what: str) -> Iterator[None]:
    """Turn DuckDB's errors about a damaged file into ours."""
    import duckdb  # noqa: PLC0415  # an extra

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise MemoryError(str(error)) from error
    except duckdb.Error as error:
        raise NotATable(f"The {what} is damaged, or not all of it is there.") from error
