"""What becomes of files that come by tus; its protocol itself is in tests/tus/conformance."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer

from .conftest import client_of, reason
from .conftest import create as create_upload
from .tus import CHUNK, VERSION, create, head, metadata, patch, post


def left(root: Path) -> set[str]:
    """Everything below the folder, hidden partials too."""
    return {str(path.relative_to(root)) for path in root.rglob("*")}


def unfinished(client: httpx.Client) -> list[str]:
    return [one["path"] for one in client.get("api/bigupload/uploads").json()["uploads"]]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"filename": "a.txt"}, "a.txt"),
        ({"name": "a.txt", "relativePath": "null", "type": "text/plain"}, "a.txt"),  # Uppy
        ({"filename": "a.txt", "relativePath": "/dropped/here/a.txt"}, "dropped/here/a.txt"),
        ({"filename": "b.txt", "relativePath": "dropped/a.txt"}, "dropped/b.txt"),
        ({"filename": "ä ☂.txt"}, "ä ☂.txt"),
    ],
)
def test_where_a_file_goes(client: httpx.Client, root: Path, fields: dict[str, str], path: str) -> None:
    url = create(client, 5, metadata(**fields))
    assert not (root / path).exists()
    assert patch(client, url, 0, b"hello").status_code == 204
    assert (root / path).read_bytes() == b"hello"
    assert unfinished(client) == []


@pytest.mark.parametrize(
    ("query", "fields", "path"),
    [
        ("path=data/", {"filename": "a.txt"}, "data/a.txt"),
        ("path=data/", {"filename": "a.txt", "relativePath": "x/a.txt"}, "data/x/a.txt"),
        ("path=data/b.txt", {"filename": "a.txt"}, "data/b.txt"),
        ("path=b.txt", {}, "b.txt"),
        ("on_conflict=rename", {"filename": "there.txt", "onConflict": "fail"}, "there (1).txt"),
        ("destination=home", {"filename": "a.txt", "destination": "nowhere"}, "a.txt"),
    ],
)
def test_what_the_endpoint_says_goes_first(
    client: httpx.Client, root: Path, query: str, fields: dict[str, str], path: str
) -> None:
    (root / "data").mkdir()
    (root / "there.txt").write_bytes(b"there")
    headers = {**VERSION, **metadata(**fields), "Upload-Length": "5", "Content-Type": CHUNK}
    answer = client.post(f"api/bigupload/tus?{query}", headers=headers, content=b"hello")
    assert answer.status_code == 201, answer.text
    assert (root / path).read_bytes() == b"hello"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("path=data/", 400),
        ("path=data/a", 404),
        ("path=../a", 403),
        ("path=a&path=b", 400),
        ("on_conflict=x", 400),
    ],
)
def test_a_hostile_endpoint(client: httpx.Client, root: Path, query: str, status: int) -> None:
    answer = client.post(f"api/bigupload/tus?{query}", headers={**VERSION, "Upload-Length": "5"})
    assert answer.status_code == status
    assert left(root) == set()


def test_a_file_is_downloaded_from_its_upload(client: httpx.Client, root: Path) -> None:
    url = create(client, 5, filename="ä & b.txt", relativePath="data/x")
    assert reason(client.get(url)) == (404, "not_found")
    assert patch(client, url, 0, b"hello").status_code == 204
    assert client.get(url, follow_redirects=True).content == b"hello"
    assert client.delete(url, headers=VERSION).status_code == 204
    assert reason(client.get(url)) == (404, "not_found")


@pytest.mark.parametrize("headers", [{}, {"Upload-Metadata": ""}])
def test_a_file_without_a_name_gets_one(client: httpx.Client, root: Path, headers: dict[str, str]) -> None:
    answer = client.post("api/bigupload/tus", headers={**VERSION, "Upload-Length": "0", **headers})
    name = f"upload-{answer.headers['Location'].rpartition('/')[2][:8]}"
    assert left(root) == {name}
    assert "Upload-Metadata" not in head(client, answer.headers["Location"]).headers


@pytest.mark.parametrize(
    ("fields", "status", "why"),
    [
        ({"filename": "../a"}, 400, "invalid_name"),
        ({"filename": "x/a"}, 400, "invalid_name"),
        ({"filename": ".."}, 400, "invalid_name"),
        ({"filename": "a", "relativePath": "../x/a"}, 403, "outside_root"),
        ({"filename": "a", "relativePath": "x/../../../a"}, 403, "outside_root"),
        ({"filename": "a", "relativePath": "//etc/a"}, 403, "outside_root"),
        ({"filename": "a\0"}, 400, "invalid_name"),
        ({"filename": "a" * 300}, 400, "invalid_name"),
        ({"filename": "a", "relativePath": "x/" * 2500 + "a"}, 400, "invalid_name"),
        ({"filename": ".a"}, 403, "hidden"),
        ({"filename": "a", "relativePath": ".x/a"}, 403, "hidden"),
        ({"filename": b"\xff"}, 400, "malformed"),
        ({"filename": "a", "onConflict": "whatever"}, 400, "malformed"),
        ({"filename": "a", "destination": "nowhere"}, 501, "unsupported"),
    ],
)
def test_hostile_metadata(
    client: httpx.Client, root: Path, fields: dict[str, str], status: int, why: str
) -> None:
    assert reason(post(client, 1, metadata(**fields))) == (status, why)
    assert left(root) == set()
    assert unfinished(client) == []


def test_metadata_that_is_none(client: httpx.Client, root: Path) -> None:
    for header in ("filename a", "filename YQ==,filename YQ==", "filename " + "A" * 20_000):
        answer = post(client, 1, {"Upload-Metadata": header})
        assert reason(answer) == (400, "malformed")


def test_a_taken_name_is_told_with_a_status_that_no_client_repeats(client: httpx.Client, root: Path) -> None:
    (root / "a").write_bytes(b"there")
    assert reason(post(client, 5, filename="a", onConflict="fail")) == (403, "exists")
    assert left(root) == {"a"}


def test_a_name_that_is_taken_before_the_last_byte(client: httpx.Client, root: Path) -> None:
    url = create(client, 5, filename="a", onConflict="fail")
    assert patch(client, url, 0, b"hell").status_code == 204
    (root / "a").write_bytes(b"there")
    assert reason(patch(client, url, 4, b"o")) == (403, "exists")
    # All bytes are there, and no client may take that for success.
    for _ in range(2):
        answer = head(client, url)
        assert answer.status_code == 403
        assert "Upload-Offset" not in answer.headers
    assert reason(patch(client, url, 5, b"")) == (403, "exists")
    assert (root / "a").read_bytes() == b"there"
    (root / "a").unlink()
    assert head(client, url).headers["Upload-Offset"] == "5"
    assert (root / "a").read_bytes() == b"hello"


def test_a_taken_name_that_may_be_replaced(client: httpx.Client, root: Path) -> None:
    (root / "a").write_bytes(b"there")
    assert post(client, 5, body=b"hello", filename="a", onConflict="replace").status_code == 201
    assert (root / "a").read_bytes() == b"hello"


def test_a_taken_name_and_another_beside_it(client: httpx.Client, root: Path) -> None:
    """That is so if nobody says anything: these clients have nobody to ask."""
    (root / "a.txt").write_bytes(b"there")
    assert post(client, 3, body=b"one", filename="a.txt", onConflict="rename").status_code == 201
    assert post(client, 3, body=b"two", filename="a.txt").status_code == 201
    content = {name: (root / name).read_bytes() for name in left(root)}
    assert content == {"a.txt": b"there", "a (1).txt": b"one", "a (2).txt": b"two"}


def test_a_creation_that_fails_leaves_nothing(client: httpx.Client, root: Path) -> None:
    wrong = {"Upload-Checksum": "sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA="}
    answer = post(client, 5, wrong, body=b"hello", filename="a")
    assert reason(answer) == (460, "digest_mismatch")
    assert answer.reason_phrase == "Checksum Mismatch"
    assert reason(post(client, 4, body=b"hello", filename="a")) == (413, "too_large")
    assert left(root) == set()
    assert unfinished(client) == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "+1"}, 400),
        ({"Upload-Length": "1e3"}, 400),
        ({"Upload-Length": str(2**63)}, 413),
        ({"Upload-Length": "9" * 5000}, 413),
        ({"Upload-Length": str(2**62)}, 507),
        ({"Upload-Length": "5", "Upload-Concat": "final"}, 400),
        ({"Upload-Length": "5", "Upload-Concat": "final;https://[bad/"}, 400),
        ({"Upload-Length": "5", "Upload-Concat": "final;/etc/passwd"}, 400),
    ],
)
def test_hostile_sizes(client: httpx.Client, root: Path, headers: dict[str, str], status: int) -> None:
    assert client.post("api/bigupload/tus", headers={**VERSION, **headers}).status_code == status
    assert left(root) == set()


@pytest.mark.parametrize("offset", ["1", "5", "6", str(2**63), "9" * 5000])
def test_hostile_offsets(client: httpx.Client, root: Path, offset: str) -> None:
    url = create(client, 5, filename="a")
    assert reason(patch(client, url, 0, b"hello", {"Upload-Offset": offset})) == (409, "offset_mismatch")
    assert head(client, url).headers["Upload-Offset"] == "0"


def test_an_upload_of_our_own_page_is_none_of_tus(client: httpx.Client, root: Path) -> None:
    url = f"api/bigupload/tus/{create_upload(client, 'a', 5)}"
    assert head(client, url).status_code == 404
    assert reason(patch(client, url, 0, b"hello")) == (404, "not_found")
    assert reason(client.delete(url, headers=VERSION)) == (404, "not_found")
    assert unfinished(client) == ["a"]


def test_termination_leaves_a_file_that_has_its_name(client: httpx.Client, root: Path) -> None:
    url = str(post(client, 5, body=b"hello", filename="a").headers["Location"])
    assert client.delete(url, headers=VERSION).status_code == 204
    assert (root / "a").read_bytes() == b"hello"


def test_termination_leaves_nothing_of_a_file_that_has_none(client: httpx.Client, root: Path) -> None:
    url = create(client, 5, filename="a")
    patch(client, url, 0, b"hell")
    assert client.delete(url, headers=VERSION).status_code == 204
    assert left(root) == set()


def part(client: httpx.Client, content: bytes, **fields: str) -> str:
    answer = post(client, len(content), {"Upload-Concat": "partial"}, body=content, **fields)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"])


def join(client: httpx.Client, *urls: str, **fields: str) -> httpx.Response:
    headers = {**VERSION, **metadata(**fields), "Upload-Concat": f"final;{' '.join(urls)}"}
    return client.post("api/bigupload/tus", headers=headers)


def test_parts_become_a_file_and_go(client: httpx.Client, root: Path) -> None:
    urls = [part(client, content) for content in (b"one", b"", b"three")]
    assert not [name for name in left(root) if not name.startswith(".")]
    answer = join(client, *urls, filename="a", relativePath="folder/a")
    assert answer.status_code == 201
    assert (root / "folder/a").read_bytes() == b"onethree"
    assert left(root) == {"folder", "folder/a"}
    assert unfinished(client) == []
    # The answer was lost: the client asks again, and finds its parts complete.
    assert [head(client, url).headers["Upload-Offset"] for url in urls] == ["3", "0", "5"]
    assert {client.get(url).status_code for url in urls} == {404}
    again = join(client, *urls, filename="a", relativePath="folder/a")
    assert (again.status_code, again.headers["Location"]) == (201, answer.headers["Location"])
    # Their bytes are gone, so that they can't be in another file.
    assert reason(join(client, *urls, filename="b")) == (404, "not_found")
    assert left(root) == {"folder", "folder/a"}


def test_parts_of_a_file_whose_name_is_taken_stay(client: httpx.Client, root: Path) -> None:
    (root / "a").write_bytes(b"there")
    urls = [part(client, content) for content in (b"one", b"two")]
    assert reason(join(client, *urls, filename="a", onConflict="fail")) == (403, "exists")
    assert {head(client, url).headers["Upload-Offset"] for url in urls} == {"3"}
    assert join(client, *urls, filename="a", onConflict="replace").status_code == 201
    assert (root / "a").read_bytes() == b"onetwo"


def test_a_part_may_be_in_a_file_twice(client: httpx.Client, root: Path) -> None:
    url = part(client, b"ab")
    assert join(client, url, url, filename="a").status_code == 201
    assert (root / "a").read_bytes() == b"abab"


def test_files_that_are_too_large(start: Callable[..., RunningServer]) -> None:
    server = start(config={"BigUpload": {"max_upload_size": 10, "min_free_space": 0}})
    with client_of(server) as client:
        assert client.options("api/bigupload/tus").headers["Tus-Max-Size"] == "10"
        assert reason(post(client, 11)) == (413, "too_large")
        url = create(client, None, filename="a")
        assert reason(patch(client, url, 0, b"a" * 11)) == (413, "too_large")
        assert reason(patch(client, url, 0, b"", {"Upload-Length": "11"})) == (413, "too_large")
        assert reason(patch(client, url, 0, iter([b"a" * 11]))) == (413, "too_large")
        assert head(client, url).headers["Upload-Defer-Length"] == "1"
        first, second = part(client, b"a" * 6), part(client, b"b" * 5)
        assert reason(join(client, first, second)) == (413, "too_large")


def test_what_came_before_the_limit_stays(client: httpx.Client, root: Path) -> None:
    """A body without a length that goes beyond the file's end."""
    url = create(client, 5, filename="a")
    assert reason(patch(client, url, 0, iter([b"hello", b" world"]))) == (413, "too_large")
    offset = int(head(client, url).headers["Upload-Offset"])
    assert patch(client, url, offset, b"hello"[offset:]).status_code == 204
    assert (root / "a").read_bytes() == b"hello"


