"""Folders that are read as one: the server says what they are, and the code that it gives opens them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx
import pytest

pytest.importorskip("s3fs", "2023", reason="pip install 'jupyter_bigupload[opening]'")
pytest.importorskip("rioxarray", reason="pip install 'jupyter_bigupload[opening]'")

import intake
import numpy as np
import rasterio

from jupyter_bigupload.opening import Snippet
from tests.support.data_folders import SUMS, WRITERS
from tests.support.running_code import sums

from .site import PREFIX, Site

CODE = "api/bigupload/code"
CATALOG = "api/bigupload/catalog"


def looked(client: httpx.Client, path: str, destination: str = "home") -> dict[str, Any]:
    answer = client.get(CODE, params={"path": path, "destination": destination})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def code_of(shown: Iterable[dict[str, Any]]) -> list[Snippet]:
    return [Snippet(**one) for answer in shown for one in answer["snippets"]]


def entered(client: httpx.Client, path: str, **fields: str) -> str:
    answer = client.post(CATALOG, json={"path": path, **fields})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["entry"])


def total(read: Any) -> int:
    """Return the sum of what a reader of Intake's made of a folder."""
    return int((read if hasattr(read, "compute") and not hasattr(read, "x") else read.x).sum())


def put_all(site: Site, folder: Path, prefix: str) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            key = f"{prefix}/{path.relative_to(folder)}"
            site.seaweedfs.client.put_object(Bucket=site.bucket, Key=key, Body=path.read_bytes())


@pytest.mark.parametrize("within", ["plain", 'it\'s "so" \\ ü #50%&+'])
def test_folders_of_the_home_folder(root: Path, client: httpx.Client, within: str) -> None:
    shown = []
    (root / within).mkdir()
    for name, (write, kind, titles) in WRITERS.items():
        write(root / within / name)
        shown.append(looked(client, f"{within}/{name}/"))
        assert shown[-1] == looked(client, f"{within}/{name}")
        assert shown[-1]["kind"] == kind, name
        # In a pattern, a backslash is no character of a name.
        misled = {"DuckDB", "Polars"} if "\\" in within and kind == "parquet" else set()
        expected = [title for title in titles if title not in misled]
        assert [one["title"] for one in shown[-1]["snippets"]] == expected, name
        assert shown[-1]["note"] is None
    assert set(sums(code_of(shown), SUMS).values()) == {6}


def test_folders_of_a_bucket(site: Site, visitor: httpx.Client, tmp_path: Path) -> None:
    shown = []
    for name, (write, kind, titles) in WRITERS.items():
        write(tmp_path / name)
        put_all(site, tmp_path / name, f"{PREFIX}/folders 1/{name}")
        shown.append(looked(visitor, f"folders 1/{name}/", "lab"))
        assert shown[-1]["kind"] == kind, name
        assert [one["title"] for one in shown[-1]["snippets"]] == titles, name
    assert set(sums(code_of(shown), SUMS, site.seaweedfs.environment).values()) == {6}


@pytest.mark.parametrize("destination", ["home", "lab"])
def test_intake_reads_folders(
    site: Site, visitor: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, destination: str
) -> None:
    for name, value in site.seaweedfs.environment.items():
        monkeypatch.setenv(name, value)
    within = f"catalogued {destination}"
    names = []
    for name, (write, _, titles) in WRITERS.items():
        folder = (site.server.root if destination == "home" else tmp_path) / within / name
        folder.parent.mkdir(exist_ok=True)
        write(folder)
        if destination != "home":
            put_all(site, folder, f"{PREFIX}/{within}/{name}")
        fields = {"destination": destination, "catalog": f"{destination}.yaml"}
        if titles == ["zarr"] and name.startswith("group"):
            answer = visitor.post(CATALOG, json={"path": f"{within}/{name}/", **fields})
            assert (answer.status_code, answer.json()["reason"]) == (403, "refused")
        else:
            names.append(entered(visitor, f"{within}/{name}/", **fields))
    catalog = intake.open_catalog(str(site.server.root / f"{destination}.yaml"))
    assert list(catalog) == names
    assert {total(catalog[name].read()) for name in names} == {6}


def test_a_container_is_looked_into(site: Site, visitor: httpx.Client, tmp_path: Path) -> None:
    for name, (write, kind, titles) in WRITERS.items():
        write(tmp_path / name)
        for path in (tmp_path / name).rglob("*"):
            if path.is_file():
                blob = site.azurite.service.get_blob_client(site.bucket, str(path.relative_to(tmp_path)))
                blob.upload_blob(path.read_bytes())
        shown = looked(visitor, f"{name}/", "archive")
        assert shown["kind"] == kind, name
        assert [one["title"] for one in shown["snippets"]] == titles
        assert f"{site.bucket}/{name}" in shown["snippets"][0]["code"]


def test_a_cloud_optimized_image(
    site: Site, visitor: httpx.Client, tmp_path: Path, root: Path, client: httpx.Client
) -> None:
    pixels = np.zeros((1, 1024, 1024), "uint8")
    pixels[0, 700, 700:703] = [1, 2, 3]
    image = root / "ü #1.tif"
    with rasterio.open(image, "w", driver="COG", width=1024, height=1024, count=1, dtype="uint8") as file:
        file.write(pixels)
    with rasterio.open(image) as file:
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert file.overviews(1)
    site.seaweedfs.client.upload_file(str(image), site.bucket, f"{PREFIX}/ü #1.tif")
    expressions = {
        "rioxarray": "image[0, 600:800, 600:800].sum()",
        "rasterio": "image.read(1, window=((600, 800), (600, 800))).sum()",
    }
    for shown in (looked(client, "ü #1.tif"), looked(visitor, "ü #1.tif", "lab")):
        assert shown["kind"] is None
        read = sums(code_of([shown]), expressions, site.seaweedfs.environment)
        assert read == {"0 rioxarray": 6, "1 rasterio": 6}
