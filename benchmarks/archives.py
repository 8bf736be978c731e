"""How fast zips are extracted, beside `bsdtar -x`: of large files, stored or deflated, and of small ones.

`python -m benchmarks.archives` prints a table of Markdown. It needs bsdtar on the PATH (`apt-get install
libarchive-tools`), and room for the archive and what is in it, twice. Both run in processes of their own, by
turns, on an empty folder of the same disk; neither waits for the disk, which is made quiet before each.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .tables import markdown, spread

_MB = 10**6
_LARGE_FILES = 5
_SMALL = 4000
_IN_FOLDER = 500
#: Seconds in which the disk comes to rest.
_REST = 6
_OURS = """
import sys
from pathlib import Path
from jupyter_bigupload.operations.archives import Bounds, open_archive
with open(sys.argv[1], "rb", buffering=0) as file:
    open_archive(file, sys.argv[1]).extract_into(Path(sys.argv[2]), Bounds(), lambda done, total: None)
"""


@dataclass(frozen=True)
class Run:
    """What a process took: seconds, and seconds of processors."""

    seconds: float
    processor: float


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.archives", description=__doc__)
    parser.add_argument("--size", type=int, default=5000, help="MB of the large files together (%(default)s)")
    parser.add_argument("--files", type=int, default=100_000, help="small files (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each (%(default)s)")
    parser.add_argument("--dir", type=Path, help="where files are made (the system's temporary folder)")
    parser.add_argument("--bsdtar", default=shutil.which("bsdtar"), help="its path (%(default)s)")
    options = parser.parse_args()
    if options.bsdtar is None:
        parser.error("there is no bsdtar on the PATH: apt-get install libarchive-tools")
    programs: Mapping[str, Sequence[str]] = {
        "bsdtar": (options.bsdtar, "-x", "-f", "{archive}", "-C", "{folder}"),
        "here": (sys.executable, "-c", _OURS, "{archive}", "{folder}"),
    }
    size = options.size * _MB
    kinds: Mapping[str, Callable[[Path], None]] = {
        # First, and none is removed before the last is made: for minutes after thousands of files were
        # removed, ext4 takes ten times as long to make new ones (no inode is used again that was just freed).
        f"{options.files:,} small files": lambda path: make_small(path, options.files),
        f"{options.size:,} MB, stored": lambda path: make_large(path, size, zipfile.ZIP_STORED),
        f"{options.size:,} MB, deflated": lambda path: make_large(path, size, zipfile.ZIP_DEFLATED),
    }
    head = ["zip", *(f"{name}, s (processor s)" for name in programs), "bsdtar's time ÷ ours"]
    with tempfile.TemporaryDirectory(prefix="bigupload-benchmark-", dir=options.dir) as folder:
        print(markdown(head, list(rows(Path(folder), kinds, programs, options.rounds))))


def rows(
    folder: Path,
    kinds: Mapping[str, Callable[[Path], None]],
    programs: Mapping[str, Sequence[str]],
    rounds: int,
) -> Iterator[list[str]]:
    """Yield a row for each kind of archive."""
    for kind, make in kinds.items():
        archive = folder / "archive.zip"
        make(archive)
        runs: dict[str, list[Run]] = {name: [] for name in programs}
        for number in range(rounds):
            for name, command in programs.items():
                made = folder / f"{name}-{number}"
                runs[name].append(extract(command, archive, made))
                if sum(1 for _ in made.iterdir()) == _LARGE_FILES:
                    shutil.rmtree(made)
        for made in folder.glob("*-*"):
            shutil.rmtree(made)
        ratios = [theirs.seconds / ours.seconds for theirs, ours in zip(*runs.values(), strict=True)]
        yield [kind, *map(_cell, runs.values()), f"{statistics.median(ratios):.2f} ({spread(ratios, 2)})"]


def extract(command: Sequence[str], archive: Path, folder: Path) -> Run:
    """Run a program, on a disk that has nothing to do."""
    folder.mkdir()
    os.sync()
    time.sleep(_REST)
    with archive.open("rb") as file:
        while file.read(_MB):  # so that it is in memory as far as it fits, for everybody
            pass
    began = time.perf_counter()
    process = subprocess.Popen([part.format(archive=archive, folder=folder) for part in command])
    _, status, used = os.wait4(process.pid, 0)
    took = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return Run(took, used.ru_utime + used.ru_stime)


def make_large(path: Path, size: int, method: int) -> None:
    """Make a zip of a few large files, which deflate makes about half as large."""
    source = random.Random(1)  # noqa: S311  # the same for each run
    piece = b"".join(source.randbytes(400) + b"0123456789" * 40 for _ in range(8 * 2**20 // 800))
    with zipfile.ZipFile(path, "w", method, compresslevel=1) as made:
        for index in range(_LARGE_FILES):
            with made.open(f"large-{index}.bin", "w", force_zip64=True) as file:
                for at in range(0, size // _LARGE_FILES, len(piece)):
                    file.write(piece[: size // _LARGE_FILES - at])


def make_small(path: Path, count: int) -> None:
    """Make a zip of many files of a few KB, some hundred in a folder."""
    source = random.Random(1)  # noqa: S311  # the same for each run
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for index in range(count):
            content = source.randbytes(_SMALL // 2) + b"0123456789" * (_SMALL // 20)
            made.writestr(f"small/{index // _IN_FOLDER}/{index}.txt", content)


def _cell(runs: Sequence[Run]) -> str:
    seconds = statistics.median(run.seconds for run in runs)
    return f"{seconds:.2f} ({statistics.median(run.processor for run in runs):.2f})"


if __name__ == "__main__":
    main()
