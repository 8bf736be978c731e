"""What a file is, going by its name, and what a folder can be, going by what is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal


class Format(Enum):
    """A format that there is a reader of."""

    PARQUET = auto()
    CSV = auto()
    TSV = auto()
    JSON = auto()
    JSON_LINES = auto()
    ARROW = auto()
    EXCEL = auto()
    ZARR = auto()
    NETCDF = auto()
    TIFF = auto()
    DUCKDB = auto()
    #: What Dolt's library writes, and what SQLite's does: the name does not tell which.
    DATABASE = auto()
    OTHER = auto()
    #: Folders, of which names tell nothing. `ZARR` is a Zarr group whose arrays name their dimensions.
    ZARR_ARRAY = auto()
    ZARR_GROUP = auto()  # whose arrays do not: xarray can't read it
    PARQUET_DATASET = auto()


#: What people call a folder of a format.
FolderKind = Literal["zarr", "parquet"]

FOLDER_KINDS: Mapping[Format, FolderKind] = {
    Format.ZARR: "zarr",
    Format.ZARR_ARRAY: "zarr",
    Format.ZARR_GROUP: "zarr",
    Format.PARQUET_DATASET: "parquet",
}


_EXTENSIONS = {
    Format.PARQUET: ("parquet", "parq", "pq"),
    Format.CSV: ("csv",),
    Format.TSV: ("tsv", "tab"),
    Format.JSON: ("json", "geojson"),
    Format.JSON_LINES: ("jsonl", "ndjson"),
    Format.ARROW: ("feather", "arrow"),
    Format.EXCEL: ("xlsx", "xls", "xlsm"),
    Format.ZARR: ("zarr", "zarr2", "zarr3"),
    Format.NETCDF: ("nc", "nc4", "cdf", "h5", "hdf5", "he5"),
    Format.TIFF: ("tif", "tiff"),
    Format.DUCKDB: ("duckdb",),
    Format.DATABASE: ("db", "sqlite", "sqlite3"),
}
_FORMATS = {extension: kind for kind, extensions in _EXTENSIONS.items() for extension in extensions}
_COMPRESSIONS = ("gz", "bz2", "xz", "zst")
#: Those that their readers unpack by themselves.
_TEXT = {Format.CSV, Format.TSV, Format.JSON_LINES}


@dataclass(frozen=True)
class Kind:
    """A format, and how the whole file is packed; `""` where it is not."""

    format: Format
    compression: str = ""


def kind_of(address: str) -> Kind:
    """Return what the file at `address` is."""
    name = address.rstrip("/").rpartition("/")[2].lower()
    stem, _, extension = name.rpartition(".")
    if extension in _COMPRESSIONS:
        packed = _FORMATS.get(stem.rpartition(".")[2])
        return Kind(packed, extension) if packed in _TEXT else Kind(Format.OTHER)
    return Kind(_FORMATS.get(extension, Format.OTHER) if stem else Format.OTHER)
