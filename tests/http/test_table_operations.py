"""Tables are checked and converted by processes of their own, in the home folder and in buckets."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet
import pytest

from .conftest import reason
from .operations import OPERATIONS, begin, finished
from .site import Site

ROWS = 20_000
CSV = "id;value;group\n" + "".join(f"{n};{'x' if n == 777 else n * 2};{n % 3}\n" for n in range(ROWS))
RECIPE = {
    "format": "csv",
    "dialect": {"delimiter": ";"},
    "columns": [
        {"source": "id", "type": "int64"},
        {"source": "value", "name": "double", "type": "int64"},
        {"source": "group", "type": "int64"},
    ],
}
CHECKED = {"rows_in": ROWS, "rows_out": ROWS - 1, "rejects": 1}
KEPT = [n for n in range(ROWS) if n != 777]


def convert(client: httpx.Client, path: str, **parameters: Any) -> Any:
    operation = begin(client, "convert_table", path, parameters={"recipe": RECIPE, **parameters})
    return finished(client, operation)


def test_all_rows_are_checked(client: httpx.Client, root: Path) -> None:
    (root / "a.csv").write_text(CSV)
    done = finished(client, begin(client, "profile_table", "a.csv", parameters={"recipe": RECIPE}))

    profile = done["response"]["profile"]
    assert profile["rows"] == ROWS
    assert profile["rejects"]["by_column"]["double"] == 1
    (reject,) = profile["rejects"]["first"]
    assert (reject["line"], reject["column"], reject["text"]) == (779, "double", "x")
    assert CSV.encode()[reject["byte"] :].startswith((b"x", b"777;x"))


def test_parquet_with_what_does_not_fit_beside(client: httpx.Client, root: Path) -> None:
    (root / "a.csv").write_text(CSV)
    response = convert(client, "a.csv", name="a.parquet")["response"]

    assert response["made"]["path"] == "a.parquet"
    assert response["made"]["size"] == (root / "a.parquet").stat().st_size
    assert response["checked"] == CHECKED
    table = pyarrow.parquet.read_table(root / "a.parquet").to_pydict()
    assert table == {"id": KEPT, "double": [n * 2 for n in KEPT], "group": [n % 3 for n in KEPT]}
    assert response["aside"] == {"destination": "home", "path": "a.parquet.rejects.csv"}
    assert "779," in (root / "a.parquet.rejects.csv").read_text()
    assert sorted(path.name for path in root.iterdir()) == ["a.csv", "a.parquet", "a.parquet.rejects.csv"]


def test_folders_by_the_values_of_a_column(client: httpx.Client, root: Path) -> None:
    (root / "a.csv").write_text(CSV)
    response = convert(client, "a.csv", name="parts", partition_by=["group"])["response"]

    assert sorted(path.name for path in (root / "parts").iterdir()) == [
        "_rejects.csv",
        *(f"group={n}" for n in range(3)),
    ]
    assert response["aside"]["path"] == "parts/_rejects.csv"
    assert sorted(pyarrow.parquet.read_table(root / "parts")["id"].to_pylist()) == KEPT


def test_what_may_not_be_left_out_makes_it_fail_and_leaves_nothing(client: httpx.Client, root: Path) -> None:
    (root / "a.csv").write_text(CSV)
    failed = convert(client, "a.csv", name="a.parquet", rejects="fail")

    assert (failed["metadata"]["state"], failed["error"]["reason"]) == ("failed", "rejects_found")
    assert [path.name for path in root.iterdir()] == ["a.csv"]


@pytest.mark.parametrize(
    ("on_conflict", "path"), [("rename", "a (1).parquet"), ("replace", "a.parquet"), ("fail", None)]
)
def test_a_name_that_is_taken(client: httpx.Client, root: Path, on_conflict: str, path: str | None) -> None:
    (root / "a.csv").write_text(CSV)
    (root / "a.parquet").write_bytes(b"someone's")
    over = convert(client, "a.csv", name="a.parquet", on_conflict=on_conflict)

    if path is None:
        assert over["error"]["reason"] == "exists"
    else:
        assert over["response"]["made"]["path"] == path
    if path != "a.parquet":
        assert (root / "a.parquet").read_bytes() == b"someone's"


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"recipe": {"format": "sql"}, "name": "a"}, "format"),
        ({"recipe": RECIPE, "name": "a/b"}, "name"),
        ({"recipe": RECIPE, "name": "a", "format": "xml"}, "format"),
        ({"name": "a"}, "recipe"),
    ],
)
def test_what_is_not_as_its_schema_is_refused(
    client: httpx.Client, root: Path, parameters: dict[str, Any], words: str
) -> None:
    (root / "a.csv").write_text(CSV)
    answer = client.post(
        OPERATIONS, json={"kind": "convert_table", "path": "a.csv", "parameters": parameters}
    )
    assert reason(answer) == (400, "malformed")
    assert words in answer.json()["message"]


@pytest.mark.parametrize("folder", ["..", "../elsewhere", "link"])
def test_nothing_is_made_outside(client: httpx.Client, root: Path, tmp_path: Path, folder: str) -> None:
    (root / "a.csv").write_text(CSV)
    (root / "link").symlink_to(tmp_path)
    answer = client.post(
        OPERATIONS,
        json={
            "kind": "convert_table",
            "path": "a.csv",
            "parameters": {"recipe": RECIPE, "name": "a.parquet", "folder": folder},
        },
    )
    if answer.status_code == 201:
        assert finished(client, answer.json())["error"]["reason"] == "outside_root"
    else:
        assert answer.status_code == 403
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("destination", ["lab", "archive"])
def test_from_a_bucket_into_a_bucket(visitor: httpx.Client, site: Site, destination: str) -> None:
    site.put(destination, "tables/a.csv", CSV.encode())
    parameters = {"recipe": RECIPE, "name": "a.parquet", "to": destination, "folder": "tables/made"}
    operation = begin(
        visitor, "convert_table", "tables/a.csv", destination=destination, parameters=parameters
    )
    response = finished(visitor, operation)["response"]

    assert response["checked"] == CHECKED
    made = io.BytesIO(site.read(destination, response["made"]["path"]))
    assert pyarrow.parquet.read_table(made)["id"].to_pylist() == KEPT
    assert b"779," in site.read(destination, response["aside"]["path"])
    assert site.names(destination, "tables/made") == {"a.parquet", "a.parquet.rejects.csv"}
    assert site.unfinished() == []


PARTS = pa.table(
    {
        "id": pa.array([n if n % 7 else None for n in range(60)], pa.int64()),
        "year": [("2020", "2021", None)[n % 3] for n in range(60)],
        "place": [("a b", "ü/%", "NULL", None)[n % 4] for n in range(60)],
    }
)
PARTS_RECIPE = {
    "format": "parquet",
    "columns": [{"source": name, "type": "as_is"} for name in ("id", "year", "place")],
}


def parts_in(folder: Path) -> None:
    pyarrow.dataset.write_dataset(
        PARTS, folder, format="parquet", partitioning=["year", "place"], partitioning_flavor="hive"
    )


def in_any_order(table: pa.Table) -> list[tuple[object, ...]]:
    columns = [table[name].to_pylist() for name in ("id", "year", "place")]
    return sorted(zip(*columns, strict=True), key=repr)


def test_a_folder_of_parquet_becomes_one_file(client: httpx.Client, root: Path) -> None:
    parts_in(root / "parts")
    profiled = finished(client, begin(client, "profile_table", "parts", parameters={"recipe": PARTS_RECIPE}))
    profile = profiled["response"]["profile"]
    assert (profile["rows"], [one["nulls"] for one in profile["columns"]]) == (60, [9, 20, 15])

    response = convert(client, "parts", recipe=PARTS_RECIPE, name="a.parquet")["response"]
    assert response["checked"] == {"rows_in": 60, "rows_out": 60, "rejects": 0}
    assert in_any_order(pyarrow.parquet.read_table(root / "a.parquet")) == in_any_order(PARTS)


def test_a_folder_with_another_file_is_not_converted(client: httpx.Client, root: Path) -> None:
    parts_in(root / "parts")
    (root / "parts/year=2020/notes.txt").write_text("notes")
    failed = convert(client, "parts", recipe=PARTS_RECIPE, name="a.parquet")
    assert failed["error"]["reason"] == "not_a_table"
    assert [path.name for path in root.iterdir()] == ["parts"]


@pytest.mark.parametrize("destination", ["lab", "archive"])
def test_a_folder_of_parquet_in_a_bucket(
    visitor: httpx.Client, site: Site, tmp_path: Path, destination: str
) -> None:
    parts_in(tmp_path)
    for file in tmp_path.rglob("*.parquet"):
        site.put(destination, f"tables/parts/{file.relative_to(tmp_path)}", file.read_bytes())
    site.put(destination, "tables/parts/_SUCCESS", b"")
    site.put(destination, "tables/parts 2/notes.txt", b"not in it")
    answer = visitor.post(
        "api/bigupload/tables/preview",
        json={"source": {"destination": destination, "path": "tables/parts"}, "start": 55},
    )
    assert answer.status_code == 200, answer.text
    assert (answer.json()["rows"], len(answer.json()["values"])) == ({"count": 60, "exact": True}, 5)

    parameters = {"recipe": PARTS_RECIPE, "name": "a.parquet", "to": destination, "folder": "tables/made"}
    operation = begin(
        visitor, "convert_table", "tables/parts", destination=destination, parameters=parameters
    )
    response = finished(visitor, operation)["response"]
    assert response["checked"] == {"rows_in": 60, "rows_out": 60, "rejects": 0}
    made = io.BytesIO(site.read(destination, response["made"]["path"]))
    assert in_any_order(pyarrow.parquet.read_table(made)) == in_any_order(PARTS)
