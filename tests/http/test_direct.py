"""Parts that go straight to the bucket, past the server."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from awscrt.checksums import crc64nvme

from .conftest import create, reason
from .site import PART, PREFIX, Site
from .test_destinations import send

UPLOADS = "api/bigupload/uploads"
DIRECT = ["lab", "archive"]


@pytest.fixture(scope="module")
def data() -> bytes:
    return secrets.token_bytes(2 * PART + 1_000_003)


def digest_of(destination: str, data: bytes) -> str:
    if destination == "archive":
        name, value = "md5", hashlib.md5(data, usedforsecurity=False).digest()
    else:
        name, value = "crc64nvme", crc64nvme(data).to_bytes(8, "big")
    return f"{name}=:{base64.b64encode(value).decode()}:"


def begin(client: httpx.Client, destination: str, path: str, data: bytes) -> str:
    return create(
        client,
        path,
        len(data),
        destination=destination,
        digests=["xxh3-128", "crc64nvme", "md5"],
        on_conflict="replace",
    )


def part(destination: str, data: bytes, number: int) -> dict[str, Any]:
    start, end = number * PART, min((number + 1) * PART, len(data))
    return {"start": start, "end": end, "digest": digest_of(destination, data[start:end])}


def put(signed: dict[str, Any], body: bytes) -> httpx.Response:
    """Send what was signed, as a browser would: nobody is logged in at the store."""
    with httpx.Client(trust_env=False, timeout=30) as stranger:
        return stranger.request(
            str(signed["method"]), str(signed["url"]), content=body, headers=dict(signed["headers"])
        )


def sign(client: httpx.Client, upload_id: str, wanted: dict[str, object]) -> dict[str, object]:
    answer = client.post(f"{UPLOADS}/{upload_id}/sign", json=wanted)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.parametrize("destination", DIRECT)
def test_the_whole_way(site: Site, visitor: httpx.Client, data: bytes, destination: str) -> None:
    path = "straight/ü #?&+%20.bin"
    home = set(site.server.root.iterdir())
    upload_id = begin(visitor, destination, path, data)
    for number in (2, 0, 1):
        wanted = part(destination, data, number)
        signed = sign(visitor, upload_id, wanted)
        assert signed["method"] == "PUT"
        expires = datetime.fromisoformat(str(signed["expires"]).replace("Z", "+00:00")).timestamp()
        assert 0 < expires - time.time() < 3600
        sent = put(signed, data[int(wanted["start"]) : int(wanted["end"])])
        assert sent.is_success, sent.text
        for _ in range(2):  # the answer may be lost
            entered = visitor.post(f"{UPLOADS}/{upload_id}/parts", json=wanted)
            assert entered.status_code == 200
            assert set(entered.json()) == {"id", "state", "received", "received_bytes"}
    assert entered.json()["received"] == [[0, len(data)]]
    done = visitor.post(f"{UPLOADS}/{upload_id}/complete")
    assert done.status_code == 200, done.text
    assert hashlib.sha256(site.read(destination, path)).digest() == hashlib.sha256(data).digest()
    assert set(site.server.root.iterdir()) == home


@pytest.mark.parametrize("destination", DIRECT)
def test_some_parts_through_the_server(
    site: Site, visitor: httpx.Client, data: bytes, destination: str
) -> None:
    upload_id = begin(visitor, destination, "mixed", data)
    wanted = part(destination, data, 0)
    assert put(sign(visitor, upload_id, wanted), data[:PART]).is_success
    assert visitor.post(f"{UPLOADS}/{upload_id}/parts", json=wanted).status_code == 200
    for start, end in ((PART, PART + 4000), (PART + 4000, 2 * PART), (2 * PART, len(data))):
        sent = visitor.post(
            "api/upload_handlers",
            params={"upload": upload_id},
            content=data[start:end],
            headers={
                "Content-Range": f"bytes {start}-{end - 1}/{len(data)}",
                "Content-Digest": digest_of(destination, data[start:end]),
            },
        )
        assert sent.status_code == 200, sent.text
    assert visitor.post(f"{UPLOADS}/{upload_id}/complete").status_code == 200
    assert site.read(destination, "mixed") == data


@pytest.mark.parametrize("destination", DIRECT)
def test_the_store_takes_nothing_else(
    site: Site, visitor: httpx.Client, data: bytes, destination: str
) -> None:
    upload_id = begin(visitor, destination, "exact", data)
    signed = sign(visitor, upload_id, part(destination, data, 0))
    wrong = bytes(PART)
    assert put(signed, wrong).status_code in {400, 403}
    if destination == "lab":
        assert put({**signed, "headers": {}}, wrong).status_code in {400, 403}
        assert put(signed, data[: PART - 1]).status_code in {400, 403}
        other = str(signed["url"]).replace("partNumber=1", "partNumber=2")
        assert other != signed["url"]
        assert put({**signed, "url": other}, data[:PART]).status_code == 403
        key = str(signed["url"]).replace("/exact?", "/another?")
        assert key != signed["url"]
        assert put({**signed, "url": key}, data[:PART]).status_code == 403
    for method in ("GET", "DELETE"):
        assert not put({**signed, "method": method}, b"").is_success
    # The page may say what it wants: what the store does not have is not there.
    entered = visitor.post(f"{UPLOADS}/{upload_id}/parts", json=part(destination, data, 0))
    assert entered.status_code == 200
    for number in (1, 2):
        wanted = part(destination, data, number)
        body = data[int(wanted["start"]) : int(wanted["end"])]
        assert put(sign(visitor, upload_id, wanted), body).is_success
        visitor.post(f"{UPLOADS}/{upload_id}/parts", json=wanted)
    refused = visitor.post(f"{UPLOADS}/{upload_id}/complete")
    assert reason(refused) == (409, "incomplete")
    assert refused.json()["missing"] == [[0, PART]]
    assert put(sign(visitor, upload_id, part(destination, data, 0)), data[:PART]).is_success
    visitor.post(f"{UPLOADS}/{upload_id}/parts", json=part(destination, data, 0))
    assert visitor.post(f"{UPLOADS}/{upload_id}/complete").status_code == 200
    assert site.read(destination, "exact") == data


def test_a_digest_that_is_not_of_the_bytes_there_is_found_out_in_the_end(
    site: Site, visitor: httpx.Client, data: bytes
) -> None:
    """A page that enters another digest than the store has verified."""
    upload_id = begin(visitor, "lab", "lied", data)
    for number in range(3):
        wanted = part("lab", data, number)
        body = data[int(wanted["start"]) : int(wanted["end"])]
        assert put(sign(visitor, upload_id, wanted), body).is_success
        lie = {**wanted, "digest": digest_of("lab", b"something else")}
        said = lie if number == 1 else wanted
        assert visitor.post(f"{UPLOADS}/{upload_id}/parts", json=said).status_code == 200
    assert reason(visitor.post(f"{UPLOADS}/{upload_id}/complete"))[1] == "digest_mismatch"
    assert visitor.delete(f"{UPLOADS}/{upload_id}").status_code == 204
    assert f"{PREFIX}/lied" not in site.unfinished()


@pytest.mark.parametrize("route", ["sign", "parts"])
def test_what_is_no_part(visitor: httpx.Client, data: bytes, route: str) -> None:
    upload_id = begin(visitor, "lab", "parts", data)
    good = part("lab", data, 0)

    def asked(**fields: object) -> tuple[int, str]:
        return reason(visitor.post(f"{UPLOADS}/{upload_id}/{route}", json={**good, **fields}))

    assert asked(start=1) == (400, "malformed")
    assert asked(end=PART - 1) == (400, "malformed")
    assert asked(end=2 * PART) == (400, "malformed")
    assert asked(start=PART, end=PART) == (400, "malformed")
    assert asked(start=2 * PART, end=len(data) + 1) == (400, "malformed")
    assert asked(start=-1) == (400, "malformed")
    assert asked(start="0") == (400, "malformed")
    assert asked(digest="crc64nvme=:AAAA:") == (400, "malformed")
    assert asked(digest="crc64nvme") == (400, "malformed")
    assert asked(digest="whirlpool=:AAAA:") == (400, "malformed")
    assert asked(digest=None) == (400, "malformed")
    assert asked(digest="md5=:AAAAAAAAAAAAAAAAAAAAAA==:") == (400, "digest_missing")
    assert visitor.get(f"{UPLOADS}/{upload_id}").json()["received"] == []
    assert visitor.delete(f"{UPLOADS}/{upload_id}").status_code == 204
    assert asked() == (404, "not_found")
    for other in ("elsewhere", "..%2F..%2Fx", "plain-" + "0" * 32):
        answer = visitor.post(f"{UPLOADS}/{other}/{route}", json=good)
        assert reason(answer) == (404, "not_found")


@pytest.mark.parametrize("route", ["sign", "parts"])
@pytest.mark.parametrize("destination", ["home", "plain"])
def test_where_parts_do_not_go_straight(visitor: httpx.Client, route: str, destination: str) -> None:
    upload_id = create(visitor, f"not straight {route}", 3, destination=destination)
    wanted = {"start": 0, "end": 3, "digest": digest_of("lab", b"abc")}
    answer = visitor.post(f"{UPLOADS}/{upload_id}/{route}", json=wanted)
    assert reason(answer) == (501, "unsupported")
    assert visitor.delete(f"{UPLOADS}/{upload_id}").status_code == 204


def test_after_an_abort_the_signature_is_worth_nothing(
    site: Site, visitor: httpx.Client, data: bytes
) -> None:
    upload_id = begin(visitor, "lab", "aborted", data)
    signed = sign(visitor, upload_id, part("lab", data, 0))
    assert visitor.delete(f"{UPLOADS}/{upload_id}").status_code == 204
    assert put(signed, data[:PART]).status_code == 404
    assert f"{PREFIX}/aborted" not in site.unfinished()


@pytest.mark.parametrize("destination", DIRECT)
def test_a_page_asks_whether_it_may_speak_to_the_store(
    site: Site, visitor: httpx.Client, destination: str
) -> None:
    probe = visitor.get(f"api/bigupload/destinations/{destination}/probe").json()
    assert set(probe) == {"method", "url", "headers", "expires"}
    assert not put(probe, b"").is_success  # it changes nothing
    if destination == "lab":
        assert parse_qs(urlsplit(probe["url"]).query)
    for other in ("home", "plain", "wrong", "elsewhere"):
        answer = visitor.get(f"api/bigupload/destinations/{other}/probe")
        assert reason(answer) == (501, "unsupported")


def test_sending_parts_is_activity(visitor: httpx.Client, data: bytes) -> None:
    def last_activity() -> datetime:
        said = visitor.get("api/status").json()["last_activity"]
        return datetime.fromisoformat(said.replace("Z", "+00:00"))

    upload_id = begin(visitor, "lab", "activity", data)
    wanted = part("lab", data, 0)
    for route in ("sign", "parts"):
        before = last_activity()
        time.sleep(0.01)
        assert visitor.post(f"{UPLOADS}/{upload_id}/{route}", json=wanted).status_code == 200
        assert last_activity() > before
    assert visitor.delete(f"{UPLOADS}/{upload_id}").status_code == 204


def test_no_secret_is_in_any_answer(site: Site, visitor: httpx.Client, data: bytes) -> None:
    upload_id = begin(visitor, "lab", "secrets", data)
    one = f"{UPLOADS}/{upload_id}"
    answers = [
        visitor.get(UPLOADS),
        visitor.get(one),
        visitor.post(f"{one}/sign", json=part("lab", data, 0)),
        visitor.post(f"{one}/parts", json=part("lab", data, 0)),
        visitor.post(f"{one}/complete"),
        visitor.get("api/bigupload/destinations", params={"check": "all"}),
        visitor.get("api/bigupload/destinations/lab/probe"),
        visitor.get("api/bigupload/destinations/archive/probe"),
        visitor.get("api/bigupload/objects", params={"destination": "lab"}),
        visitor.get("api/bigupload/objects", params={"destination": "archive"}),
        visitor.delete(one),
    ]
    for answer in answers:
        assert not [secret for secret in site.secrets if secret in answer.text], answer.request.url
    signature = parse_qs(urlsplit(answers[2].json()["url"]).query)["X-Amz-Signature"][0]
    assert signature not in site.server.log
    assert PREFIX.split("/")[0] in answers[2].json()["url"]
    assert send(visitor, upload_id, data, 0, 1).status_code == 404
