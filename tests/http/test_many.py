"""Many uploads, many gaps, many who wait for the disk: what is answered stays small and quick."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.support.server import RunningServer

from .conftest import client_of, create, reason, send

UPLOADS = "api/bigupload/uploads"


def pages(client: httpx.Client, limit: int) -> list[list[str]]:
    """The ids on each page."""
    found: list[list[str]] = []
    query: dict[str, str | int] = {"limit": limit}
    while True:
        page = client.get(UPLOADS, params=query).raise_for_status().json()
        assert set(page) == {"uploads", "next"}
        found.append([one["id"] for one in page["uploads"]])
        if page["next"] is None:
            return found
        query["after"] = page["next"]


def test_pages(client: httpx.Client, root: Path) -> None:
    assert client.get(UPLOADS).json() == {"uploads": [], "next": None}
    ids = [create(client, f"x{number}", 1) for number in range(5)]
    assert pages(client, 1000) == [ids]
    assert pages(client, 5) == [ids]
    assert pages(client, 2) == [ids[:2], ids[2:4], ids[4:]]
    first = client.get(UPLOADS, params={"limit": 2}).json()
    # What the next page begins after is gone by then, and a finished one is no unfinished one.
    assert client.delete(f"{UPLOADS}/{ids[1]}").status_code == 204
    assert send(client, ids[2], b"x", 0, 1).status_code == 200
    assert client.post(f"{UPLOADS}/{ids[2]}/complete").status_code == 200
    late = create(client, "late", 1)
    after = client.get(UPLOADS, params={"after": first["next"]}).json()
    assert [one["id"] for one in after["uploads"]] == [*ids[3:], late]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=1001", "limit=many", "limit=", "after=", "after=x", "after=nan_x", "after=1.0_../x"],
)
def test_what_is_no_page(client: httpx.Client, query: str) -> None:
    assert reason(client.get(f"{UPLOADS}?{query}")) == (400, "malformed")


def test_two_servers_see_each_others_uploads_at_once(
    start: Callable[..., RunningServer], tmp_path: Path
) -> None:
    (tmp_path / "root").mkdir()
    settings = {
        "root": tmp_path / "root",
        "config": {"BigUpload": {"records_dir": str(tmp_path / "records")}},
    }
    one, other = start(**settings), start(**settings)
    with client_of(one) as here, client_of(other) as there:
        for number in range(3):
            upload_id = create(here, f"x{number}", 3)
            assert pages(there, 1)[-1] == [upload_id]
            assert send(here, upload_id, b"abc", 0, 2).status_code == 200
            (seen,) = [item for item in there.get(UPLOADS).json()["uploads"] if item["id"] == upload_id]
            assert seen["received"] == [[0, 2]]
        assert there.delete(f"{UPLOADS}/{upload_id}").status_code == 204
        assert upload_id not in [item["id"] for item in here.get(UPLOADS).json()["uploads"]]


def test_an_answer_tells_of_the_ranges_around_its_chunk(client: httpx.Client, root: Path) -> None:
    data = bytes(100)
    upload_id = create(client, "x", len(data))
    for start in (0, 20, 40, 60):
        answer = send(client, upload_id, data, start, start + 10).json()
        assert answer["received"] == [[start, start + 10]]
    assert answer["received_bytes"] == 40
    assert send(client, upload_id, data, 30, 40).json()["received"] == [[20, 50]]
    assert send(client, upload_id, data, 22, 25).json()["received"] == [[20, 50]]  # sent again
    answer = send(client, upload_id, data, 5, 65)
    assert reason(answer) == (409, "range_overlap")
    assert answer.json()["received"] == [[0, 10], [20, 50], [60, 70]]
    assert send(client, upload_id, data, 65, 80).json()["received"] == [[60, 70]]
    assert client.get(f"{UPLOADS}/{upload_id}").json()["received"] == [[0, 10], [20, 50], [60, 70]]
    answer = client.post(f"{UPLOADS}/{upload_id}/complete").json()
    assert answer["missing"] == [[10, 20], [50, 60], [70, 100]]
    assert answer["missing_bytes"] == 50


BLOCKED = """
import os, pathlib, time

