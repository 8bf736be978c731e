"""What is taken for a Zarr store or a Parquet dataset, and what is not: by a few names in it."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from jupyter_bigupload.errors import FolderMissing, OutsideRoot
from jupyter_bigupload.opening.folders import MOST_NAMES, Names, format_of
from jupyter_bigupload.opening.formats import Format
from jupyter_bigupload.opening.own_files import is_folder, names_in
from jupyter_bigupload.stores.local import LocalStore
from jupyter_bigupload.threads import in_thread

GROUP = json.dumps({"zarr_format": 3, "node_type": "group"})
ARRAY = json.dumps({"zarr_format": 3, "node_type": "array", "shape": [3], "dimension_names": ["t"]})
BARE = json.dumps({"zarr_format": 3, "node_type": "array", "shape": [3]})
SCALAR = json.dumps({"zarr_format": 3, "node_type": "array", "shape": []})
LABELS = json.dumps({"_ARRAY_DIMENSIONS": ["t"]})


def filled(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


async def what(root: Path, path: str) -> Format | None:
    return await format_of(path, partial(in_thread(names_in), root), LocalStore(root))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        # Zarr, version 3
        ({"zarr.json": GROUP}, Format.ZARR),
        (
            {"zarr.json": GROUP, "x/zarr.json": ARRAY, "y/zarr.json": SCALAR, "z/zarr.json": GROUP},
            Format.ZARR,
        ),
        ({"zarr.json": GROUP, "x/zarr.json": ARRAY, "y/zarr.json": BARE}, Format.ZARR_GROUP),
        ({"zarr.json": ARRAY, "c/0": "."}, Format.ZARR_ARRAY),
        ({"zarr.json": " " * 2**20 + GROUP}, Format.ZARR),
        ({"zarr.json": ""}, None),
        ({"zarr.json": "[" * 10000}, None),
        ({"zarr.json": "[]"}, None),
        ({"zarr.json": "{}"}, None),
        ({"zarr.json": json.dumps({"zarr_format": 3, "node_type": "other"})}, None),
        ({"zarr.json/file": "."}, None),
        ({"x.zarr/zarr.json": GROUP}, None),
        # version 2
        ({".zgroup": "{}"}, Format.ZARR),
        ({".zgroup": "{}", ".zmetadata": "{}", "x/.zarray": "{}", "x/.zattrs": LABELS}, Format.ZARR),
        ({".zgroup": "{}", "x/.zarray": '{"_NCZARR_ARRAY": {}}'}, Format.ZARR),
        ({".zgroup": "{}", "x/.zarray": "{}"}, Format.ZARR_GROUP),
        ({".zarray": "{}", "0": "."}, Format.ZARR_ARRAY),
        ({".zmetadata": "{}", "x/0": "."}, None),  # the libraries do not open that
        # Parquet
        ({"a.parquet": "."}, Format.PARQUET_DATASET),
        ({"a.parquet": ".", "_SUCCESS": "", ".a.parquet.crc": ".", "_metadata": "."}, Format.PARQUET_DATASET),
        ({"y=1/m=2/a.parquet": ".", "y=2/m=1/b.parquet": "."}, Format.PARQUET_DATASET),
        ({"a.parquet": ".", "y=1/a.parquet": "."}, Format.PARQUET_DATASET),
        ({"_common_metadata": ".", "run 7/a.parquet": "."}, Format.PARQUET_DATASET),
        ({"run 7/a.parquet": "."}, None),
        ({"a.parquet": ".", "README.md": "."}, None),
        ({"a.parquet": ".", "figures/a.png": "."}, None),
        ({"y=1/a.csv": "."}, None),
        ({"=1/a.parquet": "."}, None),
        ({"_metadata": ".", "run 7/a.txt": "."}, None),
        ({"_metadata": "."}, None),
        ({"a.parquet/b.txt": "."}, None),
        ({f"{'y=1/' * 20}a.parquet": "."}, None),
        # anything else
        ({}, None),
        ({"a.csv": "."}, None),
    ],
)
async def test_what_is_in_it_tells(root: Path, files: dict[str, str], expected: Format | None) -> None:
    for name in ("folder", "called.zarr", "called.parquet"):
        filled(root / name, files)
        assert await what(root, name) is expected, name


async def test_of_many_names_some_are_looked_at(root: Path) -> None:
    folder = filled(root / "many", {f"{number:04}": "." for number in range(MOST_NAMES + 100)})
    names = names_in(root, "many")
    assert (len(names.files), names.complete) == (MOST_NAMES, False)
    assert await what(root, "many") is None
    filled(folder, {"zarr.json": ARRAY})
    assert await what(root, "many") is Format.ZARR_ARRAY
    exact = filled(root / "exact", {f"{number}.parquet": "." for number in range(MOST_NAMES)})
    assert names_in(root, exact.name).complete


async def test_links_are_not_followed(root: Path, tmp_path: Path) -> None:
    outside = filled(tmp_path / "outside", {"zarr.json": GROUP, "a.parquet": "."})
    (root / "link").symlink_to(outside)
    with pytest.raises(OutsideRoot):
        await what(root, "link")
    folder = filled(root / "folder", {})
    (folder / "zarr.json").symlink_to(outside / "zarr.json")
    (folder / "y=1").symlink_to(outside)
    assert names_in(root, "folder") == Names([], [], complete=True)
    assert await what(root, "folder") is None


@pytest.mark.parametrize("path", ["nowhere", "folder/file", "folder/nowhere"])
async def test_what_is_no_folder(root: Path, path: str) -> None:
    filled(root / "folder", {"file": "."})
    assert not is_folder(root, path)
    assert is_folder(root, "folder")
    with pytest.raises(FolderMissing):
        await what(root, path)
