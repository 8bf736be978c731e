"""Uploads to buckets, through the server."""

from __future__ import annotations

import itertools
import json
import secrets
import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.support.server import RunningServer

from .conftest import client_of, create, reason
from .site import PART, PREFIX, Site

UPLOADS = "api/bigupload/uploads"
DESTINATIONS = "api/bigupload/destinations"
BUCKETS = ["lab", "archive", "plain"]
ALL_DIGESTS = ["xxh3-128", "sha-256", "crc64nvme", "md5"]


@pytest.fixture(scope="module")
def data() -> bytes:
    return secrets.token_bytes(2 * PART + 1_000_003)


def send(client: httpx.Client, upload_id: str, data: bytes, start: int, end: int) -> httpx.Response:
    """Send a chunk the way the page does, but for the digest."""
    return client.post(
        "api/upload_handlers",
        params={"upload": upload_id},
        content=data[start:end],
        headers={"Content-Range": f"bytes {start}-{end - 1}/{len(data)}"},
    )


def listed(client: httpx.Client, **query: str) -> dict[str, dict[str, object]]:
    answer = client.get(DESTINATIONS, params=query)
    assert answer.status_code == 200, answer.text
    return {one["name"]: one for one in answer.json()["destinations"]}


def checked(client: httpx.Client, *, down: Collection[str] = ()) -> dict[str, dict[str, object]]:
    """Return what there is once all stores but those that are down had the time to answer.

    The server gives each ten seconds, which on a busy machine may be too little; it asks again after five.
    """
    deadline = time.monotonic() + 120
    while True:
        found = listed(client, check="all")
        late = {name for name, one in found.items() if one["reason"] == "store_unreachable"}.difference(down)
        if not late or time.monotonic() > deadline:
            return found
        time.sleep(1)


def test_what_there_is(site: Site, visitor: httpx.Client) -> None:
    found = listed(visitor)
    assert list(found) == ["home", "lab", "archive", "plain", "reader", "missing", "dead", "wrong", "scratch"]
    home = {key: value for key, value in found["home"].items() if key not in {"state", "reason", "message"}}
    assert home == {
        "name": "home",
        "title": "Home folder",
        "kind": "folder",
        "url": None,
        "direct": False,
        "digest": None,
        "browse": False,
        "note": None,
        "file": None,
    }
    lab = found["lab"]
    assert (lab["title"], lab["kind"], lab["note"]) == ("The lab's", "s3", "For all of us.")
    assert (lab["url"], lab["direct"], lab["browse"]) == (f"s3://{site.bucket}/{PREFIX}", True, True)
    assert (found["archive"]["kind"], found["archive"]["url"]) == ("azure", f"az://{site.bucket}")
    assert found["plain"]["direct"] is False
    assert (found["wrong"]["state"], found["wrong"]["reason"]) == ("failed", "malformed")
    assert found["scratch"]["url"] == f"s3://{site.bucket}/scratch/ada"
    assert found["scratch"]["note"] == "Objects here are deleted after 7 days."
    assert visitor.get(DESTINATIONS).json()["hint_above"] == 10**9


def test_what_can_be_reached(site: Site, visitor: httpx.Client) -> None:
    found = checked(visitor, down={"dead"})
    assert {name: (one["state"], one["reason"]) for name, one in found.items()} == {
        "home": ("ok", None),
        "lab": ("ok", None),
        "archive": ("ok", None),
        "plain": ("ok", None),
        "scratch": ("ok", None),
        "reader": ("failed", "access_denied"),
        "missing": ("failed", "bucket_missing"),
        "dead": ("failed", "store_unreachable"),
        "wrong": ("failed", "malformed"),
    }
    for one in found.values():
        assert (one["message"] is None) == (one["state"] == "ok")
    assert listed(visitor)["lab"]["state"] == "ok"
    assert reason(visitor.get(DESTINATIONS, params={"check": "elsewhere"})) == (501, "unsupported")
    assert reason(visitor.get(DESTINATIONS, params={"check": "wrong"})) == (501, "unsupported")
    assert not [key for key in site.unfinished() if ".bigupload-" in key]
    assert list(site.server.root.iterdir()) == []


