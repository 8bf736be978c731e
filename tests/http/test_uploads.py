from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.support.server import RunningServer

from .conftest import client_of, create, reason, send

UPLOADS = "api/bigupload/uploads"


@pytest.fixture
def data() -> bytes:
    return secrets.token_bytes(1_000_003)


def partials(root: Path) -> list[Path]:
    return list(root.rglob(".*.bigupload"))


def test_a_create_that_is_repeated_creates_one_upload(client: httpx.Client, root: Path) -> None:
    def create_with(key: str, **fields: object) -> httpx.Response:
        wanted = {"path": "x", "size": 10, **fields}
        return client.post(UPLOADS, json=wanted, headers={"Idempotency-Key": key})

    first = create_with("a key")
    assert first.status_code == 201
    assert create_with("a key").json()["id"] == first.json()["id"]
    assert create_with("another key").json()["id"] != first.json()["id"]
    assert reason(create_with("a key", size=11)) == (423, "locked")
    assert len(client.get(UPLOADS).json()["uploads"]) == 2
    # Gone is gone, and the key is free again.
    client.delete(f"{UPLOADS}/{first.json()['id']}")
    assert create_with("a key").status_code == 201


def test_the_whole_way(client: httpx.Client, root: Path, data: bytes) -> None:
    (root / "a folder" / "ü").mkdir(parents=True)
    answer = client.post(
        UPLOADS, json={"path": "a folder/ü/x.bin", "size": len(data), "last_modified": 1_790_000_000_000}
    )
    upload = answer.json()
    assert answer.status_code == 201
    assert {key: upload[key] for key in upload if key not in {"id", "created", "updated", "expires"}} == {
        "destination": "home",
        "path": "a folder/ü/x.bin",
        "name": "x.bin",
        "size": len(data),
        "last_modified": 1_790_000_000_000,
        "on_conflict": "fail",
        "state": "receiving",
        "chunk_size": 64 * 2**20,
        "block_size": 64 * 2**20,
        "parallel": 32,
        "part_size": None,
        "direct": False,
        "received": [],
        "received_bytes": 0,
        "error": None,
        "digest": None,
        "parts": [],
        "unconfirmed": [],
    }
    assert upload["created"].endswith("Z")
    assert upload["expires"] > upload["created"]
    end = send(client, upload["id"], data, 600_000, len(data), folder="a%20folder/%C3%BC")
    assert end.json() == {
        "id": upload["id"],
        "state": "receiving",
        "received": [[600_000, len(data)]],
        "received_bytes": len(data) - 600_000,
    }
    send(client, upload["id"], data, 0, 600_000)
    assert [one["id"] for one in client.get(UPLOADS).json()["uploads"]] == [upload["id"]]
    (partial,) = (root / "a folder" / "ü").iterdir()
    assert partial.match(f".x.bin.{upload['id']}-*.bigupload")
    done = client.post(f"{UPLOADS}/{upload['id']}/complete").json()
    assert (done["state"], done["received"]) == ("done", [[0, len(data)]])
    assert (root / "a folder" / "ü" / "x.bin").read_bytes() == data
    assert not partials(root)
    assert client.get(UPLOADS).json()["uploads"] == []
    assert client.get(f"{UPLOADS}/{upload['id']}").json()["state"] == "done"
    assert client.post(f"{UPLOADS}/{upload['id']}/complete").json()["state"] == "done"


def test_many_chunks_at_once(client: httpx.Client, root: Path, data: bytes) -> None:
    upload_id = create(client, "x", len(data))
    starts = list(range(0, len(data), 37_000))
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(
            lambda at: send(client, upload_id, data, at, min(at + 37_000, len(data))), reversed(starts)
        )
        assert {answer.status_code for answer in answers} == {200}
    assert client.get(f"{UPLOADS}/{upload_id}").json()["received"] == [[0, len(data)]]
    assert client.post(f"{UPLOADS}/{upload_id}/complete").status_code == 200
    assert (root / "x").read_bytes() == data


