"""Code that opens a file or a folder: it runs as pasted, and has no secret in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .formats import Format, Kind
from .source import Source, Variable

#: These libraries take names with these for patterns.
_PATTERN = frozenset("*?[]{}")
_TAKE_PATTERNS = {"Dask", "DuckDB"}
#: These find the files of a dataset by a pattern, in which a backslash is no character of a name.
_FIND_FILES = {"DuckDB", "Polars"}
_NOT_PLAIN = _PATTERN | {"\\"}
#: The files of a dataset, however deep: there may be others between them that are no table.
_FILES = "/**/*.parquet"
#: fsspec takes what is behind it for one more file system.
_CHAIN = "::"
#: The libraries of netCDF and GDAL do not take these for characters of a name.
_FRAGMENT = frozenset("#\\")
#: What a database is asked first.
_QUERY = """query = "SELECT name FROM sqlite_master WHERE type = 'table'\""""
#: Runs a query with Dolt's library, and prints what it finds.
_DOLTLITE = (
    "# doltlite takes the place of sqlite3, which a notebook has loaded by now: it needs its own process.",
    'run = """import csv, sys, doltlite, sqlite3',
    "rows = sqlite3.connect(sys.argv[1]).execute(sys.argv[2])",
    "out = csv.writer(sys.stdout)",
    "out.writerow([name for name, *_ in rows.description])",
    'out.writerows(rows)"""',
)


@dataclass(frozen=True)
class Snippet:
    """Code, and the library that it shows."""

    title: str
    code: str


def snippets(source: Source) -> list[Snippet]:
    """Return the ways to open `source`, the most usual one first; none for a folder that is no format's."""
    whole = source.whole
    writer = _Writer(whole)
    kind = whole.what
    if kind is None:
        return []
    named_plainly = _CHAIN not in whole.path
    readers = list(_readers(writer, kind)) if named_plainly else []
    misled = set()
    if _PATTERN & set(whole.path):
        misled |= _TAKE_PATTERNS
    if kind.format is Format.PARQUET_DATASET and _NOT_PLAIN & set(whole.path):
        misled |= _FIND_FILES
    if kind.format is Format.DUCKDB and "\\" in whole.path:  # a slash to it
        misled.add("DuckDB")
    readers = [one for one in readers if one.title not in misled]
    return readers if readers or whole.folder else [writer.plain()]


def _readers(write: _Writer, kind: Kind) -> Iterator[Snippet]:
    match kind.format:
        case Format.PARQUET:
            yield write.pandas("read_parquet")
            yield write.dask("read_parquet")
            yield write.duckdb("read_parquet")
            yield write.polars("parquet")
        case Format.CSV | Format.TSV:
            tabs = ', sep="\\t"' if kind.format is Format.TSV else ""
            yield write.pandas("read_csv", tabs)
            # A packed file can't be entered in the middle.
            yield write.dask("read_csv", tabs + (", blocksize=None" if kind.compression else ""))
            if kind.compression in {"", "gz", "zst"}:
                yield write.duckdb("read_csv", tabs)
        case Format.JSON:
            yield write.opened("json", ["import json"], "data = json.load(file)")
            yield write.pandas("read_json")
        case Format.JSON_LINES:
            yield write.pandas("read_json", ", lines=True")
            if kind.compression in {"", "gz", "zst"}:
                yield write.duckdb("read_json")
        case Format.ARROW:
            yield write.pandas("read_feather")
            yield write.opened(
                "PyArrow", ["import pyarrow.feather"], "table = pyarrow.feather.read_table(file)"
            )
        case Format.EXCEL:
            yield write.pandas("read_excel")
        case Format.NETCDF:
            yield write.handed("xarray", ["import xarray as xr"], "ds = xr.open_dataset")
        case Format.TIFF:
            yield write.raster("rioxarray", ["import rioxarray"], "image = rioxarray.open_rasterio")
            yield write.raster("rasterio", ["import rasterio"], "image = rasterio.open")
        case Format.DUCKDB | Format.DATABASE:
            yield from _database_readers(write, kind.format)
        case _:
            yield from _folder_readers(write, kind.format)


