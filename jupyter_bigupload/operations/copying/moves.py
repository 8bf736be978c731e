"""The operation that is a copy first: then both are compared, and the original is removed."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from ...disk.moving import OnAnotherDisk
from ...errors import BigUploadError, Changed, CopyDiffers, Exists, NotFound, Unsupported
from ...stores.base import OnConflict
from ...stores.reading import FileState
from ..job import Job
from .comparing import has_same_known, is_same
from .copies import Copying
from .sides import FileAt, is_itself
from .target import wanted
from .tree import Item, Tree


def move(job: Job) -> Mapping[str, Any]:
    """Move what the job is about, and return the operation's response (see `copy`)."""
    moving = _Moving(job, *wanted(job.operation.new))
    if moving.is_at_home:
        moving.require_elsewhere()
        # What is there already, or can't be had in one step, is copied and compared.
        with contextlib.suppress(FileExistsError, OnAnotherDisk):
            return job.rename(moving.to, moving.totals.as_json())
    return job.loop.run(moving.run())


def rename(job: Job, new: str) -> Mapping[str, Any]:
    """Give what the job is about the path `new` in its destination, and return the operation's response.

    Raises
    ------
    Exists
        When the name is another's.
    BigUploadError
        As `move`.
    """
    moving = _Moving(job, (job.operation.new.destination, new), OnConflict.FAIL)
    if not moving.is_at_home:
        return job.loop.run(moving.run())
    moving.require_elsewhere()
    try:
        return job.rename(new, moving.totals.as_json())
    except FileExistsError:
        raise Exists(f"There is something named {new!r} already.", path=new, size=None) from None
    except OnAnotherDisk:
        raise Unsupported("What is on a disk of its own can't be renamed here.") from None


class _Moving(Copying):
    """One move."""

    @property
    def is_at_home(self) -> bool:
        """Whether it stays in the home folder."""
        return self.source.is_home and self.target.is_home

    async def run(self) -> Mapping[str, Any]:
        """Copy it, compare, remove what was copied, and return the response."""
        state = await self.state()
        if state is None:
            tree = await self.tree()
            await self.copy_folder(tree, self._finish_item)
            is_gone = await self._remove_folders(tree)
            return {**self.response(self.to, None), **self._removed(is_gone=is_gone)}
        copied = await self.copy_file(state, is_all=False)
        await self._finish(self.path, state, copied.path)
        return {**self.response(copied.path, state.size), **self._removed(is_gone=True)}

    async def _finish_item(self, item: Item, to: str) -> None:
        await self._finish(item.path, item.state, to)

    async def _finish(self, path: str, state: FileState, to: str) -> None:
        """Compare a file with its copy at `to`, and remove it.

        Raises
        ------
        CopyDiffers
            When they are not the same.
        Changed
            When it is not what it was when it was copied.
        """
        try:
            there = await self.target.reading.head(to)
        except NotFound:
            raise CopyDiffers(f"The copy of {path!r} is gone; the original stays.") from None
        original, its_copy = FileAt(self.source, path, state), FileAt(self.target, to, there)
        if is_itself(original, its_copy):
            raise Exists(f"{to!r} is the file itself.", path=to, size=there.size)
        if not await self._is_same(original, its_copy):
            raise CopyDiffers(f"The copy of {path!r} is not the same any more; the original stays.")
        await self.job.uploads.finished.remove(self.source.name, path, state.etag)

    async def _is_same(self, original: FileAt, its_copy: FileAt) -> bool:
        if self.made.pop(its_copy.path, None) == its_copy.state:
            # The store made it of this very state, a moment ago, and it is that still.
            return await has_same_known(original, its_copy)
        try:
            return await is_same(original, its_copy, self.totals.alive)
        except Changed:
            if (await self.source.reading.head(original.path)).etag != original.state.etag:
                raise
            return False

    async def _remove_folders(self, tree: Tree) -> bool:
        """Remove the folders of the original that are empty now; return whether that is all of them."""
        is_gone = not self.totals.skipped
        folders = tree.all_folders() if self.source.is_home else sorted(set(tree.folders))
        for folder in reversed(folders):
            path = f"{tree.path}/{folder}".rstrip("/")
            try:
                is_gone &= await self.job.uploads.finished.remove_folder(self.source.name, path)
            except BigUploadError:
                is_gone = False
            self.totals.alive()
        return is_gone

    def _removed(self, *, is_gone: bool) -> Mapping[str, Any]:
        place = {"destination": self.source.name, "path": self.path}
        return {"removed": place if is_gone else None}
