"""Code and catalogs through HTTP."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from ruamel.yaml import YAML

from tests.support.server import RunningServer

from .conftest import client_of, reason
from .site import PREFIX, Site

CODE = "api/bigupload/code"
CATALOG = "api/bigupload/catalog"


def code(client: httpx.Client, **query: str) -> dict[str, str]:
    answer = client.get(CODE, params=query)
    assert answer.status_code == 200, answer.text
    return {one["title"]: one["code"] for one in answer.json()["snippets"]}


def enter(client: httpx.Client, path: str, **fields: object) -> str:
    answer = client.post(CATALOG, json={"path": path, **fields})
    assert answer.status_code == 200, answer.text
    assert answer.json()["catalog"] == fields.get("catalog", "catalog.yaml")
    return str(answer.json()["entry"])


def test_code_for_a_file_of_the_home_folder(server: RunningServer, root: Path, client: httpx.Client) -> None:
    (root / "data").mkdir()
    shown = code(client, path="data/it's.csv")
    assert list(shown) == ["pandas", "Dask", "DuckDB"]
    assert repr(str(root.resolve() / "data" / "it's.csv")) in shown["pandas"]
    for path, status in [("../x.csv", 403), ("nowhere/x.csv", 404), ("", 400), ("/", 400), (".x/y.csv", 403)]:
        assert client.get(CODE, params={"path": path}).status_code == status, path


def test_a_folder_is_what_is_in_it(root: Path, client: httpx.Client) -> None:
    for path in ("store/c", "x.zarr", "table/year=2024", "other", "x.zarr/y"):
        (root / path).mkdir(parents=True, exist_ok=True)
    (root / "table" / "year=2024" / "part-0.parquet").touch()
    (root / "x.zarr" / ".zgroup").write_text("{}")
    for path, kind in [("store", None), ("x.zarr", "zarr"), ("x.zarr/y", "zarr"), ("table", "parquet")]:
        answer = client.get(CODE, params={"path": path}).json()
        assert (answer["kind"], answer["note"]) == (kind, None), path
        assert bool(answer["snippets"]) == (kind is not None)
        assert client.get(CODE, params={"path": f"{path}/"}).json() == answer
    nothing: dict[str, object] = {"kind": None, "snippets": [], "note": None}
    assert client.get(CODE, params={"path": "other/"}).json() == nothing
    assert client.get(CODE, params={"path": "x.csv"}).json()["kind"] is None
    assert reason(client.get(CODE, params={"path": "nowhere/"})) == (404, "folder_missing")
    assert reason(client.get(CODE, params={"path": "../x/"})) == (403, "outside_root")
    assert reason(client.get(CODE, params={"path": ".x/"})) == (403, "hidden")
    assert enter(client, "table") == "table"
    assert reason(client.post(CATALOG, json={"path": "other"})) == (403, "refused")


def test_a_store_whose_hidden_files_did_not_come_is_told_so(
    root: Path, client: httpx.Client, start: Callable[..., RunningServer]
) -> None:
    (root / "x.zarr" / "temperature").mkdir(parents=True)
    answer = client.get(CODE, params={"path": "x.zarr/"}).json()
    assert (answer["kind"], answer["snippets"]) == (None, [])
    assert ".zgroup" in answer["note"]
    assert "allow_hidden" in answer["note"]
    server = start(config={"ContentsManager": {"allow_hidden": True}})
    (server.root / "x.zarr").mkdir()
    with client_of(server) as other:
        note = other.get(CODE, params={"path": "x.zarr"}).json()["note"]
    assert ".zgroup" in note
    assert "allow_hidden" not in note


def test_prefixes_are_looked_into(site: Site, visitor: httpx.Client) -> None:
    for key in ("a/y=1/b.parquet", "a.zarr/.zgroup", "b.zarr/0.0", "c/x.csv"):
        site.seaweedfs.client.put_object(Bucket=site.bucket, Key=f"{PREFIX}/looked at/{key}", Body=b"{}")
    for path, kind in [("a/", "parquet"), ("a.zarr/", "zarr"), ("b.zarr/", None), ("c/", None), ("d/", None)]:
        shown = visitor.get(CODE, params={"destination": "lab", "path": f"looked at/{path}"}).json()
        assert shown["kind"] == kind, path
        assert bool(shown["snippets"]) == (kind is not None)
        assert (shown["note"] is not None) == (path == "b.zarr/")
    # Without a slash it is an object, of which its name alone tells.
    assert list(code(visitor, destination="lab", path="looked at/a")) == ["fsspec"]
    assert reason(visitor.get(CODE, params={"destination": "missing", "path": "a/"})) == (
        404,
        "bucket_missing",
    )
    assert reason(visitor.get(CODE, params={"destination": "dead", "path": "a/"})) == (
        503,
        "store_unreachable",
    )


def test_code_for_objects(site: Site, visitor: httpx.Client) -> None:
    shown = code(visitor, destination="lab", path="run 7/x.parquet")["pandas"]
    assert f'"s3://{site.bucket}/{PREFIX}/run 7/x.parquet"' in shown
    assert f'"endpoint_url": "{site.seaweedfs.endpoint}"' in shown
    assert "profile 'reader'" in code(visitor, destination="reader", path="x.parquet")["pandas"]
    assert (
        f'"az://{site.bucket}/x.parquet"' in code(visitor, destination="archive", path="x.parquet")["pandas"]
    )
    piece = code(visitor, destination="lab", path="x.zarr/c/0")["xarray"]
    assert f'"s3://{site.bucket}/{PREFIX}/x.zarr"' in piece
    for destination in ("elsewhere", "wrong"):
        asked = visitor.get(CODE, params={"destination": destination, "path": "x"})
        assert reason(asked) == (501, "unsupported")


@pytest.mark.parametrize("destination", ["lab", "archive", "plain", "reader", "scratch"])
def test_no_secret_is_told(site: Site, visitor: httpx.Client, destination: str) -> None:
    catalog = f"{secrets.token_hex(4)}.yaml"
    entry = enter(visitor, "x.parquet", destination=destination, catalog=catalog)
    shown = "\n".join(code(visitor, destination=destination, path="x.parquet").values())
    written = (site.server.root / catalog).read_text()
    assert entry == "x"
    assert not [secret for secret in site.secrets if secret in shown or secret in written]
    assert site.seaweedfs.access_key not in shown + written


def test_an_entry_is_made_and_brought_up_to_date(root: Path, client: httpx.Client) -> None:
    (root / "notes").mkdir()
    assert enter(client, "events.csv", catalog="notes/ours.yml", description="All") == "events"
    path = root / "notes" / "ours.yml"
    path.write_text("# Ours\n" + path.read_text())
    path.chmod(0o640)
    assert enter(client, "events.csv", catalog="notes/ours.yml") == "events"
    assert enter(client, "notes/events.csv", catalog="notes/ours.yml") == "events_2"
    catalog = YAML(typ="safe").load(path.read_text())
    assert list(catalog["entries"]) == ["events", "events_2"]
    assert catalog["data"]["events_file"]["kwargs"]["url"] == str(root.resolve() / "events.csv")
    assert catalog["entries"]["events"]["metadata"] == {"description": "All"}
    assert path.read_text().startswith("# Ours\n")
    assert path.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in path.parent.iterdir()] == ["ours.yml"]


def test_requests_at_once_lose_nothing(root: Path, client: httpx.Client) -> None:
    with ThreadPoolExecutor(12) as threads:
        entries = list(
            threads.map(lambda number: enter(client, f"{number}/x.csv".replace("/", " ")), range(24))
        )
    assert len(set(entries)) == 24
    catalog = YAML(typ="safe").load((root / "catalog.yaml").read_text())
    assert set(catalog["entries"]) == set(entries)
    assert len(catalog["data"]) == 24


@pytest.mark.parametrize("text", ["- a list", "sources: {}", "a: 'b", "\0", "x" * (2**20 + 1)])
def test_what_is_no_catalog_is_left_alone(root: Path, client: httpx.Client, text: str) -> None:
    (root / "catalog.yaml").write_text(text)
    assert reason(client.post(CATALOG, json={"path": "x.csv"})) == (403, "refused")
    assert (root / "catalog.yaml").read_text() == text
    assert [one.name for one in root.iterdir()] == ["catalog.yaml"]


def test_links_are_not_followed(root: Path, tmp_path: Path, client: httpx.Client) -> None:
    outside = tmp_path / "theirs.yaml"
    outside.write_text("version: 2\n")
    (root / "catalog.yaml").symlink_to(outside)
    (root / "folder").symlink_to(tmp_path)
    assert reason(client.post(CATALOG, json={"path": "x.csv"})) == (403, "refused")
    asked = client.post(CATALOG, json={"path": "x.csv", "catalog": "folder/theirs.yaml"})
    assert reason(asked) == (403, "outside_root")
    assert outside.read_text() == "version: 2\n"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, (400, "malformed")),
        ({"path": ""}, (400, "malformed")),
        ({"path": 1}, (400, "malformed")),
        ({"path": "x", "description": 1}, (400, "malformed")),
        ({"path": "x", "catalog": "notebook.ipynb"}, (400, "malformed")),
        ({"path": "x", "catalog": "../catalog.yaml"}, (403, "outside_root")),
        ({"path": "x", "catalog": ".hidden.yaml"}, (403, "hidden")),
        ({"path": "x", "catalog": "nowhere/catalog.yaml"}, (404, "folder_missing")),
        ({"path": "x", "catalog": "folder.yaml"}, (403, "refused")),
        ({"path": "../x"}, (403, "outside_root")),
        ({"path": "x", "destination": "elsewhere"}, (501, "unsupported")),
    ],
)
def test_refusals(
    root: Path, client: httpx.Client, fields: dict[str, object], expected: tuple[int, str]
) -> None:
    (root / "folder.yaml").mkdir()
    assert reason(client.post(CATALOG, json=fields)) == expected
    assert [one.name for one in root.iterdir()] == ["folder.yaml"]


def test_a_person_without_files_on_a_disk(start: Callable[..., RunningServer]) -> None:
    code = """
from jupyter_server.services.contents.manager import ContentsManager

class Elsewhere(ContentsManager):
    def dir_exists(self, path): return True
    def is_hidden(self, path): return False
    def file_exists(self, path=""): return False
    def get(self, path, content=True, type=None, format=None, require_hash=False): return {}

c.ServerApp.contents_manager_class = Elsewhere
"""
    bucket = {"name": "lab", "url": "s3://bucket", "region": "us-east-1"}
    with client_of(start(config_code=code, config={"BigUpload": {"destinations": [bucket]}})) as client:
        shown = client.post(CATALOG, json={"path": "x.csv", "destination": "lab"})
        assert reason(shown) == (501, "unsupported")
        assert reason(client.get(CODE, params={"path": "x"})) == (501, "unsupported")