@pytest.mark.parametrize("destination", BUCKETS)
def test_a_file_in_chunks_of_any_size(
    site: Site, visitor: httpx.Client, data: bytes, destination: str
) -> None:
    """Whole parts, parts in pieces, and a piece of two parts, in no order and at once."""
    path = f"a folder/{destination} ü #?&+%20.bin"
    answer = visitor.post(
        UPLOADS, json={"path": path, "size": len(data), "destination": destination, "digests": ALL_DIGESTS}
    )
    upload = answer.json()
    assert answer.status_code == 201, answer.text
    assert (upload["destination"], upload["path"], upload["part_size"]) == (destination, path, PART)
    assert upload["direct"] is (destination != "plain")
    assert upload["digest"] == ("md5" if destination == "archive" else "crc64nvme")
    assert [one["id"] for one in visitor.get(UPLOADS).json()["uploads"]] == [upload["id"]]
    assert reason(send(visitor, upload["id"], data, 0, PART)) == (400, "digest_missing")
    assert visitor.delete(f"{UPLOADS}/{upload['id']}").status_code == 204

    upload_id = create(visitor, path, len(data), destination=destination)
    cuts = [0, 700_000, PART - 1_000, PART + 300_000, 2 * PART, len(data)]
    chunks = list(itertools.pairwise(cuts))
    with ThreadPoolExecutor(3) as pool:
        sent = list(pool.map(lambda chunk: send(visitor, upload_id, data, *chunk), reversed(chunks)))
    assert [answer.status_code for answer in sent] == [200] * len(chunks), [one.text for one in sent]
    assert visitor.get(f"{UPLOADS}/{upload_id}").json()["received"] == [[0, len(data)]]
    done = visitor.post(f"{UPLOADS}/{upload_id}/complete")
    assert (done.status_code, done.json()["state"]) == (200, "done"), done.text
    assert site.read(destination, path) == data
    assert visitor.post(f"{UPLOADS}/{upload_id}/complete").json()["state"] == "done"
    assert list(site.server.root.iterdir()) == []


@pytest.mark.parametrize("destination", BUCKETS)
@pytest.mark.parametrize("size", [0, 1, PART, PART + 1])
def test_sizes(site: Site, visitor: httpx.Client, destination: str, size: int) -> None:
    data = secrets.token_bytes(size)
    path = f"size-{size}"
    upload_id = create(visitor, path, size, destination=destination)
    for start in range(0, size, PART):
        assert send(visitor, upload_id, data, start, min(start + PART, size)).status_code == 200
    assert visitor.post(f"{UPLOADS}/{upload_id}/complete").status_code == 200
    assert site.read(destination, path) == data
    assert visitor.get(
        "api/bigupload/digest", params={"path": path, "destination": destination}
    ).status_code in {200, 202}


@pytest.mark.parametrize("destination", BUCKETS)
def test_conflicts(site: Site, visitor: httpx.Client, destination: str) -> None:
    def upload(data: bytes, **fields: object) -> str:
        upload_id = create(visitor, "taken.csv", len(data), destination=destination, **fields)
        assert send(visitor, upload_id, data, 0, len(data)).status_code == 200
        return f"{UPLOADS}/{upload_id}/complete"

    late = upload(b"late")
    assert visitor.post(upload(b"first")).status_code == 200
    answer = visitor.post(
        UPLOADS, json={"path": "taken.csv", "size": 1, "destination": destination, "on_conflict": "fail"}
    )
    assert reason(answer) == (409, "exists")
    assert (answer.json()["size"], answer.json()["path"]) == (5, "taken.csv")
    taken = visitor.post(late)
    assert (reason(taken), taken.json()["can_rename"]) == ((409, "exists"), False)
    assert site.read(destination, "taken.csv") == b"first"
    renamed = visitor.post(upload(b"third", on_conflict="rename")).json()
    assert (renamed["path"], site.read(destination, "taken (1).csv")) == ("taken (1).csv", b"third")
    replaced = visitor.post(late, json={"on_conflict": "replace"})
    if destination == "archive":
        # Azure keeps what is unfinished under the name, until somebody finishes a file of that name.
        assert reason(replaced) == (404, "not_found")
        assert visitor.post(upload(b"late", on_conflict="replace")).status_code == 200
    else:
        assert replaced.status_code == 200
    assert site.read(destination, "taken.csv") == b"late"