def test_an_empty_file(client: httpx.Client, root: Path) -> None:
    upload_id = create(client, "empty", 0)
    assert client.post(f"{UPLOADS}/{upload_id}/complete").json()["state"] == "done"
    assert (root / "empty").read_bytes() == b""


def test_what_is_there_is_acknowledged_again_and_stays(client: httpx.Client, root: Path, data: bytes) -> None:
    upload_id = create(client, "x", len(data))
    send(client, upload_id, data, 0, len(data))
    again = send(client, upload_id, bytes(len(data)), 100, 200)
    assert (again.status_code, again.json()["received"]) == (200, [[0, len(data)]])
    client.post(f"{UPLOADS}/{upload_id}/complete")
    assert (root / "x").read_bytes() == data


def test_a_chunk_that_overlaps(client: httpx.Client, root: Path, data: bytes) -> None:
    upload_id = create(client, "x", len(data))
    send(client, upload_id, data, 100, 200)
    answer = send(client, upload_id, data, 150, 250)
    assert reason(answer) == (409, "range_overlap")
    assert answer.json()["received"] == [[100, 200]]


def test_completing_too_early(client: httpx.Client, root: Path, data: bytes) -> None:
    upload_id = create(client, "x", len(data))
    send(client, upload_id, data, 100, 200)
    answer = client.post(f"{UPLOADS}/{upload_id}/complete")
    assert reason(answer) == (409, "incomplete")
    assert answer.json()["missing"] == [[0, 100], [200, len(data)]]
    assert not (root / "x").exists()


def test_a_conflict_at_the_start(client: httpx.Client, root: Path) -> None:
    (root / "x").write_bytes(b"mine")
    answer = client.post(UPLOADS, json={"path": "x", "size": 3})
    assert reason(answer) == (409, "exists")
    assert answer.json()["path"] == "x"
    assert client.get(UPLOADS).json()["uploads"] == []
    assert sorted(path.name for path in root.iterdir()) == ["x"]


@pytest.mark.parametrize(
    ("decision", "path", "x"),
    [("replace", "x", b"new"), ("rename", "x (1)", b"mine"), ("fail", None, b"mine")],
)
def test_a_conflict_at_the_end(
    client: httpx.Client, root: Path, decision: str, path: str | None, x: bytes
) -> None:
    upload_id = create(client, "x", 3)
    send(client, upload_id, b"new", 0, 3)
    (root / "x").write_bytes(b"mine")
    assert reason(client.post(f"{UPLOADS}/{upload_id}/complete")) == (409, "exists")
    assert client.get(f"{UPLOADS}/{upload_id}").json()["state"] == "receiving"
    answer = client.post(f"{UPLOADS}/{upload_id}/complete", json={"on_conflict": decision})
    if path is None:
        assert reason(answer) == (409, "exists")
    else:
        assert answer.json()["path"] == path
        assert (root / path).read_bytes() == b"new"
    assert (root / "x").read_bytes() == x


def test_abort_leaves_nothing(client: httpx.Client, server: RunningServer, root: Path, data: bytes) -> None:
    upload_id = create(client, "x", len(data))
    send(client, upload_id, data, 0, 1000)
    assert client.delete(f"{UPLOADS}/{upload_id}").status_code == 204
    assert list(root.iterdir()) == []
    assert not list(server.data_dir.glob("bigupload/**/*.json"))
    assert reason(client.delete(f"{UPLOADS}/{upload_id}")) == (404, "not_found")
    assert reason(client.get(f"{UPLOADS}/{upload_id}")) == (404, "not_found")
    assert reason(send(client, upload_id, data, 0, 1000)) == (404, "not_found")
    assert reason(client.post(f"{UPLOADS}/{upload_id}/complete")) == (404, "not_found")


