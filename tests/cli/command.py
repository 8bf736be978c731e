"""The command as people start it: a process of its own, with or without a terminal."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyte

PROGRAM = (sys.executable, "-m", "jupyter_bigupload.cli")
#: Seconds after which a test gives up: a busy machine takes long.
PATIENCE = 60.0
#: What programs believe more than their terminal.
_SIZE = {"COLUMNS", "LINES"}


class Command:
    """Runs the command in a folder, for one server or none."""

    def __init__(self, folder: Path, url: str | None = None, token: str | None = None) -> None:
        self.folder = folder
        self.url = url
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("JUPYTER", "JPY_", "_JUP")) and name not in _SIZE
        }
        # No server of whoever runs the tests is found.
        self.environment |= {"JUPYTER_RUNTIME_DIR": str(folder / "no-servers"), "TERM": "xterm-256color"}
        if token is not None:
            self.environment["JUPYTER_TOKEN"] = token

    def arguments(self, *arguments: str) -> list[str]:
        """Return the whole command line, with the server's address behind the subcommand."""
        address = [] if self.url is None else ["--url", self.url]
        return [*PROGRAM, arguments[0], *address, *arguments[1:]]

    def __call__(
        self, *arguments: str, code: int = 0, stdin: bytes | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run it to its end, without a terminal; `code` is what it has to end with."""
        done = subprocess.run(
            self.arguments(*arguments),
            cwd=self.folder,
            env={**self.environment, **environment},
            input=stdin,
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert done.returncode == code, (done.returncode, out, err)
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    def events(self, *arguments: str, **rest: Any) -> list[dict[str, Any]]:
        """Run it with `--json`, and return what it prints."""
        done = self(*arguments, "--json", **rest)
        assert done.stderr == ""
        return [json.loads(line) for line in done.stdout.splitlines()]

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start it without a terminal."""
        return subprocess.Popen(
            self.arguments(*arguments),
            cwd=self.folder,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def on_terminal(self, *arguments: str, columns: int = 80, **environment: str) -> Terminal:
        """Start it on a terminal of so many columns."""
        return Terminal(
            self.arguments(*arguments), self.folder, {**self.environment, **environment}, columns=columns
        )


class Terminal:
    """A program on a pseudo-terminal, and what a person sees there."""

    def __init__(
        self, arguments: Sequence[str], folder: Path, environment: dict[str, str], *, columns: int = 80
    ) -> None:
        self._screen = pyte.Screen(columns, 24)
        self._stream = pyte.ByteStream(self._screen)
        self.raw = b""
        self._fd, other = pty.openpty()
        fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.process = subprocess.Popen(
            arguments,
            cwd=folder,
            env=environment,
            stdin=other,
            stdout=other,
            stderr=other,
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509  # it makes two calls of the system
        )
        os.close(other)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._fd)

    @property
    def lines(self) -> list[str]:
        """What is on the screen, without the empty lines at its end."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip().split("\n")

    @property
    def text(self) -> str:
        """The same as one text; lines that were wrapped are two."""
        return "\n".join(self.lines)

    @property
    def shows_cursor(self) -> bool:
        """Whether the cursor can be seen."""
        return not self._screen.cursor.hidden

    def type(self, keys: str) -> None:
        """Type what a person types: `\\x03` is Ctrl-C."""
        os.write(self._fd, keys.encode())

    def until(self, seen: Callable[[str], object]) -> str:
        """Read until the screen is as wanted, and return what is on it."""
        deadline = time.monotonic() + PATIENCE
        while not seen(self.text):
            assert self._read(deadline), f"ended, or too late:\n{self.text}"
        return self.text

    def end(self, again: str = "") -> int:
        """Read to the end, and return the exit code; where nothing comes, type `again` now and then.

        Python does not hear of a Ctrl-C in the moment in which it begins to wait for a line.
        """
        deadline = time.monotonic() + PATIENCE
        while again and time.monotonic() < deadline and not self._is_over():
            self.type(again)
        while self._read(deadline):
            pass
        return self.process.wait(PATIENCE)

    def _is_over(self) -> bool:
        try:
            self.process.wait(1)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self._fd], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            data = os.read(self._fd, 65536)
        except OSError:  # Linux says so when the last program has closed it
            return False
        self.raw += data
        self._stream.feed(data)
        return bool(data)


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that Ctrl-C is a signal
    # Whoever runs the tests in the background has it ignored, and so would all that they start.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
