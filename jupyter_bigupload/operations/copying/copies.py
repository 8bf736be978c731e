"""The operation: a file or a folder, from one destination to another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...disk.paths import locate
from ...errors import FolderMissing, InvalidName, Malformed, NotFound
from ...stores.base import OnConflict
from ...stores.copying import Copying as StoresCopying
from ...stores.copying import CopyingItself
from ...stores.reading import FileState
from ..job import Job
from .files import FileCopier, Transfer
from .folders import After, FolderCopier
from .server_side import ServerSide
from .sides import is_same_place, side_of
from .streaming import Streaming
from .target import wanted
from .totals import Copied, FileTally, Outcome, Totals
from .tree import Tree, listed


def copy(job: Job) -> Mapping[str, Any]:
    """Copy what the job is about, to where its parameters say, and return the operation's response.

    Raises
    ------
    BigUploadError
        As the stores say why it can't be copied.
    """
    return job.loop.run(Copying(job, *wanted(job.operation.new)).run())


class Copying:
    """One copy.

    Parameters
    ----------
    to : tuple[str, str]
        Destination and path of the copy.
    """

    def __init__(self, job: Job, to: tuple[str, str], on_conflict: OnConflict) -> None:
        self.job = job
        self.path = job.path.rstrip("/")
        self.source = side_of(job.destinations, job.operation.new.destination)
        self.target = side_of(job.destinations, to[0])
        self.to = to[1]
        self.on_conflict = on_conflict
        #: The states of copies that a store made itself, by their paths.
        self.made: dict[str, FileState] = {}
        self.totals = Totals(lambda done, total, steps: job.progress(done, total, steps=steps))
        if not self.path or not self.to:
            raise InvalidName("Choose a file or a folder: a destination as a whole has no name.")

    async def run(self) -> Mapping[str, Any]:
        """Copy it, and return the response."""
        state = await self.state()
        if state is None:
            await self.copy_folder(await self.tree())
            return self.response(self.to, None)
        copied = await self.copy_file(state)
        return self.response(copied.path, state.size)

    async def state(self) -> FileState | None:
        """Return what the file is now that is to be copied; None for a folder."""
        if self.job.path.endswith("/"):
            return None
        try:
            return await self.source.reading.head(self.path)
        except NotFound:
            return None

    async def copy_file(self, state: FileState, *, is_all: bool = True) -> Copied:
        """Copy the one file.

        Parameters
        ----------
        is_all : bool
            Whether the operation is done with that.
        """
        self.totals.total = state.size
        tally = FileTally(self.totals, state.size)
        # What is found tells what the response will say, also if this process dies right behind the end.
        copier = FileCopier(self.source, self.target, self.transfer(None), self.on_conflict)
        found = await copier.look(self.path, state, self.to, self.totals.alive)
        self.totals.counts[found.outcome] += 1
        if found.outcome is not Outcome.IDENTICAL:
            facts = dict(self.totals.as_json()) if is_all else None
            copier = FileCopier(self.source, self.target, self.transfer(facts), self.on_conflict)
            copied = await copier.copy(self.path, state, self.to, tally, found)
            self.totals.counts.clear()
            self.totals.counts[copied.outcome] += 1
            found = copied
        tally.settle()
        return found

    async def tree(self) -> Tree:
        """Return all that is in the folder that is to be copied.

        Raises
        ------
        NotFound
            When there is neither a file nor a folder.
        Malformed
            When it would be copied into itself.
        """
        self.require_elsewhere()
        limits = self.job.limits
        try:
            return await listed(
                self.source,
                self.path,
                self.to,
                hidden=self.job.hidden,
                most_files=limits.files,
                most_bytes=limits.output,
                alive=lambda count: self.job.progress(count, unit="files"),
            )
        except FolderMissing:
            raise NotFound(f"There is no file and no folder {self.path!r}.") from None

    async def copy_folder(self, tree: Tree, after: After | None = None) -> None:
        """Copy the folder (see `FolderCopier.copy`)."""
        self.totals.total = tree.size
        copier = FileCopier(self.source, self.target, self.transfer(None), self.on_conflict)
        if self.target.is_home:
            self.job.fills(self.to)
        await FolderCopier(
            copier,
            self.job.uploads,
            self.totals,
            key=self.job.operation.id,
            in_batches=self.copying is None,
            hidden=self.job.hidden,
            after=after,
        ).copy(tree)

    def transfer(self, facts: Mapping[str, Any] | None) -> Transfer:
        """Return the way for the bytes.

        Parameters
        ----------
        facts : Mapping or None
            What the response says besides, if the first file is all that is to be done.
        """
        saver = self.job.saver(facts)
        streaming = Streaming(self.source, self.target, saver)
        copying = self.copying
        if copying is None:
            return streaming
        return ServerSide(self.source, self.target, copying, saver=saver, otherwise=streaming, made=self.made)

    @property
    def copying(self) -> StoresCopying | None:
        """How the target has its store copy from the source; None where it can't."""
        store = self.target.store
        if isinstance(store, CopyingItself) and store.copying.reaches(self.source.store):
            return store.copying
        return None

    def response(self, path: str, size: int | None) -> Mapping[str, Any]:
        """Return what the operation has made."""
        made = {"destination": self.target.name, "path": path, "size": size}
        return {"made": made, **self.totals.as_json()}

    def require_elsewhere(self) -> None:
        """Return if the copy is not in what is copied.

        Raises
        ------
        Malformed
            When it is.
        InvalidName, OutsideRoot, FolderMissing
            When one of both can't be in the home folder.
        """
        if self.source.is_home and self.target.is_home:
            # Through links, too.
            root = self.job.root
            for path in (self.path, self.to):
                locate(root, path)
            if (root / self.to).resolve().is_relative_to((root / self.path).resolve()):
                raise Malformed("It can't be put into itself.")
        steps = self.to.split("/")
        for count in range(1, len(steps) + 1):
            if is_same_place(self.source, self.path, self.target, "/".join(steps[:count])):
                raise Malformed("It can't be put into itself.")