def test_what_is_done_is_not_undone(client: httpx.Client, root: Path) -> None:
    upload_id = create(client, "x", 3)
    send(client, upload_id, b"abc", 0, 3)
    client.post(f"{UPLOADS}/{upload_id}/complete")
    assert reason(client.delete(f"{UPLOADS}/{upload_id}")) == (409, "not_receiving")
    assert reason(send(client, upload_id, b"abc", 0, 3)) == (409, "not_receiving")
    assert (root / "x").read_bytes() == b"abc"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"path": "x"},
        {"size": 1},
        {"path": 7, "size": 1},
        {"path": "x", "size": -1},
        {"path": "x", "size": 1.5},
        {"path": "x", "size": "1"},
        {"path": "x", "size": True},
        {"path": "x", "size": 2**63},
        {"path": "x", "size": 1, "on_conflict": "maybe"},
        {"path": "x", "size": 1, "last_modified": "today"},
        {"path": "x", "size": 1, "destination": 1},
    ],
)
def test_fields_that_can_not_be_read(client: httpx.Client, root: Path, fields: dict[str, object]) -> None:
    assert reason(client.post(UPLOADS, json=fields)) == (400, "malformed")


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'"x"', b"[" * 200_000])
def test_bodies_that_can_not_be_read(client: httpx.Client, root: Path, body: bytes) -> None:
    assert reason(client.post(UPLOADS, content=body)) == (400, "malformed")


def test_the_first_of_january_1970_is_a_time(client: httpx.Client, root: Path) -> None:
    upload_id = create(client, "x", 1, last_modified=0)
    assert client.get(f"{UPLOADS}/{upload_id}").json()["last_modified"] == 0


def test_no_such_destination(client: httpx.Client, root: Path) -> None:
    answer = client.post(UPLOADS, json={"path": "x", "size": 1, "destination": "moon"})
    assert reason(answer) == (501, "unsupported")


@pytest.mark.parametrize(
    ("content_range", "expected"),
    [
        ("bytes 0-2/4", (409, "offset_mismatch")),
        ("bytes 0-3/3", (400, "malformed")),
        ("bytes 2-1/3", (400, "malformed")),
        ("bytes 0-2/*", (400, "malformed")),
        ("bytes */3", (400, "malformed")),
        ("bits 0-2/3", (400, "malformed")),
        ("0-2/3", (400, "malformed")),
        ("bytes -1-2/3", (400, "malformed")),
        ("bytes 0-0/3", (400, "length_mismatch")),
        ("", (400, "malformed")),
        (None, (400, "malformed")),
    ],
)
def test_ranges_that_do_not_fit(
    client: httpx.Client, root: Path, content_range: str | None, expected: tuple[int, str]
) -> None:
    upload_id = create(client, "x", 3)
    headers = {} if content_range is None else {"Content-Range": content_range}
    answer = client.post(f"api/upload_handlers?upload={upload_id}", content=b"abc", headers=headers)
    assert reason(answer) == expected
    assert client.get(f"{UPLOADS}/{upload_id}").json()["received"] == []


def test_a_body_that_is_too_short(client: httpx.Client, root: Path) -> None:
    upload_id = create(client, "x", 3)
    answer = client.post(
        f"api/upload_handlers?upload={upload_id}", content=b"ab", headers={"Content-Range": "bytes 0-2/3"}
    )
    assert reason(answer) == (400, "length_mismatch")
    assert send(client, upload_id, b"abc", 0, 3).json()["received"] == [[0, 3]]


@pytest.mark.parametrize("upload_id", ["nope", "..", "%2e%2e", "a%2fb", "x" * 500, "%00"])
def test_ids_that_are_none(client: httpx.Client, root: Path, upload_id: str) -> None:
    assert client.get(f"{UPLOADS}/{upload_id}").status_code == 404
    answer = client.post(
        f"api/upload_handlers?upload={upload_id}", content=b"abc", headers={"Content-Range": "bytes 0-2/3"}
    )
    assert reason(answer) == (404, "not_found")


