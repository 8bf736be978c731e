"""Conversions of tables whose workers are killed: under a name there is a whole table, or nothing."""

from __future__ import annotations

import io
import shutil
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pyarrow.parquet

from tests.http.operations import begin

from .killed_copies import Bucket

#: Rows of the table, and how many of them do not fit.
_ROWS, _REJECTS = 400_000, 3
#: What the home folder has of it.
NAMES = {"numbers.csv", "tables"}
_RECIPE = {
    "format": "csv",
    "columns": [
        {"source": "n", "type": "int64"},
        {"source": "square", "type": "int64"},
        {"source": "text", "type": "text"},
    ],
}


class KilledTables:
    """Conversions to Parquet, in the home folder and into a bucket, in one file and in several."""

    def __init__(self, root: Path, bucket: Bucket, random: Random) -> None:
        self._root = root
        self._bucket = bucket
        self._random = random
        rows = [f"{n},{n * n},row {n}\n" for n in range(_ROWS - _REJECTS)]
        rows[100:100] = [f"{n}.5,0,half\n" for n in range(_REJECTS)]
        (root / "numbers.csv").write_text("n,square,text\n" + "".join(rows))
        self._make_folder()

    def begin(self, client: httpx.Client, number: int) -> Any:
        """Start a conversion."""
        parameters = {
            "recipe": _RECIPE,
            "name": f"{number}.parquet",
            "folder": "tables",
            "to": self._random.choice(["home", "home", self._bucket.destination]),
            "on_conflict": self._random.choice(["fail", "rename", "replace"]),
        }
        return begin(client, "convert_table", "numbers.csv", parameters=parameters)

    def judge_one(self, operation: Mapping[str, Any]) -> list[str]:
        """Return what is wrong about one that is done."""
        response = operation["response"]
        checked = {"rows_in": _ROWS, "rows_out": _ROWS - _REJECTS, "rejects": _REJECTS}
        wrong = [] if response["checked"] == checked else [f"another count: {operation}"]
        made, aside = response["made"], response["aside"]
        if not _is_whole(self._read(made)):
            wrong.append(f"in part: {operation}")
        if self._read(aside).count(b"half") < _REJECTS:
            wrong.append(f"without its rejects: {operation}")
        return wrong

    def judge_all(self) -> list[str]:
        """Return what is wrong about anything that is there, and remove it."""
        store, bucket = self._bucket.store, self._bucket.name
        found = {path.name: path.read_bytes() for path in (self._root / "tables").iterdir()}
        for one in store.client.list_objects_v2(Bucket=bucket, Prefix="tables/").get("Contents", []):
            found[one["Key"]] = store.read(bucket, one["Key"])
            store.client.delete_object(Bucket=bucket, Key=one["Key"])
        wrong = [
            f"a part of a table: {name}"
            for name, data in found.items()
            if not (name.endswith(".csv") or _is_whole(data))
        ]
        wrong += [f"hidden: {name}" for name in found if name.startswith(".")]
        self._make_folder()
        return wrong

    def _read(self, place: Mapping[str, Any]) -> bytes:
        if place["destination"] == "home":
            path = self._root / str(place["path"])
            return path.read_bytes()
        data: bytes = self._bucket.store.read(self._bucket.name, place["path"])
        return data

    def _make_folder(self) -> None:
        shutil.rmtree(self._root / "tables", ignore_errors=True)
        (self._root / "tables").mkdir()


def _is_whole(data: bytes) -> bool:
    table = pyarrow.parquet.read_table(io.BytesIO(data)).to_pydict()
    numbers = list(range(_ROWS - _REJECTS))
    return bool(table["n"] == numbers and table["square"] == [n * n for n in numbers])
