"""`put`, against a real server, without a terminal."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from jupyter_bigupload.client import Client
from tests.cli.command import Command
from tests.cli.conftest import write
from tests.support.forked_server import ForkedServer
from tests.support.process import free_ports

MIB = 2**20


def test_a_file(command: Command, server: ForkedServer, folder: Path) -> None:
    data = write(folder / "run7.h5", 9 * MIB)
    done = command("put", "run7.h5")
    assert done.stdout == "run7.h5\n"
    assert done.stderr.startswith("1 file, 9.4 MB, in ")
    assert (server.root / "run7.h5").read_bytes() == data
    again = command("put", "run7.h5")
    assert again.stdout == "run7.h5 (was there already)\n"


def test_files_and_folders(command: Command, server: ForkedServer, folder: Path) -> None:
    large = write(folder / "large.bin", 9 * MIB)
    small = write(folder / "a" / "b" / "small.bin", 1000)
    (folder / "a" / "empty").mkdir()
    done = command("put", "large.bin", "a/", "--to", "all/of it")
    assert sorted(done.stdout.splitlines()) == ["all/of it/a/b/small.bin", "all/of it/large.bin"]
    there = server.root / "all" / "of it"
    assert (there / "large.bin").read_bytes() == large
    assert (there / "a" / "b" / "small.bin").read_bytes() == small
    assert (there / "a" / "empty").is_dir()


def test_many_files_make_few_lines(command: Command, folder: Path) -> None:
    for number in range(300):
        (folder / "many").mkdir(exist_ok=True)
        (folder / "many" / f"{number}.txt").write_text(str(number))
    done = command("put", "many")
    assert done.stdout == ""
    assert done.stderr.startswith("300 files, 790 bytes, in ")
    assert len(done.stderr.splitlines()) == 1
    assert "300 were there already" in command("put", "many").stderr


def test_its_own_name(command: Command, server: ForkedServer, folder: Path) -> None:
    write(folder / "run7.h5", 10)
    (folder / "latest.h5").symlink_to("run7.h5")
    assert command("put", "latest.h5", "--to", "named/").stdout == "named/latest.h5\n"
    assert command("put", "run7.h5", "--to", "named", "--name", "x y.h5").stdout == "named/x y.h5\n"
    assert command("put", ".", "--to", "named").stdout
    assert (server.root / "named" / folder.name / "run7.h5").is_file()


def test_a_name_that_is_taken(command: Command, server: ForkedServer, folder: Path) -> None:
    write(folder / "taken.txt", 10)
    (server.root / "taken.txt").write_text("another")
    failed = command("put", "taken.txt", code=1)
    assert "'taken.txt' is taken" in failed.stderr
    assert "--on-conflict rename" in failed.stderr
    assert command("put", "taken.txt", "--on-conflict", "rename").stdout == "taken (1).txt\n"
    assert command("put", "taken.txt", "--on-conflict", "replace").stdout == "taken.txt\n"
    assert (server.root / "taken.txt").read_bytes() == (folder / "taken.txt").read_bytes()


def test_some_fail_and_others_do_not(command: Command, server: ForkedServer, folder: Path) -> None:
    write(folder / "some" / "good.txt", 10)
    os.mkfifo(folder / "some" / "pipe")
    events = command.events("put", "some", "missing.txt", code=1)
    assert [event["path"] for event in events if event["event"] == "saved"] == ["some/good.txt"]
    failed = {event["file"]: event["reason"] for event in events if event["event"] == "failed"}
    assert failed == {"some/pipe": "unreadable_file", "missing.txt": "unreadable_file"}
    assert events[-1].items() >= {"event": "summary", "saved": 1, "failed": 2, "bytes": 10}.items()
    assert (server.root / "some" / "good.txt").is_file()


def test_standard_input(command: Command, server: ForkedServer) -> None:
    data = os.urandom(20 * MIB + 1)
    assert command("put", "-", "--to", "piped/a.bin", stdin=data).stdout == "piped/a.bin\n"
    assert (server.root / "piped" / "a.bin").read_bytes() == data
    assert command("put", "-", "--to", "piped", "--name", "b.txt", stdin=b"").stdout == "piped/b.txt\n"
    assert (server.root / "piped" / "b.txt").read_bytes() == b""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Missing argument"),
        (["-"], "has no name"),
        (["-", "a/x", "--to", "a"], "is uploaded alone"),
        (["a/x", "b/x"], "would both become 'x'"),
        (["a/x", "b/y", "--name", "z"], "--name is for one file"),
        (["a/x", "--name", "../z"], "a name has no slash"),
        (["/"], "has no name"),
        (["a/x", "--to", "archive:raw"], "no destination 'archive'"),
        (["a/x", "--parallel", "0"], "not in the range"),
        (["a/x", "--on-conflict", "skip"], "skip"),
    ],
)
def test_usage(command: Command, arguments: list[str], words: str) -> None:
    assert words in command("put", *arguments, code=2).stderr


def test_the_token(command: Command, server: ForkedServer, folder: Path) -> None:
    write(folder / "t.txt", 5)
    (folder / "token").write_text(f"{server.token}\n")
    wrong = "wrong"
    assert command("put", "t.txt", "--token-file", "token", JUPYTER_TOKEN=wrong).stdout
    assert command("put", "t.txt", "--token", server.token, JUPYTER_TOKEN=wrong).stdout
    failed = command("put", "t.txt", code=4, JUPYTER_TOKEN=wrong)
    assert "JUPYTER_TOKEN" in failed.stderr
    assert "--token-file" in command("put", "t.txt", "--token-file", "no", code=2).stderr
    events = command.events("put", "t.txt", code=4, JUPYTER_TOKEN=wrong)
    assert events[0].items() >= {"event": "failed", "reason": "unauthorized", "status": 403}.items()
    # The address of the page will do, and its token.
    command.url = f"{server.url}lab/tree/x?token={server.token}"
    assert command("put", "t.txt", JUPYTER_TOKEN="").stdout


def test_a_token_that_the_servers_files_have(server: ForkedServer, folder: Path) -> None:
    write(folder / "found.txt", 5)
    runtime = folder / "runtime"
    runtime.mkdir()
    fields = {"pid": os.getpid(), "url": server.url, "token": server.token, "base_url": "/"}
    (runtime / "jpserver-1.json").write_text(json.dumps(fields))
    found = Command(folder)
    found.environment["JUPYTER_RUNTIME_DIR"] = str(runtime)
    assert found("put", "found.txt").stdout  # the only one that runs here
    assert found("put", "found.txt", "--url", server.url.replace("127.0.0.1", "localhost")).stdout
    assert found("put", "found.txt", JUPYTER_SERVER_URL=server.url).stdout  # as in a terminal of JupyterLab


def test_no_server(folder: Path, server: ForkedServer) -> None:
    write(folder / "t.txt", 5)
    assert "--url" in Command(folder)("put", "t.txt", code=3).stderr
    (port,) = free_ports(1)
    failed = Command(folder, f"http://127.0.0.1:{port}/")("put", "t.txt", code=3)
    assert "Is the server running" in failed.stderr
    elsewhere = Command(folder, f"{server.url}elsewhere/", server.token)("put", "t.txt", code=3)
    assert "Is jupyter_bigupload installed there" in elsewhere.stderr


def test_names_that_want_to_harm(command: Command, server: ForkedServer, folder: Path) -> None:
    names = [
        "\x1b]0;title\x07.txt",
        "line\nbreak.txt",
        "-dash.txt",
        "\u202etxt.exe",
        "[red]x.txt",
        "ZA\u030cß字.txt",
    ]
    for name in names:
        write(folder / "evil" / name, 5)
    write(folder / os.fsdecode(b"evil/\xff.txt"), 5)
    done = command("put", "evil", code=1)
    printed = done.stdout + done.stderr
    for raw in "\x1b\x07\u202e\udcff":
        assert raw not in printed
    assert "evil/\\x1b]0;title\\x07.txt" in printed
    assert "the name is not UTF-8" in printed
    events = command.events("put", "evil", code=1)
    assert all(event["event"] != "saved" or event["identical"] for event in events)
    assert len([event for event in events if event["event"] == "saved"]) == len(
        list((server.root / "evil").iterdir())
    )
    (folder / "sub").mkdir()
    write(folder / "sub" / "-dash.txt", 5)
    command.folder = folder / "sub"
    assert command("put", "--", "-dash.txt").stdout == "-dash.txt\n"


def test_a_terminal_with_few_characters(command: Command, folder: Path) -> None:
    write(folder / "字.txt", 5)
    assert command("put", "字.txt", PYTHONIOENCODING="latin-1").stdout == "\\u5b57.txt\n"


def test_quiet(command: Command, folder: Path) -> None:
    write(folder / "q.txt", 5)
    done = command("put", "q.txt", "--quiet")
    assert done.stdout + done.stderr == ""
    assert "can't be read" in command("put", "missing", "--quiet", code=1).stderr


def test_what_was_begun_goes_on(command: Command, server: ForkedServer, client: Client, folder: Path) -> None:
    data = write(folder / "begun.bin", 9 * MIB)
    modified = (folder / "begun.bin").stat().st_mtime_ns // 1_000_000
    upload = client.create("begun.bin", len(data), last_modified=modified)
    with (folder / "begun.bin").open("rb") as file:
        upload.write_part(1, file)
    command("put", "begun.bin")
    assert (server.root / "begun.bin").read_bytes() == data
    assert list(client.uploads()) == []


def test_what_to_do_is_said_once(command: Command, server: ForkedServer, folder: Path) -> None:
    for number in range(3):
        write(folder / "hints" / f"{number}.txt", 10)
    assert command("put", "hints").returncode == 0
    for number in range(3):
        write(folder / "hints" / f"{number}.txt", 11)
    failed = command("put", "hints", code=1)
    assert failed.stderr.count("is taken") == 3
    assert failed.stderr.count("Choose --on-conflict") == 1


def test_a_server_that_comes_back_before_anything_is_sent(folder: Path) -> None:
    write(folder / "a.txt", 5)
    with ForkedServer() as server:
        server.kill()
        late = Command(folder, server.url, server.token)
        with late.start("put", "a.txt", "--patience", "50") as process:
            assert process.poll() is None
            server.start()
            assert process.wait(60) == 0
        assert (server.root / "a.txt").is_file()
