"""Disks that are full, before the first row or in the middle: the database stays at its commits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_bigupload.errors import NoSpace, TooLarge
from jupyter_bigupload.operations.dolt.importing.importing import Room, import_rows
from jupyter_bigupload.operations.dolt.importing.planning import Wanted
from tests.support.small_disk import small_disk

from .child import Child
from .steps import branches, commit, made, states
from .there import IDS, load_rows, rows_of, silent, sql

_SIZE = 6 * 2**20
_TYPES = "id:int64 a:text"


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """Where a database may be made on a disk of a few MiB."""
    with small_disk(tmp_path / "small", _SIZE) as folder:
        yield folder / "data.db"


@pytest.mark.parametrize("order", ["by key", "another"])
@pytest.mark.parametrize("mode", ["create", "append", "update"])
def test_a_disk_that_fills_up_changes_nothing(there: Child, path: Path, order: str, mode: str) -> None:
    made(there, path, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)", "INSERT INTO t VALUES (-1, 'x')")
    before = states(there, path)
    rows: list[Any] = [(number, f"{number * 2**31:060}") for number in range(200_000)]
    if order != "by key":
        rows.reverse()
    more: dict[str, Any] = {"table": "new", "key": ["id"]} if mode == "create" else {}
    with pytest.raises(NoSpace):
        there(load_rows, path, rows_of(_TYPES, *rows), mode=mode, **more)
    assert states(there, path) == before
    assert branches(there, path) == ["main"]
    assert there(sql, path, "PRAGMA integrity_check") == [("ok",)]
    there(load_rows, path, rows_of(_TYPES, *rows[:100]), IDS[2], mode=mode, **more)
    commit(there, path, IDS[2])
    assert path.stat().st_size < _SIZE // 4


def load_within(path: Path, room: Room, count: int) -> None:
    """Import so many rows, within some room."""
    rows: list[Any] = [(number, f"{number * 2**31:060}") for number in range(count)]
    import_rows(path, rows_of(_TYPES, *rows), Wanted("t", "append"), IDS[1], tell=silent, room=room)


@pytest.mark.parametrize(
    ("room", "error"), [(Room(output=100_000), TooLarge), (Room(min_free=4 * 2**20), NoSpace)]
)
def test_limits_of_the_server_change_nothing_either(
    there: Child, path: Path, tmp_path: Path, room: Room, error: type[Exception]
) -> None:
    path = tmp_path / "data.db" if error is TooLarge else path
    made(there, path, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)", "INSERT INTO t VALUES (-1, 'x')")
    before = states(there, path)
    with pytest.raises(error):
        there(load_within, path, room, 30_000)
    assert states(there, path) == before
    assert branches(there, path) == ["main"]
    there(load_within, path, room, 100)
