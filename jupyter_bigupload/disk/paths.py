"""From a client's path to a place below the root, or an error. Nothing here changes a file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import FolderMissing, InvalidName, OutsideRoot

#: Longest file name, bytes, on every file system that matters (NAME_MAX).
NAME_MAX = 255
_ENDING = ".bigupload"


@dataclass(frozen=True)
class Place:
    """Where a file goes: its folder, from the root and without symbolic links on the way, and its name."""

    folder: str
    name: str

    @property
    def path(self) -> str:
        """Both together, from the root."""
        return f"{self.folder}/{self.name}" if self.folder else self.name


def locate(root: Path, path: str) -> Place:
    """Return where `path`, relative to `root`, is at this moment: `open_folder` makes sure of it.

    Parameters
    ----------
    root : Path
        As it really is (`Path.resolve`).

    Raises
    ------
    InvalidName
        When no folder can hold such a name.
    OutsideRoot
        When the path leaves `root`, by `..`, by being absolute, or by a symbolic link.
    FolderMissing
        When its folder is not there, or is no folder.
    """
    *folders, name = path.split("/")
    require_steps(path, folders)
    require_name(name)
    if "\0" in path:
        raise InvalidName("A name can't hold a NUL character.")
    try:
        folder = root.joinpath(*folders).resolve(strict=True)
    except (OSError, RuntimeError, ValueError):  # missing, a loop of links, or no path at all
        raise FolderMissing(f"There is no folder {'/'.join(folders)!r}.") from None
    if not folder.is_relative_to(root):
        raise OutsideRoot("The folder is a link that leaves the folder that this server shows.")
    if not folder.is_dir():
        raise FolderMissing(f"{'/'.join(folders)!r} is not a folder.")
    return Place("/".join(folder.relative_to(root).parts), name)


def partial_name(name: str, key: str) -> str:
    """Return the hidden name of the unfinished file beside `name`, cut to what a folder can hold."""
    suffix = f".{key}{_ENDING}"
    return f".{cut(name, NAME_MAX - len(suffix) - 1)}{suffix}"


def is_partial(name: str) -> bool:
    """Return whether it is the name of an unfinished file, of whichever upload."""
    return name.startswith(".") and name.endswith(_ENDING)


def key_in(name: str, tag: str) -> str | None:
    """Return the key in the name of an unfinished file, if it ends with `tag`; None for any other name."""
    if not (name.startswith(".") and name.endswith(f"{tag}{_ENDING}")):
        return None
    return name.removesuffix(_ENDING).rpartition(".")[2]


def cut(name: str, length: int) -> str:
    """Return the start of `name` that fits `length` bytes, without a broken character at its end."""
    return os.fsencode(name)[:length].decode("utf-8", "ignore")


def require_steps(path: str, folders: Sequence[str]) -> None:
    """Check the folders on the way of `path`, as far as that can be done without looking.

    Raises
    ------
    InvalidName, OutsideRoot
        As `locate`.
    """
    if path.startswith("/") or ".." in folders:
        raise OutsideRoot("The path leaves the folder that this server shows.")
    if "" in folders or "." in folders:
        raise InvalidName("The path has two slashes in a row, or a folder named '.'.")


def require_name(name: str) -> None:
    """Check that a folder can hold a file of this name.

    Raises
    ------
    InvalidName
        When none can.
    """
    if name in {"", ".", ".."}:
        raise InvalidName("The file has no name.")
    if "\0" in name:
        raise InvalidName("A name can't hold a NUL character.")
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        raise InvalidName("The name has characters that are no Unicode text.") from None
    if length > NAME_MAX:
        raise InvalidName(f"The name has {length} bytes; {NAME_MAX} is the most.")
