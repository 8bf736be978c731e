"""What a kind of operation is given while it works, in a worker process."""

from __future__ import annotations

import contextlib
import functools
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ..destinations import HOME, Destinations
from ..errors import Unsupported
from ..stores.base import OnConflict
from ..uploads import Upload, UploadService
from .files import open_own, open_stored
from .heartbeat import Heartbeat
from .model import Operation
from .renaming import rename
from .saving import FileSaver
from .staging import StagedFile, StagedFolder
from .stored_file import EventLoop

if TYPE_CHECKING:
    from .links import LinkSetup


@dataclass(frozen=True)
class Limits:
    """What one operation may take.

    Parameters
    ----------
    timeout : float
        Seconds without progress after which it is ended.
    memory : int
        Bytes of memory; 0 for no limit.
    output : int
        Bytes that it may write.
    files : int
        Files that it may make.
    min_free_space : int
        Bytes that stay free on the disk.
    """

    timeout: float = 120.0
    memory: int = 2 * 2**30
    output: int = 10**12
    files: int = 1_000_000
    min_free_space: int = 0


@dataclass
class Staged:
    """A file or folder that an operation makes.

    Parameters
    ----------
    path : Path
        The folder where it is filled; a file has its own name there.
    beside : dict
        As `Filling` has it: of a table, the file of what was put aside.
    facts : Mapping
        What the operation's response says besides, to be set before the block is over.
    response : Mapping
        The response, once it has its name.
    """

    path: Path
    beside: dict[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    response: Mapping[str, Any] = field(default_factory=dict)

    @property
    def all_facts(self) -> Mapping[str, Any]:
        """What the response says besides, with where the file of what was put aside is."""
        paths = [{"destination": HOME, "path": path} for path in self.beside.values()]
        return {**self.facts, "aside": paths[0]} if paths else self.facts


def made_file(saved: Upload, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the response of an operation that made the file which an upload has become."""
    made = {"destination": saved.destination, "path": saved.path, "size": saved.size}
    return {"made": made, **facts}


def made_in_place(root: Path, path: str, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the response of an operation that made a file or folder at `path` of the home folder."""
    with contextlib.suppress(OSError):  # it may be gone again
        found = (root / path).lstat()
        size = found.st_size if stat.S_ISREG(found.st_mode) else None
        return {"made": {"destination": HOME, "path": path, "size": size}, **facts}
    return {"made": {"destination": HOME, "path": path, "size": None}, **facts}


class Job:
    """One operation at work.

    Parameters
    ----------
    uploads : UploadService
        Saves files in all destinations.
    save_staging : Callable
        Writes down what is to be removed if this process dies.
    hidden : bool
        Whether hidden files of the home folder may be seen.
    links : LinkSetup or None
        How files are fetched from links; None where they are not.
    scratch : Path or None
        See the property; it may not be there.
    """

    def __init__(
        self,
        operation: Operation,
        destinations: Destinations,
        uploads: UploadService,
        *,
        root: Path | None,
        limits: Limits,
        heartbeat: Heartbeat,
        save_staging: Callable[[Mapping[str, Any]], None],
        hidden: bool = False,
        links: LinkSetup | None = None,
        scratch: Path | None = None,
    ) -> None:
        self.operation = operation
        self.destinations = destinations
        self.uploads = uploads
        self.limits = limits
        self.hidden = hidden
        self.links = links
        self._scratch = scratch
        self._root = root
        self._heartbeat = heartbeat
        self._save_staging = save_staging
        self._filled: str | None = None

    @property
    def path(self) -> str:
        """The path that the operation is about, from its destination's root."""
        return self.operation.new.path

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What the kind's schema describes."""
        return self.operation.new.parameters

    @property
    def root(self) -> Path:
        """The home folder.

        Raises
        ------
        Unsupported
            Where this server has none on a disk.
        """
        if self._root is None:
            raise Unsupported("This server keeps its files on no disk of this machine.")
        return self._root.resolve()

    @property
    def scratch(self) -> Path:
        """A folder for what it needs meanwhile; it goes when the operation is over.

        Raises
        ------
        Unsupported
            Where there is none.
        """
        if self._scratch is None:
            raise Unsupported("There is no place for what this needs meanwhile.")
        self._scratch.mkdir(mode=0o700, exist_ok=True)
        return self._scratch

    @functools.cached_property
    def loop(self) -> EventLoop:
        """Runs what waits for stores and for the upload service."""
        return EventLoop()

    def saver(self, facts: Mapping[str, Any] | None = None) -> FileSaver:
        """Return what saves files in any destination.

        Parameters
        ----------
        facts : Mapping or None
            What the response says besides, if what it saves first is all that the operation is to make: when
            this process dies behind that, the work is done all the same.
        """

        def begun(uploads: Sequence[str]) -> None:
            self._save_staging({"uploads": uploads, "facts": facts, "filled": self._filled})

        return FileSaver(self.uploads, begun, most_bytes=self.limits.output, alive=self._heartbeat.alive)

    def fills(self, path: str) -> None:
        """Write down that a folder of the home folder gets files in batches, whose keys begin with our id."""
        self._filled = path
        self._save_staging({"uploads": [], "facts": None, "filled": path})

    def rename(self, new: str, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give what the operation is about, in the home folder, another path there; return the response.

        Raises
        ------
        FileExistsError, OnAnotherDisk, BigUploadError
            As `renaming.rename`.
        """
        return rename(self.root, self.path.rstrip("/"), new, self._save_staging, facts)

    def progress(self, done: int, total: int | None = None, unit: str = "bytes", steps: int = 0) -> None:
        """Say how far it is, as often as it likes.

        Parameters
        ----------
        steps : int
            Counts what is done besides, which is progress too.

        Raises
        ------
        Cancelled
            When somebody asked for the end: to be passed on.
        """
        self._heartbeat.tell(done, total, unit, steps)

    def open(self) -> BinaryIO:
        """Open the file that the operation is about.

        Raises
        ------
        NotFound
            When there is none.
        OutsideRoot, FolderMissing, InvalidName, ReadOnly, StorageFailed, Unsupported
            When it can't be read. Reading an object of a bucket may raise what its store's `read` does.
        """
        new = self.operation.new
        if new.destination == HOME:
            return open_own(self.root, self.path)
        return open_stored(self.loop, self.destinations, new.destination, self.path)

    @contextlib.contextmanager
    def folder(self, path: str, on_conflict: OnConflict) -> Iterator[Staged]:
        """Make a folder at `path` of the home folder, hidden until the block is over.

        Raises
        ------
        BigUploadError
            As `StagedFolder.at` and `filled` do.
        """
        with self._staged(StagedFolder.at(self.root, path, self.operation.id), on_conflict) as new:
            yield new

    @contextlib.contextmanager
    def file(self, path: str, on_conflict: OnConflict) -> Iterator[Staged]:
        """Make a file at `path` of the home folder, hidden until the block is over.

        Raises
        ------
        BigUploadError
            As `StagedFile.at` and `filled` do.
        """
        with self._staged(StagedFile.at(self.root, path, self.operation.id), on_conflict) as new:
            yield new

    @contextlib.contextmanager
    def _staged(self, staged: StagedFolder, on_conflict: OnConflict) -> Iterator[Staged]:
        self._save_staging(staged.as_json())
        new: Staged | None = None

        def ready(inode: int) -> None:
            # If this process dies behind the next step, the work is done all the same, with this response.
            assert new is not None  # noqa: S101  # it was yielded
            self._save_staging({**staged.as_json(), "inode": inode, "response": new.all_facts})

        with staged.filled(on_conflict, ready=ready, waiting=self._heartbeat.wait) as filling:
            new = Staged(filling.path, filling.beside)
            yield new
        new.response = made_in_place(self.root, filling.made, new.all_facts)
