"""A tree into a bucket keeps its paths as keys; what is there is known without a download."""

from __future__ import annotations

import secrets

import httpx
import pytest

from .batches import File, batch


@pytest.mark.parametrize("destination", ["lab", "archive"])
def test_a_folder_into_a_bucket_and_back(visitor: httpx.Client, destination: str) -> None:
    where = {"destination": destination}
    top = secrets.token_hex(8)
    files = [
        File(f"{top}/d{number % 3}/é {number}", secrets.token_bytes(number * 300)) for number in range(40)
    ]
    body = batch([*files, File(f"{top}/../x", b"x"), File(f"{top}/.hidden", b"h")], [f"{top}/empty"])
    answer = visitor.post("api/bigupload/batches", params=where, content=body)
    assert answer.status_code == 200, answer.text
    outcomes = answer.json()
    assert outcomes["folders"][0]["error"]["reason"] == "unsupported"
    done = [{"state": "done", "path": file.path, "identical": False} for file in files]
    assert outcomes["files"][:40] == done
    assert outcomes["files"][40]["error"]["reason"] == "invalid_name"
    assert outcomes["files"][41]["state"] == "done", "nothing is hidden in a bucket"
    again = visitor.post("api/bigupload/batches", params=where, content=batch(files)).json()["files"]
    assert again == [{**outcome, "identical": True} for outcome in done]
    changed = File(files[0].path, b"", "fail")
    asked = [*(file.known for file in files), {**changed.known, "path": f"{top}/free"}]
    found = visitor.post("api/bigupload/existing", params=where, json={"files": asked}).json()["existing"]
    assert [(one["index"], one["identical"]) for one in found] == [(index, True) for index in range(40)]
    taken = visitor.post(
        "api/bigupload/removal",
        params=where,
        json={"files": [file.known for file in [*files, File(f"{top}/.hidden", b"h")]], "folders": [top]},
    )
    assert taken.json() == {"removed": 41, "kept": []}


@pytest.mark.parametrize(
    ("destination", "expected"),
    [("reader", "access_denied"), ("missing", "bucket_missing"), ("dead", "store_unreachable")],
)
def test_a_bucket_that_takes_nothing(visitor: httpx.Client, destination: str, expected: str) -> None:
    """What is wrong is found out once, and not for each of many files."""
    files = [File(f"{number}", bytes(100)) for number in range(500)]
    answer = visitor.post("api/bigupload/batches", params={"destination": destination}, content=batch(files))
    assert answer.status_code == 200, answer.text
    assert {outcome["error"]["reason"] for outcome in answer.json()["files"]} == {expected}
