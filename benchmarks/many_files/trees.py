"""The folders that are uploaded, and how it is seen that they have arrived."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ..buckets.store import Bucket

_READERS = 8
_NAMED = 5
"""Most files that an error names."""


@dataclass(frozen=True)
class Tree:
    """Files of random bytes, all of one size, in folders of one folder or right in it."""

    path: Path
    """The folder that holds them all."""
    names: tuple[str, ...]
    """Their paths below it, with `/`."""
    size: int
    """Bytes of each."""

    @property
    def name(self) -> str:
        """What the folder is called, here and there."""
        return self.path.name

    @property
    def count(self) -> int:
        """How many files there are."""
        return len(self.names)

    @property
    def bytes(self) -> int:
        """Of all of them."""
        return self.count * self.size

    @property
    def files(self) -> list[Path]:
        """Return where they are."""
        return [self.path / name for name in self.names]


def create_tree(path: Path, count: int, size: int, *, folders: int = 0) -> Tree:
    """Make the folder `path` with `count` files of `size` bytes, in so many `folders`."""
    path.mkdir()
    names = [f"{number:06}.bin" for number in range(count)]
    if folders:
        in_each = -(-count // folders)
        names = [f"{number // in_each:03}/{name}" for number, name in enumerate(names)]
    for name in names:
        file = path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(os.urandom(size))
    return Tree(path=path, names=tuple(names), size=size)


def check_folder(landed: Path, tree: Tree) -> None:
    """See that a folder has every file, whole, and no other, hidden ones included."""
    found = {
        str(Path(folder, name).relative_to(landed)) for folder, _, names in os.walk(landed) for name in names
    }
    _check(tree, found, lambda name: (landed / name).read_bytes(), threads=1)


def check_bucket(bucket: Bucket, tree: Tree) -> None:
    """See that a bucket has every file below the folder's name, whole, and no other."""
    client, above = bucket.store.client, f"{tree.name}/"
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket.name)
    keys: Mapping[str, str] = {
        one["Key"].removeprefix(above): one["Key"] for page in pages for one in page.get("Contents", [])
    }
    _check(
        tree,
        keys,
        lambda name: client.get_object(Bucket=bucket.name, Key=keys[name])["Body"].read(),
        threads=_READERS,
    )


def _check(tree: Tree, found: Iterable[str], read: Callable[[str], bytes], *, threads: int) -> None:
    sent, there = set(tree.names), set(found)
    for what, names in (("missing", sent - there), ("there, and were never sent", there - sent)):
        if names:
            raise RuntimeError(f"{len(names)} of {tree.count} are {what}: {sorted(names)[:_NAMED]}")
    with ThreadPoolExecutor(threads) as readers:
        same = readers.map(lambda name: read(name) == (tree.path / name).read_bytes(), tree.names)
        broken = [name for name, is_same in zip(tree.names, same, strict=True) if not is_same]
    if broken:
        raise RuntimeError(f"{len(broken)} of {tree.count} are not what was sent: {broken[:_NAMED]}")
