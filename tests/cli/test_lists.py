"""`ls`, `resume`, `cancel` and `destinations`."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_bigupload.client import Client, Upload
from tests.cli.command import Command
from tests.cli.conftest import write
from tests.support.forked_server import ForkedServer

MIB = 2**20
SIZE = 9 * MIB


Begin = Callable[[Path, str], Upload]


@pytest.fixture
def begin(client: Client, server: ForkedServer) -> Begin:
    """Begins the upload of a file, as some other program does, and sends one part."""

    def begun(path: Path, to: str) -> Upload:
        (server.root / to).parent.mkdir(parents=True, exist_ok=True)
        found = path.stat()
        upload = client.create(to, found.st_size, last_modified=found.st_mtime_ns // 1_000_000)
        with path.open("rb") as file:
            upload.write_part(1, file)
        return upload

    return begun


def test_ls(command: Command, begin: Begin, folder: Path) -> None:
    assert "There are no unfinished uploads." in command("ls").stderr
    write(folder / "a.bin", SIZE)
    upload = begin(folder / "a.bin", "lists/\x1b[31m字.bin")
    heading, line = command("ls").stdout.splitlines()
    assert heading.split() == ["ID", "PATH", "RECEIVED", "EXPIRES"]
    assert line.startswith(f"{upload.id[:8]}  lists/\\x1b[31m字.bin  1.0 of 9.4 MB  ")
    (event,) = command.events("ls")
    assert event.pop("expires") >= upload.expires  # the part that came after its creation put that off
    assert event == {
        "event": "upload",
        "id": upload.id,
        "destination": "home",
        "path": "lists/\x1b[31m字.bin",
        "size": SIZE,
        "received": 2**20,
        "state": "receiving",
    }


@pytest.mark.parametrize("columns", [80, 40])
def test_ls_on_a_terminal(command: Command, begin: Begin, folder: Path, columns: int) -> None:
    write(folder / "a.bin", SIZE)
    begin(folder / "a.bin", f"lists/{'long/' * 20}a.bin")
    with command.on_terminal("ls", columns=columns) as terminal:
        assert terminal.end() == 0
    heading, line = terminal.lines
    assert ("EXPIRES" in heading) == (columns == 80)
    assert "lists/" in line
    assert "of 9.4 MB" in line


def test_resume_of_what_is_found(
    command: Command, server: ForkedServer, client: Client, begin: Begin, folder: Path
) -> None:
    first = write(folder / "deep" / "first.bin", SIZE)
    second = write(folder / "second.bin", SIZE)
    write(folder / "gone.bin", SIZE)
    begin(folder / "deep" / "first.bin", "there/deep/first.bin")
    begin(folder / "second.bin", "second.bin")
    begin(folder / "gone.bin", "gone.bin")
    (folder / "gone.bin").unlink()
    done = command("resume")
    assert sorted(done.stdout.splitlines()) == ["second.bin", "there/deep/first.bin"]
    assert "gone.bin: its file is not here" in done.stderr
    assert (server.root / "there" / "deep" / "first.bin").read_bytes() == first
    assert (server.root / "second.bin").read_bytes() == second
    (left,) = client.uploads()
    assert left.path == "gone.bin"
    assert command("resume", left.id[:8], code=1).stderr.startswith("Error: gone.bin: its file is not here")


def test_resume_elsewhere(command: Command, server: ForkedServer, begin: Begin, folder: Path) -> None:
    data = write(folder / "a.bin", SIZE)
    upload = begin(folder / "a.bin", "elsewhere.bin")
    # The same bytes with another name and another time of change, as of a copy.
    (folder / "copy").write_bytes(data)
    os.utime(folder / "copy", (0, 0))
    (folder / "sub").mkdir()
    (folder / "a.bin").rename(folder / "sub" / "elsewhere.bin")
    assert command("resume").stdout == ""
    assert command("resume", upload.id[:10], "copy").stdout == "elsewhere.bin\n"
    assert (server.root / "elsewhere.bin").read_bytes() == data


def test_resume_looks_in_folders(command: Command, begin: Begin, folder: Path) -> None:
    write(folder / "sub" / "inside.bin", SIZE)
    begin(folder / "sub" / "inside.bin", "into/inside.bin")
    (folder / "empty").mkdir()
    assert command("resume", "--in", "empty").stdout == ""
    assert command("resume", "--in", "empty", "--in", "sub").stdout == "into/inside.bin\n"


def test_another_file_does_no_harm(command: Command, begin: Begin, folder: Path) -> None:
    write(folder / "a.bin", SIZE)
    upload = begin(folder / "a.bin", "harm.bin")
    write(folder / "other.bin", SIZE)
    write(folder / "short.bin", 10)
    for wrong in ("other.bin", "short.bin"):
        events = command.events("resume", upload.id, wrong, code=1)
        assert events[0].items() >= {"event": "failed", "reason": "file_changed", "id": upload.id}.items()
    assert "can't be read" in command("resume", upload.id, "missing.bin", code=1).stderr
    upload.refresh()
    assert upload.received_bytes == 2**20
    assert command.events("resume", upload.id, code=1)[0]["event"] == "skipped"
    assert command("resume", upload.id, "a.bin").stdout == "harm.bin\n"


def test_resume_and_a_name_that_was_taken(
    command: Command, server: ForkedServer, begin: Begin, folder: Path
) -> None:
    write(folder / "a.bin", SIZE)
    begin(folder / "a.bin", "a.bin")
    (server.root / "a.bin").write_text("another")
    assert "--on-conflict rename" in command("resume", code=1).stderr
    assert command("resume", "--on-conflict", "rename").stdout == "a (1).bin\n"


def test_cancel(command: Command, client: Client, begin: Begin, folder: Path) -> None:
    write(folder / "a.bin", SIZE)
    uploads = [begin(folder / "a.bin", f"cancel/{number}.bin") for number in range(3)]
    assert command("cancel", uploads[1].id[:8]).stdout == "Cancelled: cancel/1.bin\n"
    assert [upload.id for upload in client.uploads()] == [uploads[0].id, uploads[2].id]
    assert "no unfinished upload" in command("cancel", uploads[1].id, code=2).stderr
    assert "Say which" in command("cancel", code=2).stderr
    assert "--yes" in command("cancel", "--all", code=2).stderr
    events = command.events("cancel", "--all", "--yes")
    assert [event["path"] for event in events] == ["cancel/0.bin", "cancel/2.bin"]
    assert list(client.uploads()) == []


@pytest.mark.parametrize(("answer", "code", "left"), [("n", 1, 1), ("y", 0, 0), ("\x03", 130, 1)])
def test_cancel_asks_on_a_terminal(  # noqa: PLR0917  # fixtures
    command: Command, client: Client, begin: Begin, folder: Path, answer: str, code: int, left: int
) -> None:
    write(folder / "a.bin", SIZE)
    begin(folder / "a.bin", "asked.bin")
    with command.on_terminal("cancel", "--all") as terminal:
        terminal.until(lambda text: "Cancel 1 upload?" in text)
        terminal.type(answer if answer == "\x03" else f"{answer}\n")
        assert terminal.end("\x03" if answer == "\x03" else "") == code
    assert len(list(client.uploads())) == left


def test_destinations(command: Command) -> None:
    heading, line = command("destinations").stdout.splitlines()
    assert heading.split() == ["NAME", "TITLE", "ADDRESS", "STATE"]
    assert line.startswith("home ")
    (event,) = command.events("destinations", "--check")
    assert event["name"] == "home"
    assert event["state"] == "ok"


def test_two_that_begin_alike() -> None:
    from jupyter_bigupload.cli.commands.unfinished import chosen, short_ids  # noqa: PLC0415

    fields = {"destination": "home", "path": "x", "received_bytes": 0, "size": 1}
    ids = ["aaaaaaaaaa1", "aaaaaaaaaa2", "b"]
    uploads = [Upload(None, {"id": each, **fields}) for each in ids]  # type: ignore[arg-type]  # asks nothing
    assert list(short_ids(uploads).values()) == ids
    assert chosen(uploads, "aaaaaaaaaa2").id == "aaaaaaaaaa2"
    for wrong in ("aaa", "", "c"):
        with pytest.raises(Exception, match=r"give more of the id|no unfinished"):
            chosen(uploads, wrong)