def test_a_checksum_that_would_come_as_a_trailer_is_refused(client: httpx.Client, root: Path) -> None:
    url = create(client, 5, filename="a")
    answer = patch(client, url, 0, iter([b"hello"]), {"Trailer": "Upload-Checksum"})
    assert reason(answer) == (400, "malformed")
    assert head(client, url).headers["Upload-Offset"] == "0"


def test_a_body_that_is_not_the_file_s_bytes(client: httpx.Client, root: Path) -> None:
    url = create(client, 5, filename="a")
    assert reason(patch(client, url, 0, b"hello", {"Content-Encoding": "gzip"})) == (415, "unsupported")
    answer = patch(client, url, 0, b"hello", {"Content-Type": "text/plain"})
    assert reason(answer) == (415, "wrong_media_type")
    typed = f"{CHUNK}; charset=binary"
    assert patch(client, url, 0, b"hello", {"Content-Type": typed}).status_code == 204


def test_a_large_file_in_one_request(client: httpx.Client, root: Path) -> None:
    content = b"0123456789abcdef" * 2**18
    checksum = {"Upload-Checksum": f"sha256 {_sha256(content)}"}
    url = create(client, len(content), filename="a")
    assert patch(client, url, 0, content, checksum).status_code == 204
    assert (root / "a").read_bytes() == content


