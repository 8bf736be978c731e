"""Catalogs that Intake opens: entries of every format, beside what people wrote themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml  # what Intake reads with
from hypothesis import given
from hypothesis import strategies as st

from jupyter_bigupload.errors import Refused
from jupyter_bigupload.opening import Source, enter
from jupyter_bigupload.stores.address import StoreAddress
from tests.support.object_stores import SeaweedFS

pytest.importorskip("intake", reason="pip install 'jupyter_bigupload[opening]'")
pytest.importorskip("rioxarray", reason="pip install 'jupyter_bigupload[opening]'")

import intake

from tests.support.data_files import WRITERS

#: For what a reader makes of a file: the numbers in it.
NUMBERS: Mapping[str, Callable[[Any], list[int]]] = {
    ".parquet": lambda read: list(read.x),
    ".csv": lambda read: list(read.x),
    ".csv.gz": lambda read: list(read.x),
    ".tsv": lambda read: list(read.x),
    ".json": lambda read: yaml.safe_load(read)["x"],
    ".jsonl": lambda read: list(read.compute().x),
    ".feather": lambda read: list(read.x),
    ".xlsx": lambda read: list(read.x),
    ".zarr": lambda read: list(read.x.values),
    ".nc": lambda read: list(read.x.values),
    ".tif": lambda read: list(read[0].values.ravel()),
    ".bin": list,
}


def entered(folder: Path, *sources: Source) -> tuple[Path, list[str]]:
    """Write a catalog of `sources`, and return where it is and the names of its entries."""
    text, names = None, []
    for source in sources:
        text, name = enter(text, source)
        names.append(name)
    path = folder / "catalog.yaml"
    path.write_text(text or "", "utf-8")
    return path, names


@pytest.mark.parametrize("name", ["plain", "ü n 名", "a {CATALOG_DIR} {env(HOME)} 50%&+"])
def test_intake_reads_files(tmp_path: Path, name: str) -> None:
    for extension, write in WRITERS.items():
        write(tmp_path / f"{name}{extension}")
    sources = [Source("folder", str(tmp_path / f"{name}{extension}")) for extension in WRITERS]
    path, names = entered(tmp_path, *sources)
    catalog = intake.open_catalog(str(path))
    assert list(catalog) == names
    for entry, extension in zip(names, WRITERS, strict=True):
        assert NUMBERS[extension](catalog[entry].read()) == [1, 2, 3], extension


def test_intake_reads_objects(
    seaweedfs: SeaweedFS, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("s3fs", "2023", reason="pip install 'jupyter_bigupload[opening]'")
    for name, value in seaweedfs.environment.items():
        monkeypatch.setenv(name, value)
    seaweedfs.make_bucket(bucket)
    sources = []
    folder = tmp_path / "ü & 名"
    folder.mkdir()
    for extension, write in WRITERS.items():
        write(folder / f"x{extension}")
        url = f"s3://{bucket}/{folder.name}/x{extension}"
        sources.append(Source("s3", url, StoreAddress(endpoint_url=seaweedfs.endpoint, path_style=True)))
    for path in folder.rglob("*"):
        if path.is_file():
            key = str(path.relative_to(tmp_path))
            seaweedfs.client.put_object(Bucket=bucket, Key=key, Body=path.read_bytes())
    path, names = entered(tmp_path, *sources)
    assert seaweedfs.secret_key not in path.read_text()
    assert seaweedfs.access_key not in path.read_text()
    catalog = intake.open_catalog(str(path))
    for entry, extension in zip(names, WRITERS, strict=True):
        assert NUMBERS[extension](catalog[entry].read()) == [1, 2, 3], extension


def test_what_people_wrote_stays(tmp_path: Path) -> None:
    data = tmp_path / "events.csv"
    WRITERS[".csv"](data)
    other = Source("folder", str(tmp_path / "other.csv"))
    text, _ = enter("# Ours, see the wiki.\n", Source("folder", str(data)), "All of them")
    text = text.replace("entries:\n", "entries:\n  # Checked by Ada.\n")
    text = text.replace(
        "    metadata:\n", "    metadata:\n      owner: ada  # and bob\n      when: 'today'\n"
    )
    text = text.replace("reader: intake.readers.readers:PandasCSV", "reader: intake.readers.readers:DaskCSV")
    assert enter(text, Source("folder", str(data))) == (text, "events")
    text, name = enter(text, other)
    assert name == "other"
    for line in ("# Ours, see the wiki.", "# Checked by Ada.", "owner: ada  # and bob", "when: 'today'"):
        assert line in text
    text, name = enter(text, Source("folder", str(data)), "Only some")
    assert (name, text.count("events.csv")) == ("events", 1)
    path = tmp_path / "catalog.yaml"
    path.write_text(text)
    entry = intake.open_catalog(str(path))["events"]
    assert entry.metadata == {"owner": "ada", "when": "today", "description": "Only some"}
    assert list(entry.read().compute().x) == [1, 2, 3]


def test_what_intake_wrote_is_taken(tmp_path: Path) -> None:
    theirs = intake.readers.entry.Catalog()
    theirs["mine"] = intake.readers.readers.PandasCSV(intake.readers.datatypes.CSV(url="/data/mine.csv"))
    path = tmp_path / "catalog.yaml"
    theirs.to_yaml_file(str(path))
    text, name = enter(path.read_text(), Source("folder", "/data/mine.csv"))
    assert name == "mine"
    text, name = enter(text, Source("folder", "/elsewhere/mine.csv"))
    assert name == "mine_2"
    path.write_text(text)
    catalog = intake.open_catalog(str(path))
    assert catalog["mine"].data.url == "/data/mine.csv"
    assert catalog["mine_2"].data.url == "/elsewhere/mine.csv"


@pytest.mark.parametrize(
    ("file", "entry"),
    [
        ("events.csv", "events"),
        ("Run 7, ü.parquet", "run_7"),
        ("2024-05.csv", "file_2024_05"),
        ("events.v2.csv.gz", "events_v2"),
        ("no.csv", "file_no"),
        ("class.csv", "file_class"),
        ("catalog.csv", "catalog_2"),
        ("名.csv", "file"),
        (".csv", "csv"),
        ("x.zarr", "x"),
    ],
)
def test_names(file: str, entry: str) -> None:
    assert enter(None, Source("folder", f"/data/{file}"))[1] == entry


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4, unique=True))
def test_every_source_has_an_entry_of_its_own(paths: list[str]) -> None:
    sources = [Source("s3", f"s3://bucket/{path.encode(errors='ignore').decode()}.csv") for path in paths]
    text: str | None = None
    names: dict[str, str] = {}
    for source in sources:
        text, names[source.whole.address] = enter(text, source)
    assert len(set(names.values())) == len(names)
    read = yaml.safe_load(text or "")
    for address, name in names.items():
        assert name.isidentifier()
        url = read["data"][read["entries"][name]["kwargs"]["args"][0][6:-2]]["kwargs"]["url"]
        assert url.replace("{{", "{").replace("}}", "}") == address


@pytest.mark.parametrize(
    "text",
    [
        "- a\n- list\n",
        "just text",
        "key: value\n",
        "version: 1\n",
        "version: 2\nentries: []\n",
        "version: 2\ndata: {x: &a [*a]}\nentries: nothing\n",
        "sources:\n  x: {driver: csv, args: {urlpath: x.csv}}\n",
        "a: 'b\n",
        "a: 1\na: 2\n",
        "version: 2\n---\nversion: 2\n",
        "\0",
        "[" * 5000,
    ],
)
def test_what_is_no_catalog_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="left as it is"):
        enter(text, Source("folder", "/data/x.csv"))
