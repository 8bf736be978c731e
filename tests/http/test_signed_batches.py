"""Many small files that go straight to the bucket, past the server."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.support.server import RunningServer

from .batches import File, batch
from .conftest import client_of, reason
from .site import PREFIX, Site
from .test_direct import DIRECT, digest_of, put

SIGNED, SENT = "api/bigupload/batches/signed", "api/bigupload/batches/sent"


def entry(destination: str, path: str, data: bytes, on_conflict: str = "fail") -> dict[str, Any]:
    return {
        "path": path,
        "size": len(data),
        "digest": digest_of(destination, data),
        "on_conflict": on_conflict,
    }


def ask(
    client: httpx.Client, route: str, destination: str, files: Sequence[object]
) -> list[dict[str, Any] | None]:
    answer = client.post(route, params={"destination": destination}, json={"files": files})
    assert answer.status_code == 200, answer.text
    found = answer.json()["files"]
    assert len(found) == len(files)
    return list(found)


def sign(client: httpx.Client, destination: str, *files: dict[str, Any]) -> list[dict[str, Any]]:
    """Have files signed, of which every one may be sent."""
    signed = ask(client, SIGNED, destination, files)
    assert [one and one["state"] for one in signed] == ["signed"] * len(files)
    return [one for one in signed if one is not None]


def confirm(
    client: httpx.Client, destination: str, files: Sequence[dict[str, Any]], signed: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    sent = [{**file, "id": one["id"]} for file, one in zip(files, signed, strict=True)]
    return [one for one in ask(client, SENT, destination, sent) if one is not None]


def done(path: str, *, identical: bool = False) -> dict[str, Any]:
    return {"state": "done", "path": path, "identical": identical}


@pytest.mark.parametrize("destination", DIRECT)
def test_a_folder_past_the_server_and_back(site: Site, visitor: httpx.Client, destination: str) -> None:
    top = secrets.token_hex(8)
    files = {f"{top}/d{number % 3}/é {number}": secrets.token_bytes(number * 300) for number in range(40)}
    entries = [entry(destination, path, data) for path, data in files.items()]
    signed = sign(visitor, destination, *entries)
    for one in signed:
        expires = datetime.fromisoformat(str(one["expires"]).replace("Z", "+00:00")).timestamp()
        assert 0 < expires - time.time() < 3600
    with ThreadPoolExecutor(6) as six:
        answers = list(six.map(put, signed, files.values()))
    assert all(answer.is_success for answer in answers)
    for _ in range(2):  # the answer may be lost
        assert confirm(visitor, destination, entries, signed) == [done(path) for path in files]
    assert {path: site.read(destination, path) for path in files} == files

    where = {"destination": destination}
    found = visitor.post("api/bigupload/existing", params=where, json={"files": entries}).json()["existing"]
    assert [one["identical"] for one in found] == [True] * 40
    taken = visitor.post("api/bigupload/removal", params=where, json={"files": entries})
    assert taken.json() == {"removed": 40, "kept": []}


@pytest.mark.parametrize("destination", DIRECT)
def test_names_that_are_taken(site: Site, visitor: httpx.Client, destination: str) -> None:
    """Whoever was there first stays, unless the person wants another; and an equal one is known as such."""
    path, old, new = f"{secrets.token_hex(8)}/a.bin", b"old", b"new bytes"
    where = {"destination": destination}
    assert visitor.post("api/bigupload/batches", params=where, content=batch([File(path, old)])).is_success
    for data, outcome in ((old, done(path, identical=True)), (new, None)):
        wanted = entry(destination, path, data)
        signed = sign(visitor, destination, wanted)
        assert put(signed[0], data).status_code in {409, 412}
        (answer,) = confirm(visitor, destination, [wanted], signed)
        if outcome is not None:
            assert answer == outcome
        else:
            error = answer["error"]
            assert (error["reason"], error["path"], error["size"]) == ("exists", path, 3)
            assert error["retryable"] is False
    assert site.read(destination, path) == old
    assert ask(visitor, SIGNED, destination, [entry(destination, path, new, "rename")]) == [None]
    replacing = entry(destination, path, new, "replace")
    signed = sign(visitor, destination, replacing)
    assert put(signed[0], new).is_success
    assert confirm(visitor, destination, [replacing], signed) == [done(path)]
    assert site.read(destination, path) == new


@pytest.mark.parametrize("destination", DIRECT)
def test_one_name_twice(site: Site, visitor: httpx.Client, destination: str) -> None:
    """Of two pages one gets it, and the other hears of that."""
    path = f"{secrets.token_hex(8)}/name"
    both = [entry(destination, path, b"one"), entry(destination, path, b"other")]
    signed = sign(visitor, destination, *both)
    assert put(signed[1], b"other").is_success
    assert put(signed[0], b"one").status_code in {409, 412}
    one, other = confirm(visitor, destination, both, signed)
    assert one["error"]["reason"] == "exists"
    assert other == done(path)
    assert site.read(destination, path) == b"other"


@pytest.mark.parametrize("destination", DIRECT)
def test_the_store_takes_nothing_else(site: Site, visitor: httpx.Client, destination: str) -> None:
    top, data = secrets.token_hex(8), b"just these bytes"
    wanted = entry(destination, f"{top}/exact", data)
    (signed,) = sign(visitor, destination, wanted)
    assert put(signed, data.upper()).status_code in {400, 403}
    for method in ("GET", "DELETE"):
        assert not put({**signed, "method": method}, b"").is_success
    if destination == "lab":
        assert put(signed, data[:-1]).status_code in {400, 403}
        for name in signed["headers"]:
            fewer = {key: value for key, value in signed["headers"].items() if key != name}
            assert name == "Content-Type" or put({**signed, "headers": fewer}, data).status_code == 403
        other = str(signed["url"]).replace("/exact?", "/another?")
        assert put({**signed, "url": other}, data).status_code == 403
    # The page may say what it wants: what the store does not have is not there.
    (outcome,) = confirm(visitor, destination, [wanted], [signed])
    assert outcome["error"]["reason"] == "incomplete"
    assert outcome["error"]["missing"] == [[0, len(data)]]
    assert outcome["error"]["retryable"] is True
    assert put(signed, data).is_success
    (lie,) = confirm(
        visitor, destination, [entry(destination, f"{top}/exact", b"what was not sent")], [signed]
    )
    assert lie["error"]["reason"] == "digest_mismatch"
    assert confirm(visitor, destination, [wanted], [signed]) == [done(f"{top}/exact")]


def test_what_may_not_be_sent_harms_no_other(visitor: httpx.Client) -> None:
    top = secrets.token_hex(8)
    good = entry("lab", f"{top}/good", b"x")
    bad = {
        f"{top}/../x": "invalid_name",
        "/x": "invalid_name",
        "": "invalid_name",
        f"{top}/\x01": "invalid_name",
        "é" * 2049: "invalid_name",
        f"{top}/large": "too_large",
        f"{top}/none": "digest_missing",
        f"{top}/md5": "digest_missing",
    }
    files = [{**good, "path": path} for path in bad]
    files[5]["size"] = 2**40
    del files[6]["digest"]
    files[7]["digest"] = digest_of("archive", b"x")
    answers = ask(visitor, SIGNED, "lab", [*files, good])
    assert [one and one.get("error", {}).get("reason") for one in answers] == [*bad.values(), None]
    assert answers[-1]
    assert answers[-1]["state"] == "signed"
    sent = ask(visitor, SENT, "lab", [{**file, "id": "x"} for file in files[:5]])
    assert [one and one["error"]["reason"] for one in sent] == ["invalid_name"] * 5


@pytest.mark.parametrize("route", [SIGNED, SENT])
def test_what_is_no_request(visitor: httpx.Client, route: str) -> None:
    good = {**entry("lab", "x", b"x"), "id": "x"}

    def asked(content: object, destination: str = "lab") -> tuple[int, str]:
        return reason(visitor.post(route, params={"destination": destination}, json=content))

    for field, value in (("path", 1), ("size", -1), ("size", None), ("digest", "x"), ("on_conflict", "no")):
        assert asked({"files": [good, {**good, field: value}]}) == (400, "malformed")
    assert asked({"files": "x"}) == (400, "malformed")
    assert asked([]) == (400, "malformed")
    assert asked({"files": [good] * 1001}) == (413, "too_large")
    for destination in ("home", "plain", "missing", "wrong", "elsewhere"):
        assert asked({"files": [good]}, destination) == (501, "unsupported")
    assert visitor.post(route, params={"destination": "lab"}, json={"files": []}).json() == {"files": []}
    if route == SENT:
        assert asked({"files": [entry("lab", "x", b"x")]}) == (400, "malformed")


@pytest.mark.parametrize(
    ("destination", "expected"), [("reader", "access_denied"), ("dead", "store_unreachable")]
)
def test_a_bucket_that_takes_nothing(visitor: httpx.Client, destination: str, expected: str) -> None:
    """What is wrong is found out once, and not for each of many files."""
    files = [entry("lab", f"{number}", bytes(100)) for number in range(500)]
    signed = ask(visitor, SIGNED, destination, files)
    assert {one["error"]["reason"] for one in signed if one} == {expected}
    if destination == "dead":
        sent = ask(visitor, SENT, destination, [{**file, "id": "x"} for file in files])
        assert {one["error"]["reason"] for one in sent if one} == {expected}


def test_nothing_is_left_of_what_was_tried(site: Site, visitor: httpx.Client) -> None:
    """Whether the store heeds a condition is found out with an object of the server's own."""
    sign(visitor, "lab", entry("lab", "tried", b"x"))
    there = site.seaweedfs.client.list_objects_v2(Bucket=site.bucket, Prefix=f"{PREFIX}/.bigupload")
    assert there.get("Contents", []) == []