@pytest.mark.parametrize("destination", BUCKETS)
def test_cancelling_leaves_nothing(site: Site, visitor: httpx.Client, data: bytes, destination: str) -> None:
    upload_id = create(visitor, "cancelled", len(data), destination=destination)
    assert send(visitor, upload_id, data, 0, PART).status_code == 200
    assert send(visitor, upload_id, data, PART, PART + 1000).status_code == 200
    assert visitor.delete(f"{UPLOADS}/{upload_id}").status_code == 204
    assert reason(send(visitor, upload_id, data, 2 * PART, len(data))) == (404, "not_found")
    assert not [key for key in site.unfinished() if key.endswith("cancelled")]
    assert list(site.server.data_dir.rglob(f"spool/{destination}/*{upload_id}*")) == []


@pytest.mark.parametrize("destination", BUCKETS)
def test_wrong_bytes_are_not_kept(site: Site, visitor: httpx.Client, data: bytes, destination: str) -> None:
    upload_id = create(visitor, "wrong", len(data), destination=destination)
    wrong = {
        "Content-Range": f"bytes 0-{PART - 1}/{len(data)}",
        "Content-Digest": "md5=:AAAAAAAAAAAAAAAAAAAAAA==:",
    }
    for length in (PART, 1000):
        wrong["Content-Range"] = f"bytes 0-{length - 1}/{len(data)}"
        answer = visitor.post(
            "api/upload_handlers", params={"upload": upload_id}, content=data[:length], headers=wrong
        )
        assert reason(answer) == (400, "digest_mismatch")
    assert visitor.get(f"{UPLOADS}/{upload_id}").json()["received"] == []
    assert visitor.delete(f"{UPLOADS}/{upload_id}").status_code == 204


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("../out", (400, "invalid_name")),
        ("a/../../out", (400, "invalid_name")),
        ("/etc/x", (400, "invalid_name")),
        ("a//b", (400, "invalid_name")),
        ("a/.", (400, "invalid_name")),
        ("a\x00b", (400, "invalid_name")),
        ("", (400, "invalid_name")),
        ("folder/", (400, "invalid_name")),
        ("x" * 1025, (400, "invalid_name")),
    ],
)
@pytest.mark.parametrize("destination", BUCKETS)
def test_no_path_leaves_the_prefix(
    visitor: httpx.Client, destination: str, path: str, expected: tuple[int, str]
) -> None:
    answer = visitor.post(UPLOADS, json={"path": path, "size": 1, "destination": destination})
    assert reason(answer) == expected


@pytest.mark.parametrize(
    ("destination", "expected"),
    [
        ("reader", (403, "access_denied")),
        ("missing", (404, "bucket_missing")),
        ("dead", (503, "store_unreachable")),
        ("wrong", (501, "unsupported")),
        ("elsewhere", (501, "unsupported")),
    ],
)
def test_where_nothing_can_be_uploaded(
    site: Site, visitor: httpx.Client, destination: str, expected: tuple[int, str]
) -> None:
    answer = visitor.post(UPLOADS, json={"path": "x", "size": 1, "destination": destination})
    assert reason(answer) == expected
    assert not [secret for secret in site.secrets if secret in answer.text]
    begun = visitor.get(UPLOADS).json()["uploads"]
    assert destination not in {one["destination"] for one in begun}


def test_what_is_hidden_at_home_is_a_name_like_others_in_a_bucket(site: Site, visitor: httpx.Client) -> None:
    assert reason(visitor.post(UPLOADS, json={"path": ".x", "size": 1})) == (403, "hidden")
    upload_id = create(visitor, ".zarr/.zattrs", 2, destination="lab")
    assert send(visitor, upload_id, b"{}", 0, 2).status_code == 200
    assert visitor.post(f"{UPLOADS}/{upload_id}/complete").status_code == 200
    digest = visitor.get("api/bigupload/digest", params={"path": ".zarr/.zattrs", "destination": "lab"})
    assert digest.json() == {
        "digest": "sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:",
        "size": 2,
    }


