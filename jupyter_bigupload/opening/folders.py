"""What a folder is, going by a few names in it: never by all of them, and never by its own alone.

Folders of the home folder and prefixes of a bucket are looked at alike: a page of names, the size of a file
whose name is known, and the text of a small one.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..stores.base import Store
from ..stores.listing import Objects
from .formats import Format

#: Names that are looked at in one folder.
MOST_NAMES = 1000
#: Partitions in partitions. Nobody has that many.
_DEEPEST = 8
#: Arrays of a Zarr group that are looked at: what wrote one of them wrote the others.
_ARRAYS = 3
#: Bytes of text that are read. What is longer describes a whole group.
_LONGEST = 2**20
_PARQUET = ".parquet"
#: Files that describe all others of a dataset, whatever the folders between them are called.
_OF_DATASET = {"_metadata", "_common_metadata"}
_ZARR_3 = 3


@dataclass(frozen=True)
class Names:
    """What is right below a folder, in any order.

    Parameters
    ----------
    complete : bool
        Whether there is nothing else.
    """

    files: Sequence[str]
    folders: Sequence[str]
    complete: bool


#: Looks into the folder at a path from the root of its destination.
NamesIn = Callable[[str], Awaitable[Names]]


def names_in_bucket(objects: Objects) -> NamesIn:
    """Return what looks below a prefix."""

    async def names_in(path: str) -> Names:
        prefix = f"{path}/"
        page = await objects.list(prefix)
        folders = [one.removeprefix(prefix).rstrip("/") for one in page.prefixes]
        return Names([one.path.removeprefix(prefix) for one in page.objects], folders, page.next_page is None)

    return names_in


async def format_of(path: str, names_in: NamesIn, store: Store) -> Format | None:
    """Return what the folder at `path` is; None for one that nothing reads as a whole.

    Raises
    ------
    BigUploadError
        When the store can't be looked at.
    """
    names = await names_in(path)
    return await _zarr(path, names, store) or await _parquet(path, names, names_in)


@dataclass(frozen=True)
class _Node:
    """An array or a group of a Zarr store, and whether its dimensions have names."""

    array: bool
    labelled: bool = True


async def _zarr(path: str, names: Names, store: Store) -> Format | None:
    for version in (_node_3, _node_2):
        read = _Reader(store, names)
        root = await version(path, read)
        if root is None:
            continue
        if root.array:
            return Format.ZARR_ARRAY
        children = sorted(_visible(names.folders))[:_ARRAYS]
        found = await asyncio.gather(*(version(f"{path}/{name}", _Reader(store)) for name in children))
        return Format.ZARR if all(one is None or one.labelled for one in found) else Format.ZARR_GROUP
    return None


async def _node_3(path: str, read: _Reader) -> _Node | None:
    """Return what is at `path` in version 3; None when it is nothing, or is only called so."""
    metadata = await read(path, "zarr.json")
    if metadata is None:
        return None
    if metadata.cut:  # it has all that is in the group
        return _Node(array=False)
    try:
        fields = json.loads(metadata.text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict) or fields.get("zarr_format") != _ZARR_3:
        return None
    match fields.get("node_type"):
        case "group":
            return _Node(array=False)
        case "array":
            labelled = _length(fields, "shape") == _length(fields, "dimension_names")
            return _Node(array=True, labelled=labelled)
        case _:
            return None


async def _node_2(path: str, read: _Reader) -> _Node | None:
    """Return what is at `path` in version 2: its files are hidden, and without them it can't be read."""
    array = await read(path, ".zarray")
    if array is None:
        return None if await read(path, ".zgroup") is None else _Node(array=False)
    attributes = await read(path, ".zattrs")
    # How xarray writes it, and how netCDF does.
    labelled = b'"_NCZARR_ARRAY"' in array.text or (
        attributes is not None and b'"_ARRAY_DIMENSIONS"' in attributes.text
    )
    return _Node(array=True, labelled=labelled)


def _length(fields: dict[str, Any], name: str) -> int:
    value = fields.get(name)
    return len(value) if isinstance(value, list) else 0


async def _parquet(path: str, names: Names, names_in: NamesIn) -> Format | None:
    """Follow the first partition down to its files: what else is there makes it no dataset."""
    described = not _OF_DATASET.isdisjoint(names.files)
    for _ in range(_DEEPEST):
        files, folders = _visible(names.files), _visible(names.folders)
        if not all(name.endswith(_PARQUET) for name in files):
            return None
        if not (described or all("=" in name[1:] for name in folders)):
            return None
        if files:
            return Format.PARQUET_DATASET
        if not folders:
            return None
        path = f"{path}/{min(folders)}"
        names = await names_in(path)
    return None


def _visible(names: Sequence[str]) -> list[str]:
    """Return those that are data: what writes datasets begins the names of everything else so."""
    return [name for name in names if name and name[0] not in "._"]


@dataclass(frozen=True)
class _Metadata:
    """The text of a file; cut, and then empty, where that would be too long."""

    text: bytes
    cut: bool


class _Reader:
    """Reads small files of a folder, of which `names` may be known."""

    def __init__(self, store: Store, names: Names | None = None) -> None:
        self._store = store
        self._names = names

    async def __call__(self, path: str, name: str) -> _Metadata | None:
        """Return what is in the file `name`; None where there is none."""
        if self._names is not None and self._names.complete and name not in self._names.files:
            return None
        size = await self._store.size(f"{path}/{name}")
        if size is None:
            return None
        if size > _LONGEST:
            return _Metadata(b"", cut=True)
        start = _Start()
        await self._store.digest_file(f"{path}/{name}", start)
        return _Metadata(bytes(start.bytes), cut=False)


class _Start:
    """Keeps the first bytes of a file, which may have become longer since it was looked at."""

    def __init__(self) -> None:
        self.bytes = bytearray()

    def update(self, data: bytes, /) -> None:
        """Take the next bytes."""
        self.bytes += data[: _LONGEST - len(self.bytes)]
