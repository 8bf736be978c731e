"""Files from links: what comes of them in the home folder and in a bucket, and what does not."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.forked_server import ForkedServer
from tests.support.object_stores import SeaweedFS
from tests.support.server import RunningServer, workers
from tests.unit.operations.fetching.site import File, Handler, Site, give_file, redirect, status

from .conftest import client_of, reason
from .half_request import until
from .operations import OPERATIONS, PATIENCE, begin, finished, get
from .site import PART

#: Rules of a server that may fetch from this machine.
LINKS = {"link_schemes": ["http"], "link_allow": ["127.0.0.1/32"], "link_ports": []}
#: Larger than what is written at once.
DATA = os.urandom(3 * 2**23 + 1234)


@dataclass(frozen=True)
class Place:
    """A server that fetches, and a bucket of its own."""

    server: RunningServer
    seaweedfs: SeaweedFS
    bucket: str

    def read(self, destination: str, path: str) -> bytes:
        """Return what was saved."""
        if destination == "home":
            return (self.server.root / path).read_bytes()
        return self.seaweedfs.read(self.bucket, path)

    def left_over(self) -> list[str]:
        """Return what is there of unfinished uploads."""
        hidden = [path.name for path in self.server.root.rglob(".*.bigupload")]
        return [*hidden, *self.seaweedfs.unfinished(self.bucket)]

    def parts(self) -> int:
        """Return how many parts are entered in the records of the home folder's uploads."""
        logs = self.server.data_dir.glob("bigupload/*/op-*.parts")
        return sum(len(log.read_text().splitlines()) for log in logs)


@pytest.fixture(scope="module")
def place(seaweedfs: SeaweedFS) -> Iterator[Place]:
    bucket = f"links-{secrets.token_hex(6)}"
    seaweedfs.make_bucket(bucket)
    destination = {**seaweedfs.settings(bucket, name="far"), "part_size": PART}
    config = {"BigUpload": {"min_free_space": 0, "destinations": [destination], **LINKS}}
    with ForkedServer(config=config, environment=seaweedfs.environment) as server:
        yield Place(server, seaweedfs, bucket)
        server.require_no_traceback()


@pytest.fixture
def client(place: Place) -> Iterator[httpx.Client]:
    with client_of(place.server) as client:
        yield client


@pytest.fixture
def web() -> Iterator[Site]:
    own = Site()
    own.file = File(data=DATA)
    yield own
    own.close()


@pytest.fixture
def folder(place: Place) -> str:
    """A new folder of the home folder; in the bucket any prefix will do."""
    name = secrets.token_hex(6)
    (place.server.root / name).mkdir()
    return name


def fetched(
    client: httpx.Client, url: str, folder: str, *, destination: str = "home", **parameters: Any
) -> Any:
    """Fetch it, and return the operation once it is over."""
    parameters["url"] = url
    return finished(client, begin(client, "fetch", folder, destination=destination, parameters=parameters))


def sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def failure(operation: Any) -> str:
    assert operation["metadata"]["state"] == "failed", operation
    assert operation["error"]["message"]
    return str(operation["error"]["reason"])


@pytest.mark.parametrize("destination", ["home", "far"])
def test_several_parts_at_once(
    client: httpx.Client, place: Place, web: Site, folder: str, destination: str
) -> None:
    done = fetched(client, web.url("/a%20b.bin"), folder, destination=destination)
    assert done["response"] == {
        "made": {"destination": destination, "path": f"{folder}/a b.bin", "size": len(DATA)},
        "url": web.url("/a%20b.bin"),
        "checksum": None,
        "verified": False,
    }
    assert place.read(destination, f"{folder}/a b.bin") == DATA
    assert place.left_over() == []
    ranges = [one for one in web.asked("Range") if one]
    assert 1 < len(ranges) <= 4
    assert web.sent == len(DATA)
    progress = done["metadata"]["progress"]
    assert progress == {"done": len(DATA), "total": len(DATA), "unit": "bytes"} or progress["done"] < len(
        DATA
    )