def _sha256(content: bytes) -> str:
    header = metadata(x=hashlib.sha256(content).digest())["Upload-Metadata"]
    return header.partition(" ")[2]


def test_urls_with_a_slash_at_their_end(client: httpx.Client, root: Path) -> None:
    answer = client.post("api/bigupload/tus/", headers={**VERSION, "Upload-Length": "1"})
    assert answer.status_code == 201
    assert patch(client, answer.headers["Location"] + "/", 0, b"a").status_code == 204


@pytest.mark.parametrize(
    ("headers", "location"),
    [
        ({}, "http://hub.example/user/jo/api/bigupload/tus/"),
        ({"X-Forwarded-Proto": "https"}, "https://hub.example/user/jo/api/bigupload/tus/"),
        ({"X-Forwarded-Proto": "https,http"}, "https://hub.example/user/jo/api/bigupload/tus/"),
        ({"X-Scheme": "https"}, "https://hub.example/user/jo/api/bigupload/tus/"),
        ({"X-Scheme": "javascript"}, "http://hub.example/user/jo/api/bigupload/tus/"),
        ({"Origin": "https://hub.example"}, "/user/jo/api/bigupload/tus/"),
    ],
)
def test_where_an_upload_is_behind_a_proxy(
    behind_a_proxy: RunningServer, headers: dict[str, str], location: str
) -> None:
    with client_of(behind_a_proxy) as client:
        answer = post(client, 1, {"Host": "hub.example", **headers})
    assert answer.headers["Location"].startswith(location)


@pytest.fixture(scope="module")
def behind_a_proxy() -> Iterator[RunningServer]:
    with ForkedServer(base_url="/user/jo/", config={"ServerApp": {"allow_remote_access": True}}) as server:
        yield server
