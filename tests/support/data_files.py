"""Files of the formats that there is code to open, and what is in them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import xarray as xr

FRAME = pd.DataFrame({"x": [1, 2, 3], "word": ["a", "b", "ü"]})
ARRAYS = xr.Dataset({"x": ("t", [1, 2, 3])})


def _tiff(path: Path) -> None:
    import numpy as np  # noqa: PLC0415  # with rasterio, which not all have
    import rasterio  # noqa: PLC0415  # as above

    with rasterio.open(path, "w", driver="GTiff", width=3, height=1, count=1, dtype="uint8") as image:
        image.write(np.array([[[1, 2, 3]]], "uint8"))


#: By extension: what writes a file, or a folder, that holds the numbers 1, 2 and 3.
WRITERS: dict[str, Callable[[Path], object]] = {
    ".parquet": FRAME.to_parquet,
    ".csv": lambda path: FRAME.to_csv(path, index=False),
    ".csv.gz": lambda path: path.write_bytes(gzip.compress(FRAME.to_csv(index=False).encode())),
    ".tsv": lambda path: FRAME.to_csv(path, index=False, sep="\t"),
    ".json": lambda path: path.write_text(json.dumps(FRAME.to_dict("list"))),
    ".jsonl": lambda path: path.write_text(FRAME.to_json(orient="records", lines=True)),
    ".feather": FRAME.to_feather,
    ".xlsx": lambda path: FRAME.to_excel(path, index=False),
    ".zarr": ARRAYS.to_zarr,
    ".nc": lambda path: ARRAYS.to_netcdf(path, engine="h5netcdf"),
    ".tif": _tiff,
    ".bin": lambda path: path.write_bytes(b"\x01\x02\x03"),
}

#: By title of a snippet: an expression for the sum of these numbers, after its code.
SUMS: dict[str, str] = {
    "pandas": "df.x.sum()",
    "Dask": "df.x.sum().compute()",
    "DuckDB": "table.sum('x').fetchall()[0][0]",
    "Polars": "df.lazy().collect()['x'].sum()",
    "PyArrow": "sum(table['x'].to_pylist())",
    "json": "sum(data['x'])",
    "xarray": "ds.x.sum()",
    "zarr": "sum(group['x'][:])",
    "rioxarray": "image.sum()",
    "rasterio": "image.read().sum()",
    "Python": "sum(data)",
    "fsspec": "sum(data)",
}