@pytest.mark.parametrize(
    ("destination", "ranges"),
    [
        ("home", True),
        ("far", True),
        pytest.param("home", False, marks=pytest.mark.long),
        pytest.param("far", False, marks=pytest.mark.long),
    ],
)
def test_a_checksum_is_held_against_the_bytes(
    client: httpx.Client, place: Place, web: Site, folder: str, destination: str, *, ranges: bool
) -> None:
    web.file.ranges = ranges
    done = fetched(client, web.url(), folder, destination=destination, checksum=sha256(DATA), name="x.bin")
    assert done["response"]["made"]["path"] == f"{folder}/x.bin"
    assert (done["response"]["checksum"], done["response"]["verified"]) == (sha256(DATA), True)
    assert place.read(destination, f"{folder}/x.bin") == DATA
    assert web.sent == len(DATA)


@pytest.mark.parametrize("destination", ["home", pytest.param("far", marks=pytest.mark.long)])
def test_other_bytes_than_were_meant_are_not_kept(
    client: httpx.Client, place: Place, web: Site, folder: str, destination: str
) -> None:
    over = fetched(client, web.url(), folder, destination=destination, checksum=sha256(b"other"))
    assert failure(over) == "checksum_mismatch"
    assert hashlib.sha256(DATA).hexdigest() in over["error"]["message"]
    assert "Nothing of it is kept." in over["error"]["message"]
    assert place.left_over() == []
    assert list((place.server.root / folder).iterdir()) == []


@pytest.mark.parametrize("destination", ["home", pytest.param("far", marks=pytest.mark.long)])
def test_a_file_whose_length_nobody_knows(
    client: httpx.Client, place: Place, web: Site, folder: str, destination: str
) -> None:
    web.file.chunked = True
    web.file.ranges = False
    web.file.head = False
    done = fetched(client, web.url("/n.csv"), folder, destination=destination, checksum=sha256(DATA))
    assert done["response"]["made"] == {
        "destination": destination, "path": f"{folder}/n.csv", "size": len(DATA)
    }  # fmt: skip
    assert place.read(destination, f"{folder}/n.csv") == DATA


def test_what_nobody_could_go_on_with_is_not_kept(
    client: httpx.Client, place: Place, web: Site, folder: str
) -> None:
    """The site says nothing by which its file could be known again."""
    web.file = File(data=DATA, etag=None, last_modified=None, cuts=[10_000_000, 0])
    over = fetched(client, web.url("/once"), folder)
    assert failure(over) == "remote_refused"
    assert place.left_over() == []


def test_an_empty_file(client: httpx.Client, place: Place, web: Site, folder: str) -> None:
    web.file.data = b""
    done = fetched(client, web.url("/nothing"), folder, checksum=sha256(b""))
    assert done["response"]["made"] == {"destination": "home", "path": f"{folder}/nothing", "size": 0}
    assert place.read("home", f"{folder}/nothing") == b""


def test_into_the_home_folder_itself(client: httpx.Client, place: Place, web: Site) -> None:
    name = secrets.token_hex(6)
    answer = client.post(OPERATIONS, json={"kind": "fetch", "parameters": {"url": web.url(f"/{name}")}})
    assert finished(client, answer.json())["response"]["made"]["path"] == name
    assert place.read("home", name) == DATA


def test_what_breaks_off_goes_on_by_itself(
    client: httpx.Client, place: Place, web: Site, folder: str
) -> None:
    web.file.cuts = [2_000_000, 3_000_000, 0, 5_000_000]
    assert fetched(client, web.url("/c"), folder, checksum=sha256(DATA))["response"]["verified"]
    assert place.read("home", f"{folder}/c") == DATA
    assert len([one for one in web.asked("Range") if one]) > 4


@pytest.mark.parametrize(
    ("destination", "checked", "ranges"),
    [
        ("home", True, True),
        ("far", True, True),
        pytest.param("far", False, True, marks=pytest.mark.long),
        pytest.param("home", True, False, marks=pytest.mark.long),
    ],
)
def test_a_second_start_goes_on_where_a_killed_worker_was(
    client: httpx.Client,
    place: Place,
    web: Site,
    folder: str,
    destination: str,
    *,
    checked: bool,
    ranges: bool,
) -> None:
    web.file.ranges = ranges
    web.hold_after = held = len(DATA) - 2_000_000
    checksum = {"checksum": sha256(DATA)} if checked else {}
    wanted = {"url": web.url("/k"), **checksum}
    operation = begin(client, "fetch", folder, destination=destination, parameters=wanted)
    until(lambda: web.sent == web.hold_after)
    # What was sent by then is read, but for the pieces that are not full.
    until(lambda: get(client, operation)["metadata"]["progress"]["done"] >= held - 4 * 2**20)
    if destination == "home":
        until(lambda: place.parts() >= 1)
    for worker in workers(place.server.data_dir):
        os.kill(worker, signal.SIGKILL)
    assert failure(finished(client, operation)) == "worker_died"
    assert not (place.server.root / folder / "k").exists()
    web.requests.clear()
    web.hold_after = None
    again = begin(client, "fetch", folder, destination=destination, parameters=wanted)
    # As the page does, which shows one of both: what the first has left is the second's now.
    assert client.delete(f"api/bigupload/{operation['name']}").status_code == 204
    done = finished(client, again)
    assert done["response"]["verified"] is checked
    assert place.read(destination, f"{folder}/k") == DATA
    assert place.left_over() == []
    rereads = not ranges or (destination == "far" and checked)
    assert asked(web) == len(DATA) if rereads else asked(web) < len(DATA)
    assert web.requests[0][0] == "HEAD"


