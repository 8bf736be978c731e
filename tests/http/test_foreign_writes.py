"""Other programs that write to a partial: what they lost is asked for again, and never stored as it is."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer

from .conftest import client_of, create, reason, send
from .half_request import HalfRequest, until

UPLOADS = "api/bigupload/uploads"
#: The server writes a MiB at once.
PART = 2 * 2**20
SIZE = 4 * PART
DATA = secrets.token_bytes(SIZE)


def partial(root: Path) -> Path:
    (found,) = root.glob(".x.*.bigupload")
    return found


def changed(path: Path, change: Callable[[Path], object]) -> None:
    """Let `change` write to the file at a moment of its own: clocks of file systems are coarse."""
    before = path.stat().st_mtime_ns
    change(path)
    while path.stat().st_mtime_ns == before:
        os.utime(path)


def cut_at_a_chunk(path: Path) -> None:
    os.truncate(path, PART)


def cut_within_a_chunk(path: Path) -> None:
    os.truncate(path, PART + PART // 2)


def cut_to_nothing(path: Path) -> None:
    os.truncate(path, 0)


def cut_and_extended(path: Path) -> None:
    length = path.stat().st_size
    os.truncate(path, PART)
    os.truncate(path, length)


def overwritten(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(bytes([DATA[path.stat().st_size - 1] ^ 1]))


def complete(client: httpx.Client, upload_id: str) -> httpx.Response:
    for _ in range(600):
        answer = client.post(f"{UPLOADS}/{upload_id}/complete")
        if answer.status_code != 503:
            return answer
        assert reason(answer) == (503, "checking")
        time.sleep(0.05)
    raise AssertionError("it never ended")


def send_part(client: httpx.Client, upload_id: str, number: int) -> None:
    assert send(client, upload_id, DATA, number * PART, (number + 1) * PART).status_code == 200


def finish(client: httpx.Client, root: Path, upload_id: str, lost: set[int]) -> None:
    """Complete: what is asked for again is `lost`, and all of it, and then the file is what was sent."""
    answer = complete(client, upload_id)
    assert reason(answer) == (409, "incomplete")
    missing = {at // PART for start, end in answer.json()["missing"] for at in range(start, end, PART)}
    assert missing == lost
    for number in missing:
        send_part(client, upload_id, number)
    assert complete(client, upload_id).json()["state"] == "done"
    assert (root / "x").read_bytes() == DATA


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        (cut_at_a_chunk, {1, 2}),
        (cut_within_a_chunk, {1, 2}),
        (cut_to_nothing, {0, 1, 2}),
        (cut_and_extended, {1, 2}),
        (overwritten, {2}),
    ],
)
@pytest.mark.parametrize("restarted", [False, True])
def test_between_two_chunks(
    start: Callable[..., RunningServer],
    server: RunningServer,
    root: Path,
    change: Callable[[Path], None],
    lost: set[int],
    *,
    restarted: bool,
) -> None:
    """The next chunk extends the file again, and its own writing hides when it was written to before."""
    if restarted:
        server = start()
    with client_of(server) as client:
        upload_id = create(client, "x", SIZE)
        for number in range(3):
            send_part(client, upload_id, number)
        changed(partial(server.root), change)
        if restarted:
            server.kill()
            server.start()
            if change in {cut_at_a_chunk, cut_within_a_chunk, cut_to_nothing}:
                # What is beyond the end is known to be lost before anything is sent.
                received = client.get(f"{UPLOADS}/{upload_id}").json()["received"]
                assert received == ([[0, PART]] if lost == {1, 2} else [])
                for number in sorted(lost):
                    send_part(client, upload_id, number)
                lost = set()
        send_part(client, upload_id, 3)
        if lost:
            finish(client, server.root, upload_id, lost)
        else:
            assert complete(client, upload_id).json()["state"] == "done"
            assert (server.root / "x").read_bytes() == DATA


@pytest.mark.parametrize(
    ("change", "lost"), [(cut_at_a_chunk, {1, 2, 3}), (cut_and_extended, {1, 2, 3}), (overwritten, {3})]
)
def test_after_the_last_chunk(
    client: httpx.Client, root: Path, change: Callable[[Path], None], lost: set[int]
) -> None:
    upload_id = create(client, "x", SIZE)
    for number in range(4):
        send_part(client, upload_id, number)
    changed(partial(root), change)
    finish(client, root, upload_id, lost)


def test_it_is_not_forgotten_while_the_server_is_down(start: Callable[..., RunningServer]) -> None:
    """A chunk entered behind a foreign write says so for good."""
    server = start()
    with client_of(server) as client:
        upload_id = create(client, "x", SIZE)
        for number in range(2):
            send_part(client, upload_id, number)
        changed(partial(server.root), overwritten)
        for number in range(2, 4):
            send_part(client, upload_id, number)
            server.kill()
            server.start()
        finish(client, server.root, upload_id, {1})


def test_a_chunk_that_breaks_off_hides_nothing(
    client: httpx.Client, server: RunningServer, root: Path
) -> None:
    upload_id = create(client, "x", SIZE)
    for number in range(3):
        send_part(client, upload_id, number)
    changed(partial(root), overwritten)
    broken_off(server, upload_id, root)
    until(lambda: send(client, upload_id, DATA, 3 * PART, SIZE).status_code == 200)
    finish(client, root, upload_id, {2})


def broken_off(server: RunningServer, upload_id: str, root: Path) -> None:
    """Send half of the last chunk, and close the connection."""
    target, span = f"api/upload_handlers?upload={upload_id}", f"bytes {3 * PART}-{SIZE - 1}/{SIZE}"
    request = HalfRequest(server, target, span, PART, DATA[3 * PART : -1])
    until(lambda: partial(root).stat().st_size > 3 * PART)
    request.socket.close()


def test_cut_while_a_chunk_is_written(client: httpx.Client, server: RunningServer, root: Path) -> None:
    """Nobody can tell by the time, which is the server's own: a hole in the file is seen all the same."""
    upload_id = create(client, "x", SIZE)
    send_part(client, upload_id, 0)
    send_part(client, upload_id, 1)
    target, span = f"api/upload_handlers?upload={upload_id}", f"bytes {2 * PART}-{SIZE - 1}/{SIZE}"
    request = HalfRequest(server, target, span, 2 * PART, DATA[2 * PART : 3 * PART])
    until(lambda: partial(root).stat().st_size > 2 * PART)
    os.truncate(partial(root), PART)
    request.socket.sendall(DATA[3 * PART :])
    assert b" 200 " in request.answer()
    answer = complete(client, upload_id)
    assert reason(answer) == (409, "incomplete")
    for start_at, end in answer.json()["missing"]:
        assert send(client, upload_id, DATA, start_at, end).status_code == 200
    assert complete(client, upload_id).json()["state"] == "done"
    assert (root / "x").read_bytes() == DATA