def test_a_content_coding_is_refused(client: httpx.Client, root: Path) -> None:
    upload_id = create(client, "x", 3)
    answer = client.post(
        f"api/upload_handlers?upload={upload_id}",
        content=b"abc",
        headers={"Content-Range": "bytes 0-2/3", "Content-Encoding": "gzip"},
    )
    assert reason(answer) == (415, "unsupported")


def test_a_partial_that_vanished(client: httpx.Client, root: Path) -> None:
    upload_id = create(client, "x", 6)
    send(client, upload_id, b"abcdef", 0, 3)
    partials(root)[0].unlink()
    assert reason(send(client, upload_id, b"abcdef", 3, 6)) == (404, "not_found")
    assert list(root.iterdir()) == []
    assert client.get(UPLOADS).json()["uploads"] == []


def test_a_damaged_record_is_not_believed(client: httpx.Client, server: RunningServer, root: Path) -> None:
    upload_id = create(client, "x", 6)
    (record,) = server.data_dir.glob(f"bigupload/**/{upload_id}.json")
    record.write_bytes(record.read_bytes().replace(b'"size": 6', b'"size": 7'))
    assert reason(client.get(f"{UPLOADS}/{upload_id}")) == (404, "not_found")
    assert client.get(UPLOADS).json()["uploads"] == []


def test_too_large(start: Callable[..., RunningServer]) -> None:
    server = start(config={"BigUpload": {"max_upload_size": 10}})
    with client_of(server) as client:
        answer = client.post(UPLOADS, json={"path": "x", "size": 11})
        assert reason(answer) == (413, "too_large")
        assert answer.json()["limit"] == 10
        assert create(client, "x", 10)
        for name in ("raw", "form"):
            answer = (
                client.post(
                    "api/upload_handlers",
                    content=b"x" * 11,
                    headers={"Content-Disposition": 'attachment; filename="raw"'},
                )
                if name == "raw"
                else client.post("api/upload_handlers", files={"files[]": ("form", b"x" * 11)})
            )
            assert reason(answer) == (413, "too_large")
            assert not list(server.root.glob(f"*{name}*"))


def test_another_base_url(start: Callable[..., RunningServer]) -> None:
    with client_of(start(base_url="/user/some-one/")) as client:
        upload_id = create(client, "x", 3)
        send(client, upload_id, b"abc", 0, 3)
        assert client.post(f"{UPLOADS}/{upload_id}/complete").json()["state"] == "done"
        answer = client.post("api/upload_handlers", files={"files[]": ("y", b"abc")})
        assert answer.json()["files"][0]["url"].startswith("/user/")


@pytest.mark.parametrize(
    ("policy", "there", "size"),
    [("fail", b"12345", 5), ("fail", b"", 0), ("fail", None, None), ("replace", None, None)],
)
def test_what_exists_at_the_end_is_told_with_its_path_and_size(
    client: httpx.Client, root: Path, policy: str, there: bytes | None, size: int | None
) -> None:
    (root / "a" / "b").mkdir(parents=True)
    upload_id = create(client, "a/b/x", 3)
    send(client, upload_id, b"abc", 0, 3, folder="a/b")
    if there is None:
        (root / "a" / "b" / "x").mkdir()
    else:
        (root / "a" / "b" / "x").write_bytes(there)
    answer = client.post(f"{UPLOADS}/{upload_id}/complete", json={"on_conflict": policy})
    assert reason(answer) == (409, "exists")
    assert (answer.json()["path"], answer.json()["size"]) == ("a/b/x", size)
    done = client.post(f"{UPLOADS}/{upload_id}/complete", json={"on_conflict": "rename"})
    assert done.json()["path"] == "a/b/x (1)"
    assert (root / "a" / "b" / "x (1)").read_bytes() == b"abc"