def asked(web: Site) -> int:
    """Return how many bytes the site was asked for; all at once, where it gives no ranges."""
    ranges = [headers["Range"] for method, _, headers in web.requests if method == "GET"]
    if not web.file.ranges:
        return len(ranges) * len(DATA)
    found = [re.fullmatch(r"bytes=(\d+)-(\d*)", one or "bytes=0-") for one in ranges]
    return sum(int(one[2] or len(DATA) - 1) + 1 - int(one[1]) for one in found if one)


def test_cancelling_waits_for_no_site(client: httpx.Client, place: Place, web: Site, folder: str) -> None:
    web.routes["/later"] = status(503, Retry_After="60")
    operation = begin(client, "fetch", folder, parameters={"url": web.url("/later")})
    until(lambda: web.requests != [])
    client.post(f"api/bigupload/{operation['name']}/cancel")
    assert finished(client, operation)["metadata"]["state"] == "cancelled"
    until(lambda: not workers(place.server.data_dir))


@pytest.mark.long
@pytest.mark.parametrize(("destination", "ranges"), [("home", 4), ("far", 3)])
def test_a_site_that_gives_one_part_at_once(
    client: httpx.Client, place: Place, web: Site, folder: str, *, destination: str, ranges: int
) -> None:
    one = threading.Semaphore(1)
    refused = threading.Semaphore(0)

    def give_one(handler: Handler) -> None:
        if handler.command == "HEAD":
            give_file(handler)
        elif one.acquire(blocking=False):
            try:
                give_file(handler)
            finally:
                one.release()
        else:
            refused.release()
            handler.answer(503, {"Content-Length": "0"})

    web.routes["/one"] = give_one
    web.hold_after = 1_000_000
    operation = begin(client, "fetch", folder, destination=destination, parameters={"url": web.url("/one")})
    for _ in range((ranges - 1) * 5):  # all tries that the others have
        assert refused.acquire(timeout=PATIENCE)
    web.go.set()
    assert finished(client, operation)["metadata"]["state"] == "done"
    assert place.read(destination, f"{folder}/one") == DATA


@pytest.mark.long
def test_slow_sites_are_no_dead_ones(start: Callable[..., RunningServer], web: Site) -> None:
    """One that asks to come back later, and then sends again what is there already, at its leisure."""
    data = DATA[:6_000_000]
    web.file = File(data=data, ranges=False, cuts=[5_000_000])

    def slowly(handler: Handler) -> None:
        del web.routes["/slow"]
        web.hold_after = web.sent
        threading.Thread(target=trickle, daemon=True).start()
        give_file(handler)

    def trickle() -> None:
        while web.sent < 2 * len(data) and not web.stopping.wait(0.5):
            web.hold_after = web.sent + 160_000

    def later(handler: Handler) -> None:
        web.routes["/slow"] = slowly
        handler.answer(503, {"Retry-After": "12", "Content-Length": "0"})

    def first(handler: Handler) -> None:
        give_file(handler)
        if handler.command == "GET":
            web.routes["/slow"] = later

    web.routes["/slow"] = first
    server = start(config={"BigUpload": {"operation_timeout": 8, **LINKS}})
    with client_of(server) as client:
        done = fetched(client, web.url("/slow"), "", checksum=sha256(data))
        assert done["response"]["verified"]
        assert (server.root / "slow").read_bytes() == data