@pytest.fixture
def limited(site: Site, start: Callable[..., RunningServer]) -> RunningServer:
    settings = site.seaweedfs.settings(site.bucket, PREFIX, name="lab", direct=True)
    limits = {"max_upload_size": 1_000, "max_unfinished_size": 2_500, "destinations": [settings]}
    return start(config={"BigUpload": limits}, environment=dict(site.seaweedfs.environment))


def test_the_limits_of_the_server_hold(limited: RunningServer) -> None:
    top = secrets.token_hex(8)
    with client_of(limited) as client:
        answers = ask(client, SIGNED, "lab", [entry("lab", f"{top}/large", bytes(1_001))])
        assert answers[0]
        assert answers[0]["error"]["reason"] == "too_large"
        files = [entry("lab", f"{top}/{number}", bytes(1_000)) for number in range(3)]
        refused = client.post(SIGNED, params={"destination": "lab"}, json={"files": files})
        assert reason(refused) == (507, "quota_exceeded")
        signed = sign(client, "lab", *files[:2])
        # They are on their way: others have to wait, here and in a batch.
        for _ in range(2):
            refused = client.post(SIGNED, params={"destination": "lab"}, json={"files": files[2:]})
            assert reason(refused) == (507, "quota_exceeded")
        body = batch([File(f"{top}/x", bytes(1_000))])
        refused = client.post("api/bigupload/batches", params={"destination": "lab"}, content=body)
        assert reason(refused) == (507, "quota_exceeded")
        assert put(signed[0], bytes(1_000)).is_success
        outcomes = confirm(client, "lab", files[:2], signed)
        assert [one["state"] for one in outcomes] == ["done", "failed"]
        sign(client, "lab", *files[1:])


