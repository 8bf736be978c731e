"""What is to be uploaded of this computer: files, and the folders that they are in."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import BigUploadError
from ..errors import UnreadableFile


@dataclass(frozen=True)
class Entry:
    """A file of this computer, and where it goes.

    Parameters
    ----------
    to : str
        Path from the destination's root.
    size : int
        Bytes, as they were when it was found.
    """

    path: Path
    to: str
    size: int


@dataclass
class Entries:
    """What was found.

    Parameters
    ----------
    folders : Sequence[str]
        All folders, by their paths from the destination's root, each after the one that it is in.
    failed : dict
        Why something can't be uploaded, by its path here.
    """

    files: list[Entry] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    failed: dict[str, BigUploadError] = field(default_factory=dict)

    def add(self, others: Entries) -> None:
        """Take all that was found elsewhere, too."""
        self.files += others.files
        self.folders += others.folders
        self.failed |= others.failed


def find(path: Path, to: str) -> Entries:
    """Return the file at `path`, or all that is in the folder there.

    Links are followed, but for one that leads to a folder in which it lies itself. What is neither file nor
    folder (a socket, a device) can't be uploaded, nor what has a name that is not UTF-8.
    """
    found = Entries()
    _add(path, to, (), found)
    return found


def target_of(path: Path, dest: str) -> str:
    """Return where a file or folder goes: `dest`, or into it where that ends with a slash or is empty."""
    folder, _, name = dest.rpartition("/")
    return "/".join(each for each in (folder.strip("/"), name or path.resolve().name) if each)


def _add(path: Path, to: str, parents: Sequence[tuple[int, int]], found: Entries) -> None:
    try:
        there = path.stat()
        to.encode()
        if path.is_file():
            found.files.append(Entry(path, to, there.st_size))
        elif not path.is_dir():
            found.failed[str(path)] = UnreadableFile(f"{path} is no file and no folder.")
        elif (there.st_dev, there.st_ino) in parents:
            found.failed[str(path)] = UnreadableFile(f"{path} leads back to a folder that it is in.")
        else:
            found.folders.append(to)
            for name in _names(path):
                _add(path / name, f"{to}/{name}", (*parents, (there.st_dev, there.st_ino)), found)
    except UnicodeEncodeError:
        found.failed[ascii(str(path))] = UnreadableFile(f"{str(path)!a}: the name is not UTF-8.")
    except OSError as error:
        found.failed[str(path)] = UnreadableFile(f"{path} can't be read: {error.strerror or error}.")


def _names(folder: Path) -> Iterator[str]:
    with os.scandir(folder) as entries:
        yield from sorted(entry.name for entry in entries)
