"""Bytes are on the disk before anyone says so: checked on the system calls of a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.http.conftest import client_of, create, send
from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer

from .story import Story
from .system_calls import Call, read, traced

#: One chunk is long enough to be pushed to the disk while it is still coming.
CHUNKS = [(0, 33 * 2**20), (33 * 2**20, 34 * 2**20), (34 * 2**20, 34 * 2**20 + 5)]
DATA = bytes(CHUNKS[-1][1])
#: Where a kernel lets only parents trace (Yama), the server says that anyone of this user may.
LET_OTHERS_TRACE = "import ctypes; ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)"


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with ForkedServer(config_code=LET_OTHERS_TRACE) as running:
        yield running


@pytest.fixture(scope="module", params=["fail", "replace", "rename"])
def story(
    server: RunningServer, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Story:
    """One upload of three chunks, from the first request to the last answer."""
    if request.param != "fail":
        (server.root / request.param).write_bytes(b"there already")
    trace = tmp_path_factory.mktemp("trace") / "calls"
    return _upload(server, trace, request.param, CHUNKS, at_once=1)


def _upload(
    server: RunningServer, trace: Path, policy: str, chunks: Sequence[tuple[int, int]], at_once: int
) -> Story:
    with (
        client_of(server) as client,
        traced(server.pid, trace),
        ThreadPoolExecutor(max_workers=at_once) as senders,
    ):
        upload_id = create(client, policy, len(DATA), on_conflict=policy)
        answers = senders.map(lambda chunk: send(client, upload_id, DATA, *chunk), chunks)
        assert {answer.status_code for answer in answers} == {200}
        assert client.post(f"api/bigupload/uploads/{upload_id}/complete").json()["state"] == "done"
        client.get("api/status")  # who answers this is done with the call that sent the last answer
    calls = read(trace.read_text().splitlines())
    (partial,) = {call.path for call in calls if call.name == "pwrite64" and upload_id in call.path}
    (record,) = {call.new for call in calls if call.new.endswith(f"/{upload_id}.json")}
    return Story(calls, chunks, folder=str(server.root), partial=partial, record=record)


def test_every_guarantee_is_kept(story: Story) -> None:
    assert story.broken() == []


def test_chunks_at_once(server: RunningServer, tmp_path: Path) -> None:
    edges = range(0, len(DATA) + 1, 2**20)
    chunks = [(start, min(start + 2**20, len(DATA))) for start in edges]
    assert _upload(server, tmp_path / "calls", "rename", chunks, at_once=4).data_before_record()


Change = Callable[[Story, Call], list[Call]]


def without(name: str, where: str) -> Change:
    """As if a call was never made."""
    return lambda story, call: [] if (call.name, call.path) == (name, getattr(story, where)) else [call]


def too_early(is_meant: Callable[[Call], bool]) -> Change:
    """As if a call was made before all others."""
    return lambda _, call: [replace(call, began=-1, ended=-1) if is_meant(call) else call]


@pytest.mark.parametrize(
    ("change", "guarantee"),
    [
        (without("fdatasync", "partial"), "a chunk is on the disk before the record has it"),
        (
            too_early(lambda call: call.name == "fdatasync"),
            "a chunk is on the disk before the record has it",
        ),
        (
            too_early(lambda call: call.name == "write" and call.path.endswith(".parts")),
            "a chunk is on the disk before the record has it",
        ),
        (
            too_early(lambda call: call.name == "sendto" and r"\"received\"" in call.data),
            "the record has a chunk before it is acknowledged",
        ),
        (without("fsync", "partial"), "the file is on the disk before it has its name"),
        (
            too_early(
                lambda call: call.name.startswith(("rename", "link")) and "bigupload/" not in call.path
            ),
            "the file is on the disk before it has its name",
        ),
        (without("fsync", "folder"), "the name is on the disk before the record says done"),
        (
            too_early(lambda call: call.name == "write" and r"\"state\": \"done\"" in call.data),
            "the name is on the disk before the record says done",
        ),
        (
            too_early(lambda call: call.name == "sendto" and r"\"state\": \"done\"" in call.data),
            "the record says done before the client hears it",
        ),
    ],
)
def test_an_order_that_is_broken_is_noticed(story: Story, change: Change, guarantee: str) -> None:
    changed = [after for call in story.calls for after in change(story, call)]
    assert changed != story.calls
    assert guarantee in replace(story, calls=changed).broken()