def _folder_readers(write: _Writer, what: Format) -> Iterator[Snippet]:
    match what:
        case Format.ZARR:
            yield write.called("xarray", ["import xarray as xr"], "ds = xr.open_zarr")
            yield write.zarr("group")
        case Format.ZARR_GROUP:
            yield write.zarr("group")
        case Format.ZARR_ARRAY:
            yield write.zarr("array")
        case Format.PARQUET_DATASET:
            yield write.pandas("read_parquet")
            yield write.dask("read_parquet")
            yield write.duckdb("read_parquet", ", hive_partitioning=True", files=_FILES)
            yield write.polars_dataset()
            yield write.arrow_dataset("PyArrow", [])


def _database_readers(write: _Writer, what: Format) -> Iterator[Snippet]:
    if write.is_remote:  # a database is read where it is
        yield write.plain()
    elif what is Format.DUCKDB:
        yield write.duckdb_database()
    else:
        yield write.doltlite()
        yield write.sqlite()


class _Writer:
    """Writes code for one source."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._options = source.storage_options

    def pandas(self, function: str, more: str = "") -> Snippet:
        """Read a table as a whole."""
        return self.called("pandas", ["import pandas as pd"], f"df = pd.{function}", more)

    def dask(self, function: str, more: str = "") -> Snippet:
        """Read a table in pieces."""
        return self.called("Dask", ["import dask.dataframe as dd"], f"df = dd.{function}", more)

    def duckdb(self, function: str, more: str = "", files: str = "") -> Snippet:
        """Query a table; by fsspec, since DuckDB's own way to buckets is an extension to be fetched."""
        read = f"{function}({literal(self._source.address + files)}{more})"
        if not self._source.remote:
            return self._snippet("DuckDB", ["import duckdb"], f"table = duckdb.{read}")
        lines = [
            # A new connection each time: it takes a file system only once.
            "connection = duckdb.connect()",
            f"connection.register_filesystem({self._file_system})",
            f"table = connection.{read}",
        ]
        return self._snippet("DuckDB", ["import duckdb", "import fsspec"], *lines)

    @property
    def is_remote(self) -> bool:
        """Whether it takes fsspec to reach it."""
        return self._source.remote

    def duckdb_database(self) -> Snippet:
        """Open a database of DuckDB's, without keeping others out of it."""
        connect = f"connection = duckdb.connect({literal(self._source.address)}, read_only=True)"
        return self._snippet("DuckDB", ["import duckdb"], connect, 'connection.sql("SHOW TABLES")')

    def doltlite(self) -> Snippet:
        """Query a database of Dolt's."""
        path = literal(self._source.address)
        call = f'[sys.executable, "-c", run, {path}, query], capture_output=True, text=True, check=True'
        return self._snippet(
            "doltlite",
            ["import io", "import subprocess", "import sys", "", "import pandas as pd"],
            *_DOLTLITE,
            _QUERY,
            f"found = subprocess.run({call})",
            "df = pd.read_csv(io.StringIO(found.stdout))",
        )

    def sqlite(self) -> Snippet:
        """Query a database of SQLite's."""
        return self._snippet(
            "sqlite3",
            ["import sqlite3", "", "import pandas as pd"],
            f"connection = sqlite3.connect({literal(self._source.address)})",
            _QUERY,
            "df = pd.read_sql(query, connection)",
        )

    def polars(self, extension: str) -> Snippet:
        """Read of a table what is asked for."""
        if not self._source.remote:
            read = f"df = pl.scan_{extension}({literal(self._source.address)}, glob=False)"
            return self._snippet("Polars", ["import polars as pl"], read)
        return self.opened("Polars", ["import polars as pl"], f"df = pl.read_{extension}(file)")

    def polars_dataset(self) -> Snippet:
        """Read of the table in many files what is asked for."""
        imports = ["import polars as pl"]
        if self._source.remote:
            return self.arrow_dataset("Polars", imports, "df = pl.scan_pyarrow_dataset(dataset)")
        read = f"df = pl.scan_parquet({literal(self._source.address + _FILES)}, hive_partitioning=True)"
        return self._snippet("Polars", imports, read)

    def arrow_dataset(self, title: str, imports: list[str], *lines: str) -> Snippet:
        """Find the files of a table that is in many, and do `lines` with the `dataset`."""
        imports = ["import pyarrow.dataset", *imports]
        path = literal(self._source.path)
        found = f'dataset = pyarrow.dataset.dataset({path}, partitioning="hive"'
        if not self._source.remote:
            return self._snippet(title, imports, f"{found})", *lines)
        lines = (f"fs = {self._file_system}", f"{found}, filesystem=fs)", *lines)
        return self._snippet(title, ["import fsspec", *imports], *lines)

    def zarr(self, name: str) -> Snippet:
        """Open a store of arrays as what it is."""
        return self.called("zarr", ["import zarr"], f"{name} = zarr.open", ', mode="r"')

    def called(self, title: str, imports: list[str], function: str, more: str = "") -> Snippet:
        """Call what takes an address and `storage_options`."""
        options = ", storage_options=storage_options" if self._options else ""
        call = f"{function}({literal(self._source.address)}{more}{options})"
        return self._snippet(title, imports, call)

    def handed(self, title: str, imports: list[str], function: str) -> Snippet:
        """Call what takes a path, or a file that stays open as long as it is read."""
        path = literal(self._source.path)
        if not self._source.remote:
            given = f'open({path}, "rb")' if _FRAGMENT & set(self._source.path) else path
            return self._snippet(title, imports, f"{function}({given})")
        lines = [f"fs = {self._file_system}", f"{function}(fs.open({path}))"]
        return self._snippet(title, ["import fsspec", *imports], *lines)

    def raster(self, title: str, imports: list[str], function: str) -> Snippet:
        """Call what reads of an image the pieces that are asked for.

        Handed an open file, it would read all of it first.
        """
        if not self._source.remote:
            return self.handed(title, imports, function)
        # s3fs would fetch 50 MiB for each of them.
        piece = ", default_block_size=2**20" if self._source.kind == "s3" else ""
        lines = [
            f"fs = {self._file_system_with(piece)}",
            f"{function}({literal(self._source.path)}, opener=fs)",
        ]
        return self._snippet(title, ["import fsspec", *imports], *lines)

    def opened(self, title: str, imports: list[str], body: str) -> Snippet:
        """Do `body` with the open `file`."""
        path = literal(self._source.path)
        if not self._source.remote:
            return self._snippet(title, imports, f'with open({path}, "rb") as file:', f"    {body}")
        lines = [f"fs = {self._file_system}", f'with fs.open({path}, "rb") as file:', f"    {body}"]
        return self._snippet(title, ["import fsspec", *imports], *lines)

    def plain(self) -> Snippet:
        """Read bytes, of a file that no library here is known to read."""
        return self.opened("fsspec" if self._source.remote else "Python", [], "data = file.read()")

    @property
    def _file_system(self) -> str:
        return self._file_system_with("")

    def _file_system_with(self, more: str) -> str:
        options = ", **storage_options" if self._options else ""
        return f"fsspec.filesystem({literal(self._source.protocol)}{more}{options})"

    def _snippet(self, title: str, imports: list[str], *lines: str) -> Snippet:
        above = []
        if self._source.where_credentials_are:
            above.append(f"# {self._source.where_credentials_are}")
        if self._options:
            above.append(f"storage_options = {literal(self._options)}")
            if self._source.kind == "azure":
                imports = ["import os", *imports]
        head = [*(imports if "" in imports else sorted(imports)), ""] if imports else []
        return Snippet(title, "\n".join([*head, *above, *lines]) + "\n")


def literal(value: Any) -> str:
    """Return `value` as Python writes it: text, in double quotes where it has none, or a dictionary of it."""
    if isinstance(value, Variable):
        return f"os.environ[{literal(value.name)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(key)}: {literal(one)}" for key, one in value.items()) + "}"
    quoted = repr(value)
    return quoted if "'" in value or '"' in value else f'"{quoted[1:-1]}"'
