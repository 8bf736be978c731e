"""Bars on a real terminal, as a person sees them, and what signals leave behind."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
import time
from pathlib import Path

import pytest
from rich.cells import cell_len

from jupyter_bigupload.client import Client
from tests.cli.command import PATIENCE, PROGRAM, Command
from tests.cli.conftest import write
from tests.support.faults import FaultProxy, HalfOpen, Link, Plan, Request, Rule
from tests.support.forked_server import ForkedServer

MB = 10**6
#: A way so slow that nothing on it is over before the test has looked.
SLOW = Link(bandwidth=2 * MB)


def brings_bytes(request: Request) -> bool:
    return "/upload_handlers" in request.target


def percent(text: str) -> int:
    return max((int(each) for each in re.findall(r"(\d+)%", text)), default=0)


def goes_on(text: str) -> bool:
    return 0 < percent(text) < 100


@pytest.mark.parametrize(
    "columns", [pytest.param(80, marks=pytest.mark.long), 40, pytest.param(20, marks=pytest.mark.long)]
)
def test_bars(through: Command, proxy: FaultProxy, folder: Path, columns: int) -> None:
    names = [
        f"{'a-long-name-' * 6}.h5",
        "データ測定結果の長い名前のファイル二千二十六年.h5",
        "ev\x1b[31mil\n.bin",
    ]
    for name in names:
        write(folder / name, 30 * MB)
    for number in range(50):
        write(folder / "small" / str(number), 10)
    proxy.link = SLOW
    with through.on_terminal("put", "small", *names, "--to", f"bars{columns}", columns=columns) as terminal:
        terminal.until(lambda text: text.count("%") == 4 and goes_on(text))
        lines = terminal.lines
        terminal.type("\x03")
        assert terminal.end() == 130
        assert terminal.shows_cursor
    assert len(lines) == 5
    assert all(cell_len(line) <= columns for line in lines)
    assert "50 of 53" in terminal_line(lines, "of") or columns == 20
    assert "MB" in lines[-1] or "nothing" in lines[-1]
    if columns == 80:
        assert all(line.endswith("of 30.0 MB") for line in lines[:3])
        assert "ev\\x1b[31mil\\n.bin" in "\n".join(lines)
        assert "name-.h5 " in "\n".join(lines)
    assert b"\x1b[31mil" not in terminal.raw


def terminal_line(lines: list[str], words: str) -> str:
    return next(line for line in lines[-2:] if words in line)


def test_nothing_of_the_bars_is_left(command: Command, folder: Path) -> None:
    write(folder / "a.bin", 20 * MB)
    with command.on_terminal("put", "a.bin", "--to", "left") as terminal:
        assert terminal.end() == 0
        assert terminal.shows_cursor
    assert terminal.lines[0] == "left/a.bin"
    assert terminal.lines[1].startswith("1 file, 20.0 MB, in ")
    assert len(terminal.lines) == 2


def test_standard_input_that_is_typed(command: Command, server: ForkedServer) -> None:
    with command.on_terminal("put", "-", "--to", "typed.txt") as terminal:
        terminal.until(lambda text: "Ctrl-D" in text)
        terminal.type("what is typed\n")
        terminal.type("\x04")
        assert terminal.end() == 0
    assert (server.root / "typed.txt").read_text() == "what is typed\n"


def test_ctrl_c_and_the_command_that_it_shows(
    through: Command, proxy: FaultProxy, server: ForkedServer, client: Client, folder: Path
) -> None:
    data = write(folder / "it's big.bin", 20 * MB)
    proxy.link = SLOW
    with through.on_terminal("put", "it's big.bin", "--to", "stopped", columns=200) as terminal:
        terminal.until(goes_on)
        wait_for_bytes(server)
        terminal.type("\x03")
        assert terminal.end() == 130
    assert terminal.text.count("Go on with:") == 1
    shown = shlex.split(terminal.text.partition("Go on with:\n")[2].splitlines()[0])
    assert shown[:3] == ["jupyter", "bigupload", "put"]
    (left,) = client.uploads()
    assert 0 < left.received_bytes < len(data)
    proxy.link = Link()
    subprocess.run([*PROGRAM, *shown[2:]], cwd=folder, env=through.environment, check=True)
    assert (server.root / "stopped" / "it's big.bin").read_bytes() == data
    assert list(client.uploads()) == []


def test_sigterm_and_json(through: Command, proxy: FaultProxy, server: ForkedServer, folder: Path) -> None:
    write(folder / "a.bin", 20 * MB)
    proxy.link = SLOW
    with through.start("put", "a.bin", "--to", "term", "--json", "--on-conflict", "rename") as process:
        wait_for_bytes(server)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 143
    event = json.loads(out)
    assert event["event"] == "interrupted"
    assert event["resume"][3:] == ["--url", proxy.url, "--to", "term", "--on-conflict", "rename", "a.bin"]


def test_a_token_is_never_shown(
    through: Command, proxy: FaultProxy, server: ForkedServer, folder: Path
) -> None:
    write(folder / "a.bin", 20 * MB)
    proxy.link = SLOW
    del through.environment["JUPYTER_TOKEN"]
    with through.on_terminal("put", "a.bin", "--token", server.token, "--to", "secret") as terminal:
        wait_for_bytes(server)
        terminal.type("\x03")
        assert terminal.end() == 130
    assert "Go on with (and the token, which is not shown):" in terminal.text
    assert server.token.encode() not in terminal.raw


def wait_for_bytes(server: ForkedServer, more_than: int = 0) -> int:
    """Wait until more has arrived of what is uploaded, and return how much."""
    deadline = time.monotonic() + PATIENCE
    with Client(server.url, server.token) as client:
        while True:
            received = sum(upload.received_bytes for upload in client.uploads())
            if received > more_than:
                return received
            assert time.monotonic() < deadline


def test_a_second_ctrl_c_ends_at_once(through: Command, proxy: FaultProxy, folder: Path) -> None:
    """Though a network that says nothing has all threads wait."""
    write(folder / "a.bin", 20 * MB)
    proxy.plan = Plan([Rule(HalfOpen(at=100_000), where=brings_bytes)])
    with through.on_terminal("put", "a.bin", "--to", "twice") as terminal:
        terminal.until(lambda text: "nothing sent for" in text)
        terminal.type("\x03")
        terminal.until(lambda text: "Stopping" in text)
        terminal.type("\x03")
        assert terminal.end() == 130
        assert terminal.shows_cursor


def test_ctrl_c_while_nothing_answers(through: Command, proxy: FaultProxy, folder: Path) -> None:
    write(folder / "a.bin", 20 * MB)
    proxy.plan = Plan([Rule(HalfOpen(at=100_000), where=brings_bytes)])
    with through.on_terminal("put", "a.bin", "--to", "silent") as terminal:
        terminal.until(lambda text: "nothing sent for" in text)
        terminal.type("\x03")
        assert terminal.end() == 130
        assert terminal.shows_cursor
    assert terminal.text.count("Go on with:") == 1


def test_ctrl_c_of_standard_input_leaves_nothing(command: Command, client: Client, folder: Path) -> None:
    with subprocess.Popen(
        command.arguments("put", "-", "--to", "pipe.bin"),
        cwd=folder,
        env=command.environment,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    ) as process:
        assert process.stdin is not None
        process.stdin.write(bytes(20 * MB))
        while not list(client.uploads()):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Nothing is kept of standard input" in err
    assert list(client.uploads()) == []


@pytest.mark.parametrize(
    "by",
    [signal.SIGKILL, *(pytest.param(by, marks=pytest.mark.long) for by in (signal.SIGTERM, signal.SIGINT))],
)
def test_ended_again_and_again(  # noqa: PLR0917  # fixtures
    through: Command,
    proxy: FaultProxy,
    server: ForkedServer,
    client: Client,
    folder: Path,
    by: signal.Signals,
) -> None:
    """Each run begins where the last one was, whatever ended it."""
    data = write(folder / "ended.bin", 30 * MB)
    proxy.link = SLOW
    received = 0
    for _ in range(3):
        with through.start("put", "ended.bin", "--to", by.name) as process:
            more = wait_for_bytes(server, received)
            assert process.poll() is None
            process.send_signal(by)
        assert received < more < len(data)
        received = more
    proxy.link = Link()
    through("put", "ended.bin", "--to", by.name)
    assert (server.root / by.name / "ended.bin").read_bytes() == data
    assert list(client.uploads()) == []


def test_no_bars_without_a_terminal(command: Command, folder: Path) -> None:
    write(folder / "a.bin", 20 * MB)
    done = command("put", "a.bin", "--to", "plain")
    assert "\x1b" not in done.stdout + done.stderr
    with command.on_terminal("put", "a.bin", "--to", "dumb", TERM="dumb") as terminal:
        assert terminal.end() == 0
    assert b"\x1b" not in terminal.raw
