"""What is in a folder that is copied, and where each of it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ...destinations import HOME
from ...disk.paths import require_name
from ...errors import Hidden, InvalidName, TooLarge
from ...stores.reading import FileState
from .sides import Side


@dataclass(frozen=True)
class Item:
    """A file of the folder, in the state in which it was listed, and where it goes."""

    path: str
    state: FileState
    to: str


@dataclass
class Tree:
    """All that is in a folder.

    Parameters
    ----------
    folders : list of str
        Those that have nothing in them, from the folder on; in a bucket, those that an object marks.
    """

    path: str
    to: str
    items: list[Item] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(item.state.size for item in self.items)

    def all_folders(self) -> list[str]:
        """Return all folders from this one on, itself as `""`, each before what is in it."""
        found = {""}
        for path in [
            *(f"{folder}/" for folder in self.folders),
            *(self._within(one.path) for one in self.items),
        ]:
            steps = path.split("/")[:-1]
            found.update("/".join(steps[:count]) for count in range(1, len(steps) + 1))
        return sorted(found)

    def _within(self, path: str) -> str:
        return path[len(self.path) + 1 :]


async def listed(
    source: Side,
    path: str,
    to: str,
    *,
    hidden: bool,
    most_files: int,
    most_bytes: int,
    alive: Callable[[int], None],
) -> Tree:
    """Return all that is in the folder at `path`, which is to be copied to `to`.

    Parameters
    ----------
    hidden : bool
        Whether hidden files of the home folder count.
    alive : Callable
        Told how many files there are by now.

    Raises
    ------
    FolderMissing
        When there is no such folder.
    TooLarge
        When there are more files, or bytes, than one operation may write.
    BigUploadError
        As `RangeReading.walk`.
    """
    tree = Tree(path, to)
    size = 0
    async for entries in source.reading.walk(path, hidden=hidden):
        for entry in entries:
            within = entry.path[len(path) + 1 :]
            if entry.path.endswith("/"):
                tree.folders.append(within.rstrip("/"))
                continue
            size += entry.state.size
            tree.items.append(Item(entry.path, entry.state, f"{to}/{within}"))
        if len(tree.items) > most_files:
            raise TooLarge(f"An operation may make {most_files:,} files.", limit=most_files)
        if size > most_bytes:
            raise TooLarge(f"An operation may write {most_bytes:,} bytes.", limit=most_bytes)
        alive(len(tree.items))
    return tree


def refusal(target: Side, to: str, *, hidden: bool) -> Hidden | InvalidName | None:
    """Return why a path can't be used in a destination, as far as its name tells; None where it can."""
    if target.name != HOME:
        return None
    steps = to.split("/")
    if not hidden and any(step.startswith(".") for step in steps):
        return Hidden("Hidden files and folders are turned off on this server.")
    try:
        for step in steps:
            require_name(step)
    except InvalidName as error:
        return error
    return None
