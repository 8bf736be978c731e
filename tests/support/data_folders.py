"""Folders that are read as one: Zarr stores, Parquet datasets, and what only looks like them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import zarr

from .data_files import ARRAYS, FRAME


def _partitioned(path: Path) -> None:
    frame = FRAME.assign(year=[2023, 2024, 2024], place=["here", "ü b", "here"])
    frame.to_parquet(path, partition_cols=["year", "place"])


def _plain(path: Path) -> None:
    path.mkdir()
    FRAME[:1].to_parquet(path / "part-0.parquet")
    FRAME[1:].to_parquet(path / "part-1.parquet")
    (path / "_SUCCESS").touch()
    (path / ".part-0.parquet.crc").write_bytes(b"crc\0")


def _described(path: Path) -> None:
    table = pa.Table.from_pandas(FRAME)
    pyarrow.parquet.write_to_dataset(table, path / "run 7")
    pyarrow.parquet.write_metadata(table.schema, path / "_common_metadata")


def _group(path: Path, version: Literal[2, 3]) -> None:
    """Write arrays whose dimensions have no names."""
    zarr.open_group(path, mode="w", zarr_format=version).create_array("x", data=np.array([1, 2, 3]))


def _array(path: Path, version: Literal[2, 3]) -> None:
    zarr.create_array(path, data=np.array([1, 2, 3]), zarr_format=version)


def _dataset(path: Path, version: Literal[2, 3], *, consolidated: bool) -> None:
    ARRAYS.to_zarr(path, zarr_format=version, consolidated=consolidated)


_TABLES = ["pandas", "Dask", "DuckDB", "Polars", "PyArrow"]

#: By name: what writes a folder that holds the numbers 1, 2 and 3, what it is, and what opens it.
WRITERS: dict[str, tuple[Callable[[Path], object], str, list[str]]] = {
    "consolidated 2": (partial(_dataset, version=2, consolidated=True), "zarr", ["xarray", "zarr"]),
    "consolidated 3": (partial(_dataset, version=3, consolidated=True), "zarr", ["xarray", "zarr"]),
    "dataset 2.zarr": (partial(_dataset, version=2, consolidated=False), "zarr", ["xarray", "zarr"]),
    "dataset 3.zarr": (partial(_dataset, version=3, consolidated=False), "zarr", ["xarray", "zarr"]),
    "group 2": (partial(_group, version=2), "zarr", ["zarr"]),
    "group 3": (partial(_group, version=3), "zarr", ["zarr"]),
    "array 2": (partial(_array, version=2), "zarr", ["zarr"]),
    "array 3": (partial(_array, version=3), "zarr", ["zarr"]),
    "partitioned": (_partitioned, "parquet", _TABLES),
    "plain": (_plain, "parquet", _TABLES),
    "described": (_described, "parquet", _TABLES),
}

#: By title of a snippet: an expression for the sum of these numbers, after its code.
SUMS: dict[str, str] = {
    "pandas": "df.x.sum()",
    "Dask": "df.x.sum().compute()",
    "DuckDB": "table.sum('x').fetchall()[0][0]",
    "Polars": "df.collect()['x'].sum()",
    "PyArrow": "sum(dataset.to_table()['x'].to_pylist())",
    "xarray": "ds.x.sum()",
    "zarr": "group['x'][:].sum() if 'group' in globals() else array[:].sum()",
}