gate = pathlib.Path({gate!r})
sync = os.fdatasync

def fdatasync(fd):
    with gate.with_suffix(".waiting").open("ab") as waiting:
        waiting.write(b".")
    while not gate.exists():
        time.sleep(0.02)
    sync(fd)

os.fdatasync = fdatasync
"""
#: More than the package has threads of any kind.
WRITERS = 40


def test_nobody_waits_for_what_others_bring_to_the_disk(tmp_path: Path) -> None:
    """Not for a list after a restart either, which looks at the partials."""
    gate = tmp_path / "gate"
    # Not a forked one: `os.fdatasync` has to be replaced before the package is imported.
    with RunningServer(config_code=BLOCKED.format(gate=str(gate))) as server, client_of(server) as client:
        ids = [create(client, f"x{number}", 2) for number in range(WRITERS)]
        server.restart()
        answers: list[int] = []

        def write(upload_id: str) -> None:
            with client_of(server) as own:
                own.timeout = httpx.Timeout(120)
                answers.append(send(own, upload_id, b"ab", 0, 1).status_code)

        writers = [threading.Thread(target=write, args=(upload_id,)) for upload_id in ids]
        for thread in writers:
            thread.start()
        try:
            waiting = gate.with_suffix(".waiting")
            while not waiting.exists() or waiting.stat().st_size < 8:
                assert client.get("api/status").status_code == 200
            assert len(client.get(UPLOADS).json()["uploads"]) == WRITERS
            assert client.get(f"{UPLOADS}/{ids[0]}").json()["received"] == []
            new = create(client, "new", 1)
            assert client.delete(f"{UPLOADS}/{new}").status_code == 204
            assert client.get("api/upload_handlers", params={"file": "x"}).json() == {"file": None}
            assert answers == []
        finally:
            gate.touch()
            for thread in writers:
                thread.join()
        assert answers == [200] * WRITERS


class TestOldFiles:
    """Files dated before 1970."""

    MOON = -14_182_940_000
    LAST = 8_640_000_000_000_000

    @pytest.mark.parametrize("moment", [-1, MOON, -LAST, LAST, 0])
    def test_they_are_uploaded_like_others(self, client: httpx.Client, root: Path, moment: int) -> None:
        upload_id = create(client, "x", 3, last_modified=moment)
        (listed,) = client.get(UPLOADS).json()["uploads"]
        assert listed["last_modified"] == moment
        assert send(client, upload_id, b"abc", 0, 3).status_code == 200
        done = client.post(f"{UPLOADS}/{upload_id}/complete").json()
        assert (done["state"], done["last_modified"]) == ("done", moment)
        assert (root / "x").read_bytes() == b"abc"

    def test_they_are_known_again(self, client: httpx.Client, server: RunningServer, root: Path) -> None:
        fields = {"path": "x", "size": 3, "last_modified": self.MOON}
        key = {"Idempotency-Key": "moon"}
        first = client.post(UPLOADS, json=fields, headers=key).json()["id"]
        assert client.post(UPLOADS, json=fields, headers=key).json()["id"] == first
        other = client.post(UPLOADS, json={**fields, "last_modified": -self.MOON}, headers=key)
        assert reason(other) == (423, "locked")

    @pytest.mark.parametrize("moment", [LAST + 1, -LAST - 1, 2**63, -(2**63), 1.5, "-1", True])
    def test_what_is_no_date(self, client: httpx.Client, root: Path, moment: object) -> None:
        answer = client.post(UPLOADS, json={"path": "x", "size": 3, "last_modified": moment})
        assert reason(answer) == (400, "malformed")
        assert client.get(UPLOADS).json()["uploads"] == []