def test_an_upload_outlives_the_server(site: Site, start: Callable[..., RunningServer], data: bytes) -> None:
    mine = {**site.seaweedfs.settings(site.bucket, "restarts", name="mine"), "part_size": PART}
    config = {"BigUpload": {"min_free_space": 0, "destinations": [mine]}}
    server = start(config=config, environment=site.seaweedfs.environment)
    with client_of(server) as client:
        upload_id = create(client, "x", len(data), destination="mine")
        assert send(client, upload_id, data, PART, 2 * PART).status_code == 200
        assert send(client, upload_id, data, 0, 1000).status_code == 200
        server.kill()
        server.restart()
        received = client.get(f"{UPLOADS}/{upload_id}").json()["received"]
        assert received == [[0, 1000], [PART, 2 * PART]]
        assert send(client, upload_id, data, 1000, PART).status_code == 200
        assert send(client, upload_id, data, 2 * PART, len(data)).status_code == 200
        assert client.post(f"{UPLOADS}/{upload_id}/complete").status_code == 200
    assert site.seaweedfs.read(site.bucket, "restarts/x") == data


class TestOnesOwn:
    """Destinations that a person names."""

    @pytest.fixture
    def own(self, site: Site, start: Callable[..., RunningServer]) -> RunningServer:
        config = {"BigUpload": {"min_free_space": 0}}
        return start(config=config, environment=site.seaweedfs.environment)

    def write(self, server: RunningServer, *entries: object) -> Path:
        path = server.config_dir / "bigupload.json"
        path.write_text(json.dumps({"destinations": entries}))
        return path

    def test_they_come_and_go_without_a_restart(self, site: Site, own: RunningServer) -> None:
        mine = site.seaweedfs.settings(site.bucket, "mine", name="mine")
        with client_of(own) as client:
            assert list(listed(client)) == ["home"]
            path = self.write(own, mine)
            # Nothing but this request may be needed to see it.
            upload_id = create(client, "x", 3, destination="mine")
            assert listed(client, check="mine")["mine"]["state"] == "ok"
            assert listed(client)["mine"]["file"] == str(path)
            assert send(client, upload_id, b"abc", 0, 3).status_code == 200

            path.unlink()
            assert list(listed(client)) == ["home"]
            # An upload whose destination is gone waits for it, and breaks nothing.
            own.restart()
            (waiting,) = client.get(UPLOADS).json()["uploads"]
            assert (waiting["id"], waiting["part_size"], waiting["direct"]) == (upload_id, None, False)
            assert reason(send(client, upload_id, b"abc", 0, 3)) == (501, "unsupported")
            assert reason(client.post(f"{UPLOADS}/{upload_id}/complete")) == (501, "unsupported")

            self.write(own, mine)
            assert list(listed(client)) == ["home", "mine"]
            assert client.post(f"{UPLOADS}/{upload_id}/complete").status_code == 200
        assert site.seaweedfs.read(site.bucket, "mine/x") == b"abc"

    def test_one_that_is_gone_for_good_can_be_cancelled(self, site: Site, own: RunningServer) -> None:
        path = self.write(own, site.seaweedfs.settings(site.bucket, "gone", name="gone"))
        with client_of(own) as client:
            upload_id = create(client, "x", 3, destination="gone")
            path.unlink()
            own.restart()
            assert client.delete(f"{UPLOADS}/{upload_id}").status_code == 204
            assert client.get(UPLOADS).json()["uploads"] == []

    def test_a_mistake_is_told_and_its_secret_is_not(self, own: RunningServer) -> None:
        self.write(own, {"name": "mine", "url": "s3://bucket", "secret_access_key": "never-to-be-seen"})
        with client_of(own) as client:
            answer = client.get(DESTINATIONS, params={"check": "all"})
            mine = answer.json()["destinations"][1]
            assert (mine["name"], mine["state"], mine["reason"]) == ("mine", "failed", "malformed")
            assert "profile" in mine["message"]
            assert "never-to-be-seen" not in answer.text
            created = client.post(UPLOADS, json={"path": "x", "size": 1, "destination": "mine"})
            assert reason(created) == (501, "unsupported")
        assert "never-to-be-seen" not in own.log

    def test_an_administrator_may_turn_them_off(
        self, site: Site, start: Callable[..., RunningServer]
    ) -> None:
        server = start(config={"BigUpload": {"user_destinations": False}})
        self.write(server, site.seaweedfs.settings(site.bucket, "mine", name="mine"))
        with client_of(server) as client:
            assert list(listed(client)) == ["home"]


def test_a_read_only_home_folder(start: Callable[..., RunningServer], tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    server = start(root=gone)
    gone.rmdir()
    with client_of(server) as client:
        assert listed(client, check="home")["home"]["state"] == "failed"
