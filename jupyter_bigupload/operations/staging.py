"""What an operation makes, hidden until it is whole, and then named in one step."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..disk.errors import translated
from ..disk.folders import Folder, open_folder
from ..disk.moving import rename
from ..disk.paths import locate, partial_name
from ..disk.trees import flushed, remove_tree, rename_folder
from ..errors import Exists
from ..stores.base import OnConflict
from ..stores.numbering import candidates

if TYPE_CHECKING:
    from typing_extensions import Self


@dataclass
class Filling:
    """What is staged, while it is filled.

    Parameters
    ----------
    path : Path
        The folder where that is done.
    beside : dict
        Of a file: further ones in that folder that get names beside its own, numbered where these are taken,
        by the names that they have; the paths that they got, from the root, in the end.
    made : str
        The path that it got itself, from the root.
    """

    path: Path
    beside: dict[str, str] = field(default_factory=dict)
    made: str = ""


@dataclass(frozen=True)
class StagedFolder:
    """A folder that is made in the home folder, under a hidden name beside its own.

    Parameters
    ----------
    root : Path
        The home folder, as it really is.
    folder : str
        The one that it is in, from the root.
    name : str
        What it will be called.
    hidden : str
        What it is called until then.
    """

    root: Path
    folder: str
    name: str
    hidden: str

    @classmethod
    def at(cls, root: Path, path: str, key: str) -> Self:
        """Return the one that is to be at `path` from the root; nothing is made yet.

        Parameters
        ----------
        key : str
            Unique to the operation.

        Raises
        ------
        InvalidName, OutsideRoot, FolderMissing
            When nothing can be there.
        """
        root = root.resolve()
        place = locate(root, path)
        return cls(root, place.folder, place.name, partial_name(place.name, key))

    @classmethod
    def parse(cls, root: Path, fields: Mapping[str, Any]) -> Self:
        """Return what `as_json` wrote down."""
        return cls(root.resolve(), fields["folder"], fields["name"], fields["hidden"])

    def as_json(self) -> dict[str, Any]:
        """Return what finds it again."""
        return {"folder": self.folder, "name": self.name, "hidden": self.hidden}

    @contextlib.contextmanager
    def filled(
        self,
        on_conflict: OnConflict,
        *,
        ready: Callable[[int], None],
        waiting: Callable[[], None] = lambda: None,
    ) -> Iterator[Filling]:
        """Make it, and have it filled; then bring all that is in it to the disk, and give it its name.

        Whatever is raised meanwhile leaves nothing behind.

        Parameters
        ----------
        on_conflict : OnConflict
            What to do if the name is taken. A folder replaces nothing.
        ready : Callable
            Told its inode once it is whole, before it gets its name.
        waiting : Callable
            Called now and then while the disk takes what was written.

        Raises
        ------
        Exists
            When the name is taken, before it is filled or at the end.
        ReadOnly, NoSpace, StorageFailed
            As the disk has it.
        """
        with translated(), open_folder(self.root, self.folder) as parent:
            if on_conflict is OnConflict.FAIL:
                with contextlib.suppress(FileNotFoundError):
                    parent.stat(self.name)
                    raise self._exists()
            os.mkdir(self.hidden, 0o700, dir_fd=parent.fd)
            try:
                filling = Filling(self.root / self.folder / self.hidden)
                with flushed(parent, self.hidden, waiting):
                    yield filling
                filling.made = self._name(parent, filling, on_conflict, ready)
            except BaseException:
                remove_tree(parent, self.hidden)
                raise

    def placed(self, inode: int) -> str | None:
        """Return the path that it got, if a process got so far that died then; it is durable by now."""
        gone = contextlib.suppress(FileNotFoundError, NotADirectoryError)
        with gone, open_folder(self.root, self.folder) as parent:
            for path in candidates(self._wanted, OnConflict.RENAME):
                if parent.stat(path.rpartition("/")[2]).st_ino == inode:
                    parent.sync()
                    return path
        return None

    def discard(self) -> None:
        """Remove all of it, as far as it is there."""
        gone = contextlib.suppress(FileNotFoundError, NotADirectoryError)
        with gone, open_folder(self.root, self.folder) as parent:
            remove_tree(parent, self.hidden)

    @property
    def _wanted(self) -> str:
        return f"{self.folder}/{self.name}" if self.folder else self.name

    def _name(
        self, parent: Folder, _filling: Filling, on_conflict: OnConflict, ready: Callable[[int], None]
    ) -> str:
        os.chmod(self.hidden, 0o777 & ~_umask(), dir_fd=parent.fd)
        ready(parent.stat(self.hidden).st_ino)
        for path in candidates(self._wanted, on_conflict):
            with contextlib.suppress(FileExistsError):
                rename_folder(parent, self.hidden, parent, path.rpartition("/")[2])
                parent.sync()
                return path
        raise self._exists()

    def _exists(self) -> Exists:
        return Exists(f"{self.name!r} exists.", path=self._wanted, size=None)


@dataclass(frozen=True)
class StagedFile(StagedFolder):
    """A file that is made in a hidden folder of its own; what else is in there is thrown away."""

    def as_json(self) -> dict[str, Any]:
        """Return what finds it again."""
        return {**super().as_json(), "is_file": True}

    def _name(
        self, parent: Folder, filling: Filling, on_conflict: OnConflict, ready: Callable[[int], None]
    ) -> str:
        with contextlib.closing(parent.below(self.hidden)) as within:
            inode = _allow(within, self.name)
            try:
                for name in filling.beside:
                    _allow(within, name)
                    filling.beside[name] = self._place(parent, within, name, OnConflict.RENAME)
                ready(inode)
                path = self._place(parent, within, self.name, on_conflict)
            except BaseException:
                for placed in filter(None, filling.beside.values()):
                    parent.unlink(placed.rpartition("/")[2])
                raise
        parent.sync()
        remove_tree(parent, self.hidden)
        return path

    def _place(self, parent: Folder, within: Folder, name: str, on_conflict: OnConflict) -> str:
        wanted = f"{self.folder}/{name}" if self.folder else name
        if on_conflict is OnConflict.REPLACE:
            try:
                os.replace(name, name, src_dir_fd=within.fd, dst_dir_fd=parent.fd)
            except IsADirectoryError:
                raise self._exists() from None
            return wanted
        for path in candidates(wanted, on_conflict):
            with contextlib.suppress(FileExistsError):
                rename(within, name, parent, path.rpartition("/")[2], is_folder=False)
                return path
        raise self._exists()


def parse_staged(root: Path, fields: Mapping[str, Any]) -> StagedFolder:
    """Return the staged file or folder that `as_json` wrote down."""
    return (StagedFile if fields.get("is_file") else StagedFolder).parse(root, fields)


def _allow(folder: Folder, name: str) -> int:
    """Give a file that is made the permissions of every new one; return its inode."""
    fd = folder.open(name, os.O_RDONLY)
    try:
        os.fchmod(fd, 0o666 & ~_umask())
        return os.fstat(fd).st_ino
    finally:
        os.close(fd)


def _umask() -> int:
    """Return the process's mask of permissions, which can only be read by setting it."""
    current = os.umask(0)
    os.umask(current)
    return current
