"""Databases that lose something, or make it another: no import of theirs can be committed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyter_bigupload.errors import ImportDiffers
from jupyter_bigupload.operations.dolt.importing import writing

from .child import Child
from .steps import branches, made, states
from .there import load_rows, rows_of

LOSSES: dict[str, Callable[[list[Any]], list[Any]]] = {
    "a row is lost": lambda batch: batch[1:],
    "a row comes twice": lambda batch: [*batch, (99, "more")],
    "a value is another": lambda batch: [(batch[0][0], "another"), *batch[1:]],
    "a value is lost": lambda batch: [(batch[0][0], None), *batch[1:]],
}


def load_rows_with(path: Path, loss: str, **wanted: Any) -> None:
    """Import by a database that writes something else than it is told."""
    insert = writing.Writer._insert  # noqa: SLF001  # where the database would do that

    def lossy(self: writing.Writer, into: str, batch: Any, conflict: str) -> int:
        rows = LOSSES[loss](list(zip(*batch, strict=True)))
        insert(self, into, [*map(list, zip(*rows, strict=True))], conflict)
        return len(batch[0])

    writing.Writer._insert = lossy  # type: ignore[method-assign]  # noqa: SLF001
    try:
        load_rows(path, rows_of("id:int64 a:text", (5, "x"), (6, "y"), (7, "z")), **wanted)
    finally:
        writing.Writer._insert = insert  # type: ignore[method-assign]  # noqa: SLF001


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(
    "wanted",
    [
        {"table": "new"},
        {"table": "new", "key": ["id"]},
        {"mode": "append"},
        {"mode": "append", "table": "nokey"},
    ],
)
def test_a_database_that_loses_something_is_caught(
    there: Child, path: Path, loss: str, wanted: dict[str, Any]
) -> None:
    made(
        there,
        path,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)",
        "INSERT INTO t VALUES (1, 'x')",
        "CREATE TABLE nokey (id INTEGER, a TEXT)",
    )
    before = states(there, path)
    with pytest.raises(ImportDiffers):
        there(load_rows_with, path, loss, **wanted)
    assert states(there, path) == before
    assert branches(there, path) == ["main"]