def test_bytes_behind_its_end_are_cut_off(client: httpx.Client, root: Path) -> None:
    upload_id = create(client, "x", SIZE)
    for number in range(4):
        send_part(client, upload_id, number)

    def extended(path: Path) -> None:
        with path.open("ab") as file:
            file.write(b"more")

    changed(partial(root), extended)
    assert complete(client, upload_id).json()["state"] == "done"
    assert (root / "x").read_bytes() == DATA


def test_a_copy_in_its_place_is_another_file(client: httpx.Client, root: Path) -> None:
    upload_id = create(client, "x", SIZE)
    for number in range(4):
        send_part(client, upload_id, number)
    there = partial(root)
    shutil.copy2(there, root / "copy")
    (root / "copy").replace(there)
    assert reason(complete(client, upload_id)) == (404, "not_found")


def reads(server: RunningServer) -> int:
    """Parts that the server has read back."""
    return server.log.count("read back")


@pytest.fixture(scope="module")
def counting(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A server that logs each part that it reads back."""
    code = (
        "from jupyter_bigupload.stores.local import LocalStore\n"
        "digest_part = LocalStore.digest_part\n"
        "async def counted(*args):\n"
        "    print('read back', args[2:4], flush=True)\n"
        "    await digest_part(*args)\n"
        "LocalStore.digest_part = counted\n"
    )
    with ForkedServer(config={"BigUpload": {"min_free_space": 0}}, config_code=code) as running:
        yield running


@pytest.fixture
def counted(counting: RunningServer) -> RunningServer:
    for path in counting.root.iterdir():
        path.unlink()
    return counting


def test_what_nobody_touched_is_not_read_back(counted: RunningServer) -> None:
    """Also with chunks at once, those that break off, conflicts, and a restart."""
    root, before = counted.root, reads(counted)
    with client_of(counted) as client, ThreadPoolExecutor(3) as pool:
        upload_id = create(client, "x", SIZE)
        list(pool.map(lambda number: send_part(client, upload_id, number), range(3)))
        broken_off(counted, upload_id, root)
        until(lambda: send(client, upload_id, DATA, 3 * PART, SIZE).status_code == 200)
        (root / "x").write_bytes(b"there")
        assert reason(client.post(f"{UPLOADS}/{upload_id}/complete")) == (409, "exists")
        counted.kill()
        counted.start()
        done = client.post(f"{UPLOADS}/{upload_id}/complete", json={"on_conflict": "replace"})
        assert done.json()["state"] == "done"
    assert (root / "x").read_bytes() == DATA
    assert reads(counted) == before


def test_what_was_read_back_is_not_read_again(counted: RunningServer) -> None:
    with client_of(counted) as client:
        upload_id = create(client, "x", SIZE)
        for number in range(4):
            send_part(client, upload_id, number)
        before = reads(counted)
        changed(partial(counted.root), os.utime)
        (counted.root / "x").write_bytes(b"there")
        assert reason(complete(client, upload_id)) == (409, "exists")
        assert reads(counted) - before == 4
        for _ in range(2):
            assert reason(complete(client, upload_id)) == (409, "exists")
            counted.kill()
            counted.start()
        done = client.post(f"{UPLOADS}/{upload_id}/complete", json={"on_conflict": "replace"})
        assert done.json()["state"] == "done"
        assert reads(counted) - before == 4


def test_a_server_killed_within_a_chunk_reads_once(counted: RunningServer) -> None:
    """Nobody knows any more when it last wrote."""
    root = counted.root
    with client_of(counted) as client:
        upload_id = create(client, "x", SIZE)
        for number in range(3):
            send_part(client, upload_id, number)
        before = reads(counted)
        target, span = f"api/upload_handlers?upload={upload_id}", f"bytes {3 * PART}-{SIZE - 1}/{SIZE}"
        HalfRequest(counted, target, span, PART, DATA[3 * PART : -1])
        until(lambda: partial(root).stat().st_size > 3 * PART)
        counted.kill()
        counted.start()
        send_part(client, upload_id, 3)
        assert complete(client, upload_id).json()["state"] == "done"
        assert (root / "x").read_bytes() == DATA
        assert reads(counted) - before == 4
