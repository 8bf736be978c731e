"""What a process asks of the operating system, and in which order: strace, read by a program."""

from __future__ import annotations

import contextlib
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

#: Calls that change what is on a disk, or say to others that it has changed.
_TRACED = (
    "openat,write,pwrite64,pwritev,ftruncate,fsync,fdatasync,"
    "rename,renameat,renameat2,link,linkat,unlink,unlinkat,sendto"
)
#: `-y` writes the path behind every descriptor: `12</path/of/file>`.
_DESCRIPTOR = re.compile(r"(?:\d+|AT_FDCWD)<((?:[^\\>]|\\.)*)>")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"(?:\.\.\.)?')
_RELATIVE = re.compile(r'(?:\d+|AT_FDCWD)(?:<((?:[^\\>]|\\.)*)>)?, "((?:[^"\\]|\\.)*)"')
_STARTED = re.compile(r"^(\d+) +(\w+)\((.*?)(?:\) += (\S+).*| <unfinished \.\.\.>)$", re.DOTALL)
_RESUMED = re.compile(r"^(\d+) +<\.\.\. (\w+) resumed>(.*)\) += (\S+).*$", re.DOTALL)


@dataclass(frozen=True)
class Call:
    """One system call that succeeded.

    Parameters
    ----------
    began, ended : int
        Its place among the beginnings and ends of all calls, of all threads.
    path : str
        The file that it is about; of a rename or link, the old name.
    new : str
        The new name, if it gives one.
    data : str
        What is written, as strace shows it.
    offset, length : int
        Where `pwrite64` writes, and how much was written.
    """

    name: str
    began: int
    ended: int
    path: str
    new: str = ""
    data: str = ""
    offset: int = 0
    length: int = 0

    def precedes(self, other: Call) -> bool:
        """Return whether it was over when `other` began."""
        return self.ended < other.began


@contextlib.contextmanager
def traced(pid: int, file: Path) -> Iterator[None]:
    """Write what a process and all its threads call into `file`; skips the test where that is not allowed."""
    command = ["strace", "-f", "-y", "-s", "4096", "-e", f"trace={_TRACED}", "-o", str(file), "-p", str(pid)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
        assert strace.stderr is not None
        first = strace.stderr.readline()
        if "attached" not in first:
            strace.wait()
            if "not permitted" in first:
                pytest.skip(f"tracing is not permitted here: {first.strip()}")
            raise RuntimeError(first)
        try:
            yield
        finally:
            strace.terminate()


def read(lines: Iterable[str]) -> list[Call]:
    """Return the calls that succeeded, in order of their ends."""
    calls = []
    waiting: dict[tuple[str, str], tuple[int, str]] = {}
    for position, line in enumerate(lines):
        if resumed := _RESUMED.match(line):
            thread, name, rest, result = resumed.groups()
            if (thread, name) not in waiting:
                continue  # it was under way when strace came
            began, arguments = waiting.pop((thread, name))
            arguments += rest
        elif started := _STARTED.match(line):
            thread, name, arguments, result = started.groups()
            began = position
            if result is None:
                waiting[thread, name] = (began, arguments)
                continue
        else:
            continue  # a signal, or the end of a thread
        if not result.startswith("-"):
            calls.append(_call(name, began, position, arguments, result))
    return calls


def _call(name: str, began: int, ended: int, arguments: str, result: str) -> Call:
    if name.startswith(("rename", "link", "unlink", "openat")):
        names = _names(name, arguments)
        return Call(name, began, ended, names[0], new=names[1] if len(names) > 1 else "")
    found = _DESCRIPTOR.match(arguments)
    path = found[1] if found else ""
    text = _STRING.search(arguments)
    length = int(result) if result.isdigit() else 0
    offset = int(arguments.rpartition(",")[2]) if name == "pwrite64" else 0
    return Call(name, began, ended, path, data=text[1] if text else "", offset=offset, length=length)


def _names(call: str, arguments: str) -> list[str]:
    """Return the paths of a call that takes names, each with the folder that it is relative to."""
    if call in {"rename", "link", "unlink"}:
        return [match[1] for match in _STRING.finditer(arguments)]
    return [str(Path(match[1] or "/", match[2])) for match in _RELATIVE.finditer(arguments)]