def test_a_server_that_is_started_anew_confirms(
    site: Site, visitor: httpx.Client, start: Callable[..., RunningServer]
) -> None:
    """It keeps nothing of what was signed."""
    settings = site.seaweedfs.settings(site.bucket, PREFIX, name="lab", direct=True)
    server = start(
        config={"BigUpload": {"destinations": [settings]}}, environment=dict(site.seaweedfs.environment)
    )
    path = f"{secrets.token_hex(8)}/x"
    wanted = entry("lab", path, b"bytes")
    signed = sign(visitor, "lab", wanted)
    assert put(signed[0], b"bytes").is_success
    with client_of(server) as client:
        assert confirm(client, "lab", [wanted], signed) == [done(path)]


def test_it_is_activity_and_tells_no_secret(site: Site, visitor: httpx.Client) -> None:
    def last_activity() -> datetime:
        said = visitor.get("api/status").json()["last_activity"]
        return datetime.fromisoformat(said.replace("Z", "+00:00"))

    for destination in DIRECT:
        files = [{**entry(destination, "activity", b"x"), "id": "x"}]
        for route in (SIGNED, SENT):
            before = last_activity()
            time.sleep(0.01)
            answer = visitor.post(route, params={"destination": destination}, json={"files": files})
            assert last_activity() > before
            assert not [secret for secret in site.secrets if secret in answer.text]


def test_which_digest_a_destination_wants(visitor: httpx.Client) -> None:
    told = visitor.get("api/bigupload/destinations").json()["destinations"]
    found = {one["name"]: one["digest"] for one in told}
    expected = {"home": None, "plain": None, "wrong": None, "lab": "crc64nvme", "archive": "md5"}
    assert {name: found[name] for name in expected} == expected
