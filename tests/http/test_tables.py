"""Questions about tables: answered beside the server, for whoever may read the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.support.server import RunningServer

from .conftest import reason

TABLES = "api/bigupload/tables"
PREVIEW = f"{TABLES}/preview"
RECIPES = f"{TABLES}/recipes"
CSV = "id;Wert\n" + "".join(f"{n};{n},5\n" for n in range(500))


def preview(client: httpx.Client, path: str, **fields: Any) -> dict[str, Any]:
    answer = client.post(PREVIEW, json={"source": {"path": path}, **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]  # an object


def test_a_file_is_read_as_it_seems_to_be(client: httpx.Client, root: Path) -> None:
    (root / "a b.csv").write_text(CSV)
    found = preview(client, "a b.csv", count=3)

    assert found["values"] == [["0", "0.5"], ["1", "1.5"], ["2", "2.5"]]
    assert [(one["name"], one["type"]) for one in found["columns"]] == [("id", "int64"), ("Wert", "float64")]
    assert (found["recipe"]["dialect"]["delimiter"], found["recipe"]["dialect"]["decimal"]) == (";", ",")
    assert (found["size"], found["arrived"], found["complete"]) == (len(CSV), len(CSV), True)
    assert found["suggested"] is None


def test_a_change_of_the_recipe_shows_at_once(client: httpx.Client, root: Path) -> None:
    (root / "a.csv").write_text(CSV)
    recipe = preview(client, "a.csv")["recipe"]
    recipe["columns"][1] = {**recipe["columns"][1], "name": "text", "type": "text"}

    found = preview(client, "a.csv", recipe=recipe, start=499)

    assert found["values"] == [["499", "499,5"]]
    assert found["columns"][1]["name"] == "text"


def test_a_recipe_that_is_kept_is_offered_for_a_file_that_looks_alike(
    client: httpx.Client, root: Path
) -> None:
    (root / "a.csv").write_text(CSV)
    recipe = preview(client, "a.csv")["recipe"]
    recipe["columns"][0] = {**recipe["columns"][0], "name": "number"}
    kept = client.post(RECIPES, json={"name": "numbers", "recipe": recipe})
    assert kept.status_code == 201
    try:
        (root / "b.csv").write_text(CSV.replace("Wert\n", "Wert\n77;0,1\n"))
        (root / "c.csv").write_text("x,y,z\n1,2,3\n")
        assert client.get(RECIPES).json()["recipes"] == [kept.json()]
        assert preview(client, "b.csv")["suggested"] == kept.json()
        assert preview(client, "c.csv")["suggested"] is None
    finally:
        assert client.delete(f"{RECIPES}/{kept.json()['id']}").status_code == 204
    assert client.get(RECIPES).json() == {"recipes": []}
    assert reason(client.delete(f"{RECIPES}/{kept.json()['id']}")) == (404, "not_found")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "source"),
        ({"source": {}}, "path"),
        ({"source": {"path": ""}}, "path"),
        ({"source": {"path": 3}}, "path"),
        ({"source": {"upload": 3}}, "upload"),
        ({"source": {"path": "a.csv"}, "recipe": {"format": "csv", "dialect": {"delimiter": "\n"}}}, "delim"),
        ({"source": {"path": "a.csv"}, "recipe": {"format": "sql"}}, "format"),
        ({"source": {"path": "a.csv"}, "start": -1}, "start"),
        ({"source": {"path": "a.csv"}, "count": 1001}, "count"),
    ],
)
def test_what_is_no_question(client: httpx.Client, root: Path, fields: dict[str, Any], words: str) -> None:
    (root / "a.csv").write_text(CSV)
    answer = client.post(PREVIEW, json=fields)
    assert reason(answer) == (400, "malformed")
    assert words in answer.json()["message"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("../secret", (403, "outside_root")),
        (".secret.csv", (403, "hidden")),
        ("missing.csv", (404, "not_found")),
        ("missing/a.csv", (404, "folder_missing")),
        ("link.csv", (404, "not_found")),
        ("picture.png", (415, "not_a_table")),
    ],
)
def test_files_that_can_not_be_read(
    client: httpx.Client, root: Path, path: str, expected: tuple[int, str]
) -> None:
    (root / "link.csv").symlink_to("/etc/passwd")
    (root / ".secret.csv").write_text(CSV)
    (root / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)))
    assert reason(client.post(PREVIEW, json={"source": {"path": path}})) == expected


@pytest.mark.parametrize("path", ["data/sales.parquet", "data/sales.parquet/"])
def test_a_folder_of_parquet(client: httpx.Client, root: Path, path: str) -> None:
    for year in ("2020", "a%20b", "__HIVE_DEFAULT_PARTITION__"):
        folder = root / "data/sales.parquet" / f"year={year}"
        folder.mkdir(parents=True)
        pyarrow.parquet.write_table(pa.table({"id": [1, None]}), folder / "part.parquet")
    (root / "data/sales.parquet/_SUCCESS").touch()
    (root / "data/sales.parquet/.part.parquet.crc").write_text("x")
    found = preview(client, path, start=1)

    assert found["recipe"]["format"] == "parquet"
    assert found["rows"] == {"count": 6, "exact": True}
    assert [one["source"] for one in found["columns"]] == ["id", "year"]
    assert found["values"] == [[None, "2020"], ["1", None], [None, None], ["1", "a b"], [None, "a b"]]


@pytest.mark.parametrize(
    ("path", "expected", "words"),
    [
        ("mixed", (415, "not_a_table"), "notes.txt"),
        ("types", (415, "not_a_table"), "'id'"),
        ("empty", (415, "not_a_table"), "no Parquet"),
        ("inside", (415, "not_a_table"), "'id'"),
        ("outside", (404, "not_found"), "outside"),
        (".hidden", (403, "hidden"), ""),
        ("../outside", (403, "outside_root"), ""),
    ],
)
def test_folders_that_are_no_table(
    client: httpx.Client, root: Path, path: str, expected: tuple[int, str], words: str
) -> None:
    (root / "outside").symlink_to("/etc")
    for folder in ("mixed", "types", ".hidden"):
        (root / folder).mkdir()
        pyarrow.parquet.write_table(pa.table({"id": [1]}), root / folder / "a.parquet")
    (root / "mixed/notes.txt").write_text("notes")
    pyarrow.parquet.write_table(pa.table({"id": ["1"]}), root / "types/b.parquet")
    (root / "empty").mkdir()
    (root / "inside").symlink_to(root / "types")
    answer = client.post(PREVIEW, json={"source": {"path": path}})
    assert reason(answer) == expected
    assert words in answer.json()["message"]


def test_an_upload_that_is_still_coming(client: httpx.Client, root: Path) -> None:
    data = CSV.encode()
    upload = client.post("api/bigupload/uploads", json={"path": "a.csv", "size": len(data)}).json()
    source = {"source": {"upload": upload["id"]}}
    # A row that is cut is left out until the rest of it is there.
    cut = data.index(b"\n300;") + 3

    def send(start: int, end: int) -> None:
        headers = {"Content-Range": f"bytes {start}-{end - 1}/{len(data)}"}
        sent = client.post(
            f"api/upload_handlers/?upload={upload['id']}", content=data[start:end], headers=headers
        )
        assert sent.status_code == 200, sent.text

    send(0, cut)
    found = client.post(PREVIEW, json={**source, "start": 298}).json()
    assert (found["arrived"], found["size"], found["complete"]) == (cut, len(data), False)
    assert found["values"] == [["298", "298.5"], ["299", "299.5"]]

    send(cut, len(data))
    assert client.post(f"api/bigupload/uploads/{upload['id']}/complete").status_code == 200
    found = client.post(PREVIEW, json={**source, "start": 499}).json()
    assert (found["complete"], found["values"]) == (True, [["499", "499.5"]])


@pytest.mark.parametrize("upload", ["0" * 32, "..", ""])
def test_an_upload_that_is_none(client: httpx.Client, upload: str) -> None:
    assert reason(client.post(PREVIEW, json={"source": {"upload": upload}})) == (404, "not_found")


def test_nobody_gets_in_without_a_login(server: RunningServer, root: Path) -> None:
    (root / "a.csv").write_text(CSV)
    with httpx.Client(base_url=server.url, trust_env=False) as stranger:
        assert stranger.post(PREVIEW, json={"source": {"path": "a.csv"}}).status_code == 403
        for question in ("history", "diff"):
            body = {"database": {"path": "a.db"}, "table": "t", "from": "HEAD", "to": "HEAD"}
            assert stranger.post(f"{TABLES}/{question}", json=body).status_code == 403
        assert stranger.get(RECIPES).status_code == 403
        assert stranger.post(RECIPES, json={"name": "a", "recipe": {"format": "csv"}}).status_code == 403
        assert stranger.delete(f"{RECIPES}/{'0' * 16}").status_code == 403
