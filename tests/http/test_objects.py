"""What is in a bucket."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Any

import httpx
import pytest

from .conftest import reason
from .site import PREFIX, Site

OBJECTS = "api/bigupload/objects"
LOOKED_INTO = ["lab", "archive"]


def put(site: Site, destination: str, path: str, data: bytes = b"x") -> None:
    """Put an object in place, past our server."""
    if destination == "archive":
        site.azurite.service.get_blob_client(site.bucket, path).upload_blob(data, overwrite=True)
    else:
        site.seaweedfs.client.put_object(Bucket=site.bucket, Key=f"{PREFIX}/{path}", Body=data)


def look(client: httpx.Client, destination: str, prefix: str = "", **more: str) -> dict[str, Any]:
    answer = client.get(OBJECTS, params={"destination": destination, "prefix": prefix, **more})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.parametrize("destination", LOOKED_INTO)
def test_prefixes_and_objects(site: Site, visitor: httpx.Client, destination: str) -> None:
    folder = f"run {secrets.token_hex(4)}"
    names = ["ü #?&+%20 .csv", "b.bin", "deeper/x", "deeper/y", "deeper still/z", ".hidden"]
    for name in names:
        put(site, destination, f"{folder}/{name}", b"abc")
    page = look(visitor, destination, f"{folder}/")
    assert (page["prefix"], page["next_page"]) == (f"{folder}/", None)
    assert sorted(page["prefixes"]) == sorted([f"{folder}/deeper/", f"{folder}/deeper still/"])
    objects = {one["name"]: one for one in page["objects"]}
    assert set(objects) == {"ü #?&+%20 .csv", "b.bin", ".hidden"}
    one = objects["ü #?&+%20 .csv"]
    assert (one["path"], one["size"]) == (f"{folder}/ü #?&+%20 .csv", 3)
    root = f"az://{site.bucket}" if destination == "archive" else f"s3://{site.bucket}/{PREFIX}"
    assert one["url"] == f"{root}/{folder}/ü #?&+%20 .csv"
    age = datetime.now(timezone.utc) - datetime.fromisoformat(one["modified"].replace("Z", "+00:00"))
    assert abs(age.total_seconds()) < 60
    assert f"{folder}/" in look(visitor, destination)["prefixes"]
    empty = look(visitor, destination, "there is no such/")
    assert (empty["prefixes"], empty["objects"]) == ([], [])


@pytest.mark.parametrize("destination", LOOKED_INTO)
def test_long_lists_come_in_pages(site: Site, visitor: httpx.Client, destination: str) -> None:
    folder = f"many {secrets.token_hex(4)}"
    names = {f"{number:04}" for number in range(1005)}
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: put(site, destination, f"{folder}/{name}"), names))
    found: list[str] = []
    more: dict[str, str] = {}
    pages = 0
    while True:
        page = look(visitor, destination, f"{folder}/", **more)
        found += [one["name"] for one in page["objects"]]
        pages += 1
        if page["next_page"] is None:
            break
        more = {"page": str(page["next_page"])}
    assert (len(found), set(found)) == (1005, names)
    assert pages > 1


@pytest.mark.parametrize("destination", LOOKED_INTO)
def test_an_object_is_removed(site: Site, visitor: httpx.Client, destination: str) -> None:
    path = f"bin {secrets.token_hex(4)}/ü #?&+%20 .csv"
    put(site, destination, path)
    assert visitor.delete(OBJECTS, params={"destination": destination, "path": path}).status_code == 204
    gone = visitor.delete(OBJECTS, params={"destination": destination, "path": path})
    assert reason(gone) == (404, "not_found")
    assert look(visitor, destination, path.rpartition("/")[0] + "/")["objects"] == []
    assert reason(visitor.delete(OBJECTS, params={"destination": destination})) == (400, "malformed")


@pytest.mark.parametrize("destination", LOOKED_INTO)
@pytest.mark.parametrize("path", ["../secret", "a/../../secret", "/secret", "a//b", "./a"])
def test_nothing_above_the_prefix_is_seen(
    site: Site, visitor: httpx.Client, destination: str, path: str
) -> None:
    site.seaweedfs.client.put_object(Bucket=site.bucket, Key="people/ada & co/secret", Body=b"x")
    removed = visitor.delete(OBJECTS, params={"destination": destination, "path": path})
    assert reason(removed) == (400, "invalid_name")
    seen = visitor.get(OBJECTS, params={"destination": destination, "prefix": path.rpartition("/")[0] + "/"})
    assert reason(seen) == (400, "invalid_name")
    assert site.seaweedfs.read(site.bucket, "people/ada & co/secret") == b"x"


def test_what_can_not_be_looked_into(site: Site, visitor: httpx.Client) -> None:
    def asked(**query: str) -> tuple[int, str]:
        return reason(visitor.get(OBJECTS, params=query))

    assert asked(destination="home") == (501, "unsupported")
    assert asked(destination="elsewhere") == (501, "unsupported")
    assert asked() == (501, "unsupported")
    assert asked(destination="lab", prefix="no slash") == (400, "malformed")
    assert asked(destination="missing") == (404, "bucket_missing")
    assert asked(destination="dead") == (503, "store_unreachable")


def test_a_reader_sees_but_does_not_touch(site: Site, visitor: httpx.Client) -> None:
    put(site, "lab", "for readers/x")
    assert [one["path"] for one in look(visitor, "reader", "for readers/")["objects"]] == ["for readers/x"]
    denied = visitor.delete(OBJECTS, params={"destination": "reader", "path": "for readers/x"})
    assert reason(denied) == (403, "access_denied")
    assert site.read("lab", "for readers/x") == b"x"