@pytest.mark.parametrize("destination", ["home", "far"])
def test_nothing_is_left_of_what_was_cancelled(
    client: httpx.Client, place: Place, web: Site, folder: str, destination: str
) -> None:
    web.hold_after = len(DATA) - 2_000_000
    operation = begin(client, "fetch", folder, destination=destination, parameters={"url": web.url("/gone")})
    until(lambda: web.sent == web.hold_after)
    assert place.left_over() != []
    client.post(f"api/bigupload/{operation['name']}/cancel")
    assert finished(client, operation)["metadata"]["state"] == "cancelled"
    until(lambda: place.left_over() == [])
    until(lambda: not workers(place.server.data_dir))
    assert list((place.server.root / folder).iterdir()) == []


def test_another_file_in_the_middle(client: httpx.Client, place: Place, web: Site, folder: str) -> None:
    def change(handler: Handler) -> None:
        give_file(handler)
        if handler.command == "GET":
            web.file = File(data=DATA[::-1], etag='"two"')

    web.file.cuts = [1_000_000, 1_000_000, 1_000_000, 1_000_000]
    web.routes["/changing"] = change
    assert failure(fetched(client, web.url("/changing"), folder)) == "remote_changed"
    assert place.left_over() == []
    assert list((place.server.root / folder).iterdir()) == []


def vanish(web: Site, path: str) -> bytes:
    """Have the site break off in the middle of the file, and not have it from then on; return the file."""

    def once(handler: Handler) -> None:
        give_file(handler)
        if handler.command == "GET":
            web.routes[path] = status(404)

    web.file = File(data=DATA[:6_000_000], cuts=[4_000_000])
    web.routes[path] = once
    return web.file.data


def test_a_site_that_gives_up_keeps_what_came(
    client: httpx.Client, place: Place, web: Site, folder: str
) -> None:
    data = vanish(web, "/v")
    parameters = {"url": web.url("/v")}
    over = finished(client, begin(client, "fetch", folder, parameters=parameters))
    assert failure(over) == "remote_refused"
    assert place.left_over() != []
    del web.routes["/v"]
    web.sent = 0
    done = fetched(client, web.url("/v"), folder)
    assert done["response"]["made"]["path"] == f"{folder}/v"
    assert place.read("home", f"{folder}/v") == data
    assert web.sent == 2_000_000
    assert place.left_over() == []


def test_what_was_kept_goes_with_the_record(
    client: httpx.Client, place: Place, web: Site, folder: str
) -> None:
    vanish(web, "/w")
    over = fetched(client, web.url("/w"), folder)
    assert failure(over) == "remote_refused"
    assert place.left_over() != []
    assert client.delete(f"api/bigupload/{over['name']}").status_code == 204
    assert place.left_over() == []


def test_redirects_lead_on_but_not_out(client: httpx.Client, web: Site, folder: str) -> None:
    web.routes["/start"] = redirect("/file.bin")
    done = fetched(client, web.url("/start"), folder)
    assert done["response"]["made"]["path"] == f"{folder}/start"
    for host in ("127.0.0.2", "169.254.169.254"):
        web.routes["/out"] = redirect(f"http://{host}:{web.port}/secret")
        web.requests.clear()
        over = fetched(client, web.url("/out"), folder)
        assert failure(over) == "address_refused"
        assert [path for _, path, _ in web.requests] == ["/out"]


def test_nothing_of_this_machine_by_default(client_of_default: httpx.Client, web: Site) -> None:
    for url in (web.url(), web.url().replace("http://", "https://"), f"https://localhost:{web.port}/x"):
        over = fetched(client_of_default, url, "")
        assert failure(over) == "address_refused"
    assert web.connections == 0


@pytest.fixture
def client_of_default(server: RunningServer, root: Path) -> Iterator[httpx.Client]:
    """A client of a server that has no settings for links."""
    with client_of(server) as client:
        yield client


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment; filename*=UTF-8''%2e%2e%2f%2e%2e%2f.ssh%2f.authorized_keys", "authorized_keys"),
        pytest.param('attachment; filename="../../evil.sh"', "evil.sh", marks=pytest.mark.long),
        pytest.param('attachment; filename=".bashrc"', "bashrc", marks=pytest.mark.long),
        pytest.param('attachment; filename=".."', "file.bin", marks=pytest.mark.long),
    ],
)
def test_names_that_sites_give(
    client: httpx.Client, place: Place, web: Site, folder: str, *, header: str, name: str
) -> None:
    web.file = File(data=b"x", headers={"Content-Disposition": header})
    assert fetched(client, web.url(), folder)["response"]["made"]["path"] == f"{folder}/{name}"
    assert [path.name for path in (place.server.root / folder).iterdir()] == [name]


