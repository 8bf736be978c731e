"""What code is offered for what."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_bigupload.opening import Source, snippets
from jupyter_bigupload.opening.formats import FOLDER_KINDS, Format
from jupyter_bigupload.stores.address import StoreAddress

TABLES = ["pandas", "Dask", "DuckDB"]


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("x.parquet", [*TABLES, "Polars"]),
        ("X.PARQUET", [*TABLES, "Polars"]),
        ("x.csv", TABLES),
        ("x.tsv.gz", TABLES),
        ("x.csv.xz", ["pandas", "Dask"]),
        ("x.json", ["json", "pandas"]),
        ("x.jsonl", ["pandas", "DuckDB"]),
        ("x.feather", ["pandas", "PyArrow"]),
        ("x.xlsx", ["pandas"]),
        ("x.nc", ["xarray"]),
        ("x.tif", ["rioxarray", "rasterio"]),
        ("x.tar.gz", ["Python"]),
        ("x.duckdb", ["DuckDB"]),
        ("back\\slash.duckdb", ["Python"]),
        ("x.db", ["doltlite", "sqlite3"]),
        ("x.sqlite", ["doltlite", "sqlite3"]),
        ("parquet", ["Python"]),
        (".csv", ["Python"]),
        ("x.parquet.gz", ["Python"]),
        ("no extension", ["Python"]),
        # What some libraries would take for a pattern, or for two files.
        ("x[1].csv", ["pandas"]),
        ("x*.parquet", ["pandas", "Polars"]),
        ("x::y.csv", ["Python"]),
    ],
)
def test_titles(name: str, titles: list[str]) -> None:
    assert [one.title for one in snippets(Source("folder", f"/data/{name}"))] == titles


@pytest.mark.parametrize("piece", ["", "/c/0/0", "/zarr.json", "/temperature"])
def test_a_piece_of_a_zarr_store_opens_the_store(piece: str) -> None:
    first, second = snippets(Source("folder", f"/data/run 7/x.zarr{piece}"))
    assert first.code == 'import xarray as xr\n\nds = xr.open_zarr("/data/run 7/x.zarr")\n'
    assert second.code == 'import zarr\n\ngroup = zarr.open("/data/run 7/x.zarr", mode="r")\n'


@pytest.mark.parametrize(
    ("name", "what", "titles"),
    [
        ("x", Format.ZARR, ["xarray", "zarr"]),
        ("x.csv", Format.ZARR_GROUP, ["zarr"]),
        ("x", Format.ZARR_ARRAY, ["zarr"]),
        ("x", Format.PARQUET_DATASET, [*TABLES, "Polars", "PyArrow"]),
        ("x.zarr/y", Format.PARQUET_DATASET, [*TABLES, "Polars", "PyArrow"]),
        ("back\\slash", Format.PARQUET_DATASET, ["pandas", "Dask", "PyArrow"]),
        ("x*", Format.PARQUET_DATASET, ["pandas", "PyArrow"]),
        ("x::y", Format.PARQUET_DATASET, []),
        ("x.zarr", None, []),
        ("x.parquet", None, []),
    ],
)
def test_a_folder_is_what_is_in_it(name: str, what: Format | None, titles: list[str]) -> None:
    source = Source("folder", f"/data/{name}", folder=True, format=what)
    assert source.whole is source
    assert [one.title for one in snippets(source)] == titles


def test_options_are_what_is_needed() -> None:
    bare = snippets(Source("s3", "s3://bucket/x.parquet"))[0].code
    assert 'pd.read_parquet("s3://bucket/x.parquet")\n' in bare
    assert "storage_options" not in bare
    assert "AWS_ACCESS_KEY_ID" in bare
    source = Source(
        "s3",
        "s3://bucket/x.parquet",
        StoreAddress(endpoint_url="https://store:9000", region="here", profile="lab", path_style=False),
    )
    assert source.storage_options == {
        "profile": "lab",
        "client_kwargs": {"endpoint_url": "https://store:9000", "region_name": "here"},
        "config_kwargs": {"s3": {"addressing_style": "virtual"}},
    }
    assert all(repr(source.store.profile) in one.code for one in snippets(source))


def test_azure_is_told_where_its_connection_string_is() -> None:
    (code,) = [
        one.code for one in snippets(Source("azure", "az://box/x.nc", StoreAddress(credentials="LAB_AZURE")))
    ]
    assert code == (
        "import fsspec\nimport os\nimport xarray as xr\n\n"
        "# Credentials: the connection string in the environment variable LAB_AZURE.\n"
        'storage_options = {"connection_string": os.environ["LAB_AZURE"]}\n'
        'fs = fsspec.filesystem("az", **storage_options)\n'
        'ds = xr.open_dataset(fs.open("box/x.nc"))\n'
    )
    assert "AZURE_STORAGE_CONNECTION_STRING" in snippets(Source("azure", "az://box/x.nc"))[0].code


@pytest.mark.parametrize(
    ("endpoint_url", "options"),
    [
        ("https://lab.blob.core.windows.net", {"account_name": "lab", "anon": False}),
        (
            "https://lab.blob.core.chinacloudapi.cn/",
            {"account_name": "lab", "anon": False, "account_host": "lab.blob.core.chinacloudapi.cn"},
        ),
        ("https://files.example.org", {}),
        (None, {}),
    ],
)
def test_azure_is_told_the_account_where_its_address_names_it(
    endpoint_url: str | None, options: dict[str, object]
) -> None:
    assert (
        Source("azure", "az://box/x.nc", StoreAddress(endpoint_url=endpoint_url)).storage_options == options
    )


@given(
    st.text(min_size=1),
    st.sampled_from(["", ".csv", ".parquet", ".zarr", ".nc", ".tif", ".json"]),
    st.sampled_from(["folder", "s3", "azure"]),
    st.none() | st.text(min_size=1),
    st.none() | st.sampled_from(list(FOLDER_KINDS)),
)
def test_any_name_is_a_literal(
    name: str, extension: str, kind: str, profile: str | None, what: Format | None
) -> None:
    """No name breaks out of the code, or changes what is opened."""
    address = {"folder": "/", "s3": "s3://b/", "azure": "az://b/"}[kind] + name + extension
    store = StoreAddress(profile=profile if kind == "s3" else None)
    source = Source(kind, address, store, folder=what is not None, format=what)  # type: ignore[arg-type]
    for one in snippets(source):
        tree = ast.parse(one.code)
        assert all(ord(character) >= 32 or character == "\n" for character in one.code)
        texts = {
            node.value.removesuffix("/**/*.parquet")
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert texts & {source.whole.address, source.whole.path}
        imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        assert tree.body[: len(imports)] == imports
        assert len(tree.body) - len(imports) <= 4
