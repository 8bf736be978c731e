"""Copies and moves whose workers are killed: what there is of them afterwards is whole, or not there."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import httpx

from tests.http.operations import begin
from tests.http.site import PART
from tests.support.object_stores import SeaweedFS

#: Folders that copies go to.
_FOLDERS = 4
#: What the home folder has of it.
NAMES = {"tree", "file.bin", "copies", "moves"}


@dataclass(frozen=True)
class Bucket:
    """A bucket, and the destination of the server that it is."""

    store: SeaweedFS
    name: str
    destination: str


class KilledCopies:
    """Copies of a file to a bucket and of a folder within the home folder, and moves to the bucket."""

    def __init__(self, root: Path, bucket: Bucket, random: Random) -> None:
        self._root = root
        self._bucket = bucket
        self._file = random.randbytes(12 * PART + 1)
        self._tree = {f"{number % 7}/f{number}": random.randbytes(number * 100) for number in range(1500)}
        self._tree["large"] = random.randbytes(30 * 2**20)
        for name, content in self._tree.items():
            (root / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
            (root / "tree" / name).write_bytes(content)
        (root / "file.bin").write_bytes(self._file)
        #: Names of what was to be moved since all was looked at.
        self._moving: set[str] = set()
        self._make_folders()

    def begin(self, client: httpx.Client, kind: str, number: int) -> Any:
        """Start an operation, of which there is one with this number."""
        to = self._bucket.destination
        if kind == "copy folder":
            return begin(client, "copy", "tree", parameters={"folder": f"copies/{number}"})
        if kind == "copy":
            return begin(client, "copy", "file.bin", parameters={"to": to, "folder": str(number)})
        path = f"moves/{number}.bin"
        (self._root / path).write_bytes(self._file)
        self._moving.add(f"{number}.bin")
        return begin(client, "move", path, parameters={"to": to, "folder": "moved"})

    def judge_one(self, operation: Mapping[str, Any]) -> list[str]:
        """Return what is wrong about one that is done."""
        metadata, made = operation["metadata"], operation["response"]["made"]
        if metadata["path"] == "tree":
            found = {name: path.read_bytes() for name, path in _shown(self._root / made["path"]).items()}
            return [] if found == self._tree else [f"copied in part: {operation}"]
        wrong = []
        if self._bucket.store.read(self._bucket.name, made["path"]) != self._file:
            wrong.append(f"another copy: {operation}")
        if metadata["kind"] == "move" and (self._root / metadata["path"]).exists():
            wrong.append(f"moved, and still there: {operation}")
        return wrong

    def judge_all(self) -> list[str]:
        """Return what is wrong about anything that is there, and remove it."""
        store, bucket = self._bucket.store, self._bucket.name
        wrong = [f"unfinished: {key}" for key in store.unfinished(bucket)]
        for name, path in {**_shown(self._root / "copies"), **_shown(self._root / "moves")}.items():
            if path.read_bytes() != self._tree.get(name.partition("/tree/")[2], self._file):
                wrong.append(f"a part of a file: {path}")
        wrong += [f"hidden: {path}" for path in (self._root / "copies").rglob(".*")]
        moved = {path.name for path in (self._root / "moves").iterdir()}
        for one in store.client.list_objects_v2(Bucket=bucket).get("Contents", []):
            if store.read(bucket, one["Key"]) != self._file:
                wrong.append(f"a part of an object: {one['Key']}")
            moved.add(one["Key"].rpartition("/")[2])
            store.client.delete_object(Bucket=bucket, Key=one["Key"])
        wrong += [f"lost: {name}" for name in self._moving - moved]
        self._moving.clear()
        self._make_folders()
        return wrong

    def _make_folders(self) -> None:
        for name in ("copies", "moves"):
            shutil.rmtree(self._root / name, ignore_errors=True)
        for number in range(_FOLDERS):
            (self._root / f"copies/{number}").mkdir(parents=True)
        (self._root / "moves").mkdir()


def _shown(folder: Path) -> dict[str, Path]:
    return {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