def test_names_that_are_taken(client: httpx.Client, place: Place, web: Site, folder: str) -> None:
    web.file = File(data=b"new")
    (place.server.root / folder / "a.txt").write_bytes(b"old")
    link = web.url("/a.txt")
    assert failure(fetched(client, link, folder, on_conflict="fail")) == "exists"
    assert fetched(client, link, folder)["response"]["made"]["path"] == f"{folder}/a (1).txt"
    assert place.read("home", f"{folder}/a.txt") == b"old"
    assert (
        fetched(client, link, folder, on_conflict="replace")["response"]["made"]["path"] == f"{folder}/a.txt"
    )
    assert place.read("home", f"{folder}/a.txt") == b"new"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"parameters": {}}, (400, "malformed")),
        ({"parameters": {"url": "no link"}}, (400, "malformed")),
        ({"parameters": {"url": "file:///etc/passwd"}}, (400, "malformed")),
        ({"parameters": {"url": "https://u:p@example.org/x"}}, (400, "malformed")),
        ({"parameters": {"url": "https://example.org/x", "checksum": "abc"}}, (400, "malformed")),
        ({"parameters": {"url": "https://example.org/x", "name": "a/b"}}, (400, "malformed")),
        ({"parameters": {"url": "https://example.org/x", "name": ".bashrc"}}, (403, "hidden")),
        ({"path": ".ssh", "parameters": {"url": "https://example.org/x"}}, (403, "hidden")),
        ({"destination": "none", "parameters": {"url": "https://example.org/x"}}, (501, "unsupported")),
    ],
)
def test_what_is_refused_before_it_starts(
    client: httpx.Client, fields: dict[str, Any], expected: tuple[int, str]
) -> None:
    answer = client.post(OPERATIONS, json={"kind": "fetch", "path": "", **fields})
    assert reason(answer) == expected


@pytest.mark.parametrize(
    ("folder", "expected"),
    [("missing", "folder_missing"), ("../out", "outside_root"), ("/etc", "outside_root")],
)
def test_folders_where_nothing_can_be(client: httpx.Client, web: Site, folder: str, expected: str) -> None:
    assert failure(fetched(client, web.url(), folder)) == expected


@pytest.mark.long
def test_other_schemes(client: httpx.Client) -> None:
    for link in ("ftp://example.org/x", "https://example.org/x"):
        assert failure(fetched(client, link, "")) == "address_refused"


def test_where_nothing_is_fetched(start: Callable[..., RunningServer]) -> None:
    server = start(config={"BigUpload": {"links": False}})
    with client_of(server) as client:
        kinds = client.get(f"{OPERATIONS}/kinds").json()["kinds"]
        assert "fetch" not in [kind["name"] for kind in kinds]
        answer = client.post(
            OPERATIONS, json={"kind": "fetch", "path": "", "parameters": {"url": "https://x.org/"}}
        )
        assert reason(answer) == (400, "malformed")


@pytest.mark.parametrize(
    ("setting", "known"),
    [
        ("max_upload_size", False),
        ("operation_output", True),
        pytest.param("max_upload_size", True, marks=pytest.mark.long),
        pytest.param("operation_output", False, marks=pytest.mark.long),
    ],
)
def test_files_that_are_too_large(
    start: Callable[..., RunningServer], web: Site, setting: str, *, known: bool
) -> None:
    web.file.data = 4 * DATA
    web.file.chunked = not known
    web.file.head = known
    web.file.ranges = known
    server = start(config={"BigUpload": {setting: 10_000_000, **LINKS}})
    with client_of(server) as client:
        assert failure(fetched(client, web.url(), "")) == "too_large"
        assert list(server.root.iterdir()) == []
    # Somewhat more than the limit, for the buffers on the way.
    assert web.sent < len(web.file.data)


def test_a_disk_that_is_full(start: Callable[..., RunningServer], web: Site) -> None:
    server = start(config={"BigUpload": {"min_free_space": 2**52, **LINKS}})
    with client_of(server) as client:
        assert failure(fetched(client, web.url(), "")) == "no_space"
        assert list(server.root.iterdir()) == []
