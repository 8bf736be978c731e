"""A network that breaks, a server that dies, and programs that are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from jupyter_bigupload.client import Client, Progress, Unreachable
from tests.support.faults import (
    BodyLimit,
    Duplicate,
    Fault,
    FaultProxy,
    FlipBit,
    LostAnswer,
    Plan,
    Request,
    Reset,
    Rule,
    Truncate,
    Unavailable,
)
from tests.support.forked_server import ForkedServer
from tests.support.process import free_ports

MIB = 2**20


def brings_bytes(request: Request) -> bool:
    return "/upload_handlers" in request.target or "/batches" in request.target


def write(path: Path, size: int) -> bytes:
    data = os.urandom(size)
    path.write_bytes(data)
    return data


@pytest.mark.parametrize(
    "fault",
    [
        Reset(of="request"),
        Reset(of="answer"),
        Truncate(),
        LostAnswer(),
        FlipBit(),
        Duplicate(),
        Duplicate(late=0.1),
        BodyLimit(2**17),
        Unavailable(502),
        Unavailable(504, reached=True),
    ],
    ids=lambda fault: f"{fault.kind}",
)
@pytest.mark.parametrize("size", [2**18, 9 * MIB])
def test_faults(  # noqa: PLR0917  # fixtures
    through: Client, proxy: FaultProxy, root: Path, tmp_path: Path, size: int, fault: Fault
) -> None:
    data = write(tmp_path / "a.bin", size)
    most = None if isinstance(fault, BodyLimit) else 5
    proxy.plan = Plan([Rule(fault, where=brings_bytes, chance=0.5, most=most)], seed=1)
    if fault.kind != "flipped bit":  # in JSON nobody could tell
        proxy.plan = Plan([Rule(fault, chance=0.5, most=most)], seed=1)
    if isinstance(fault, BodyLimit) and size <= 8 * MIB:
        pytest.skip("a batch of one file is no smaller")
    through.upload(tmp_path / "a.bin", "faults.bin", on_conflict="replace")
    assert proxy.injected
    assert (root / "faults.bin").read_bytes() == data
    proxy.plan = Plan()
    for upload in through.uploads():
        upload.cancel()


def test_nobody_is_there(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    write(tmp_path / "a.bin", 5)
    with Client(f"http://127.0.0.1:{port}/", "token", patience=0.5) as client, pytest.raises(Unreachable):
        client.upload(tmp_path / "a.bin")


def test_a_server_that_dies_and_comes_back(tmp_path: Path) -> None:
    data = write(tmp_path / "a.bin", 40 * MIB)
    with ForkedServer(config={"BigUpload": {"block_size": 2**20}}) as server:
        reached = threading.Event()

        def tell(progress: Progress) -> None:
            if progress.sent > 5 * MIB and not reached.is_set():
                reached.set()
                server.kill()
                threading.Thread(target=server.start).start()

        with Client(server.url, server.token) as client:
            client.upload(tmp_path / "a.bin", "a.bin", progress=tell)
        assert reached.is_set()
        assert (server.root / "a.bin").read_bytes() == data


_PROGRAM = """
import sys
from jupyter_bigupload.client import Client

def tell(progress):
    print(progress.sent, flush=True)

with Client(sys.argv[1], sys.argv[2]) as client:
    client.upload(sys.argv[3], "killed.bin", progress=tell)
"""


def test_a_program_that_is_killed(server: ForkedServer, client: Client, root: Path, tmp_path: Path) -> None:
    data = write(tmp_path / "a.bin", 60 * MIB)
    arguments = [sys.executable, "-c", _PROGRAM, server.url, server.token, str(tmp_path / "a.bin")]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        while int(program.stdout.readline()) < 20 * MIB:
            pass
        program.send_signal(signal.SIGKILL)
    (left,) = client.uploads()
    assert left.received_bytes
    # What a dead connection brought is entered as soon as the server hears of its end.
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        before = left.received_bytes
        time.sleep(0.2)
        left.refresh()
        if left.received_bytes == before:
            break
    told: list[Progress] = []
    client.upload(tmp_path / "a.bin", "killed.bin", progress=told.append)
    assert told[0].sent >= left.received_bytes > 0
    assert (root / "killed.bin").read_bytes() == data
