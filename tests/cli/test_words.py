"""What is printed, and what is made of what people write: without a server."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from jupyter_bigupload.cli.commands.session import one_of
from jupyter_bigupload.cli.commands.sources import sources_of
from jupyter_bigupload.cli.exits import Exit, code_of, hint_of
from jupyter_bigupload.cli.interrupts import command_line
from jupyter_bigupload.cli.places import Place, ServerAddress
from jupyter_bigupload.cli.printing.bars import percent_of, shortened
from jupyter_bigupload.cli.printing.tally import part_of
from jupyter_bigupload.cli.printing.text import count_of, duration_of, local_time_of, printable, size_of
from jupyter_bigupload.client import ServerNotFound, Unauthorized, UnknownError
from tests.cli.command import PROGRAM
from tests.tiers import examples

BASH = shutil.which("bash") or "bash"


@given(st.text(st.characters()))
@settings(max_examples=examples(200))
def test_nothing_that_controls_a_terminal(text: str) -> None:
    shown = printable(text)
    allowed = {"\u200c", "\u200d"}
    assert {unicodedata.category(one) for one in shown if one not in allowed}.isdisjoint(
        {"Cc", "Cf", "Cs", "Zl", "Zp"}
    )
    assert printable(shown) == shown
    shown.encode()


def test_names_that_can_be_read_stay() -> None:
    for name in ("Übung 1.h5", "データ.csv", "a b", "👩\u200d🔬.png"):
        assert printable(name) == name


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (99_900, "99.9 kB"),
        (99_960, "100 kB"),
        (999_600, "1.0 MB"),
        (1_234_567_890, "1.2 GB"),
        (5 * 10**19, "50.0 EB"),
        (5 * 10**21, "5000 EB"),
    ],
)
def test_sizes(count: int, words: str) -> None:
    assert size_of(count) == words


def test_other_words() -> None:
    assert [duration_of(each) for each in (0.4, 59.6, 61, 3600, 3661, 90000)] == [
        "0 s", "1 min", "1 min 1 s", "1 h", "1 h 1 min", "1 d 1 h",
    ]  # fmt: skip
    assert (part_of(10, None), part_of(5, 10), part_of(5, 10_000)) == (
        "10 bytes", "5 of 10 bytes", "5 bytes of 10.0 kB",
    )  # fmt: skip
    assert (percent_of(999, 1000), percent_of(1000, 1000), percent_of(0, 0)) == ("99%", "100%", "100%")
    assert (count_of(1, "file"), count_of(1203, "file")) == ("1 file", "1,203 files")
    assert local_time_of(None) == "never"
    assert local_time_of("\x1b[1m") == "\\x1b[1m"


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Cf"))), st.integers(1, 60))
@settings(max_examples=examples(200))
def test_shortened_names_fit(text: str, width: int) -> None:
    short = shortened(text, width)
    assert cell_len(short) <= width
    assert (short == text) == (cell_len(text) <= width)


def test_both_ends_of_a_name_are_kept() -> None:
    assert shortened("measurement-2026-11-28.h5", 12) == "measur…28.h5"
    assert shortened("データ測定結果.h5", 10) == "デー….h5"


@pytest.mark.parametrize(
    ("text", "destination", "path", "written"),
    [
        ("", "home", "", ""),
        ("data/", "home", "data", "data"),
        ("/data/raw", "home", "data/raw", "data/raw"),
        ("archive:raw/", "archive", "raw", "archive:raw"),
        ("archive:", "archive", "", "archive:"),
        ("home:a:b", "home", "a:b", "home:a:b"),
        ("a/b:c", "home", "a/b:c", "a/b:c"),
        (":x", "home", "x", "x"),
    ],
)
def test_places(text: str, destination: str, path: str, written: str) -> None:
    place = Place.parse(text)
    assert (place.destination, place.path, str(place)) == (destination, path, written)
    assert Place.parse(str(place)) == place


@pytest.mark.parametrize(
    ("url", "server", "token"),
    [
        ("http://localhost:8888/lab?token=abc", "http://localhost:8888/", "abc"),
        ("https://hub.example.org/user/ada/lab/tree/x.ipynb", "https://hub.example.org/user/ada/", None),
        ("https://hub.example.org/user/tree/tree", "https://hub.example.org/user/tree/", None),
        ("https://hub.example.org/user/ada", "https://hub.example.org/user/ada/", None),
        ("localhost:8888", "http://localhost:8888/", None),
    ],
)
def test_addresses(url: str, server: str, token: str | None) -> None:
    assert ServerAddress.read(url, None, None, {}) == ServerAddress(server, token)
    assert ServerAddress.read(url, None, None, {"JUPYTER_TOKEN": "e"}) == ServerAddress(server, "e")
    assert "abc" not in repr(ServerAddress.read(url, "abc", None, {}))


@given(st.lists(st.binary(min_size=1).filter(lambda each: b"\0" not in each), min_size=1, max_size=4))
@settings(max_examples=examples(40))
def test_commands_that_are_shown_can_be_pasted(arguments: Sequence[bytes]) -> None:
    line = command_line([os.fsdecode(each) for each in arguments])
    assert printable(line) == line
    done = subprocess.run([BASH, "-c", f"printf '%s\\0' {line}"], capture_output=True, check=True)
    assert done.stdout.split(b"\0")[:-1] == list(arguments)


def test_plain_commands_stay_plain() -> None:
    arguments = ["jupyter", "bigupload", "put", "a b.h5", "--to", "x"]
    assert command_line(arguments) == shlex.join(arguments)


def test_sources() -> None:
    to = Place("home", "to")
    assert [str(each.target) for each in sources_of(["a/x", "./y/", "a/x"], to, None)] == ["to/x", "to/y"]
    assert str(sources_of(["-"], to, None)[0].target) == "to"
    with pytest.raises(click.UsageError, match="would both become"):
        sources_of(["a/x", "x"], to, None)


def test_exit_codes() -> None:
    def answer(status: int) -> UnknownError:
        return UnknownError("", reason="", status=status, retryable=False)

    codes = [code_of(error) for error in (ServerNotFound(""), Unauthorized(""), answer(302), answer(404))]
    assert codes == [Exit.NO_SERVER, Exit.NO_LOGIN, Exit.NO_LOGIN, Exit.NO_SERVER]
    assert "installed there" in str(hint_of(answer(404)))
    assert one_of([Exit.NO_LOGIN, Exit.NO_LOGIN]) is Exit.NO_LOGIN
    assert one_of([Exit.NO_LOGIN, Exit.NO_SERVER]) is Exit.FAILED


def test_the_help_loads_little(tmp_path: Path) -> None:
    program = (
        "import sys, jupyter_bigupload.cli.main as m; "
        "print([one for one in ('tornado', 'jupyter_server', 'httpx', 'rich', 'asyncio', 'xxhash') "
        "if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    imports = "import sys, jupyter_bigupload.client, jupyter_bigupload.cli.printing.bars"
    program = f"{imports}; print('tornado' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_version() -> None:
    done = subprocess.run([*PROGRAM, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("jupyter bigupload, version ")
