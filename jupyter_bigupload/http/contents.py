"""The bridge to Jupyter's contents manager: what is hidden, save hooks, events."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from typing import Literal

from jupyter_core.utils import ensure_async
from jupyter_server.services.contents.filemanager import AsyncFileContentsManager, FileContentsManager
from jupyter_server.services.contents.manager import ContentsManager
from tornado.web import HTTPError

from ..destinations import HOME
from ..errors import Hidden, Refused
from ..threads import Turns, in_thread
from ..uploads import Saved

log = logging.getLogger(__name__)

#: Whether files can be hidden by a flag (macOS, BSD), which their names do not tell.
_HAS_FLAGS = hasattr(os.stat_result, "st_flags")


class ContentsBridge:
    """Makes an upload look to Jupyter like any other save.

    Parameters
    ----------
    manager : ContentsManager
        The server's own; its root folder is the store's.
    """

    def __init__(self, manager: ContentsManager) -> None:
        self._manager = manager
        # Then it is not asked: it looks at the disk for each file.
        self._saves_as_jupyter = all(
            _is_jupyters(manager, method) for method in ("run_pre_save_hooks", "run_post_save_hooks")
        )
        self._names_tell_hidden = _is_jupyters(manager, "is_hidden") and not _HAS_FLAGS

    @property
    def allow_hidden(self) -> bool:
        """Whether hidden files may be seen, and uploaded."""
        return bool(self._manager.allow_hidden)

    async def refuse_hidden(self, path: str) -> None:
        """Return if `path` may be seen.

        Raises
        ------
        Hidden
            When it, or a folder on its way, is hidden and the manager doesn't allow that.
        """
        if self.allow_hidden:
            return
        hidden = False
        try:
            hidden = await ensure_async(self._manager.is_hidden(path))
        except (AttributeError, NotImplementedError):
            pass  # a manager need not know: then the names alone tell
        except (HTTPError, OSError, ValueError):
            return  # no path at all, or one too long; the store says why
        if hidden or _has_hidden_name(path):
            raise _hidden()

    async def hidden(self, paths: Sequence[str]) -> Sequence[Hidden | None]:
        """Return, for each of many paths, the error of `refuse_hidden`, or None."""
        if self._manager.allow_hidden:
            return [None] * len(paths)
        if self._names_tell_hidden:
            return await in_thread(_hidden_by_name)(paths)
        found: list[Hidden | None] = []
        turns = Turns()
        for path in paths:
            try:
                await self.refuse_hidden(path)
                found.append(None)
            except Hidden as error:
                found.append(error)
            if turns.due:
                await turns.give()
        return found

    def looks_before(self, destination: str) -> bool:
        """Return whether there may be pre-save hooks."""
        return destination == HOME and self._has_hooks("pre")

    async def before_commit(self, saved: Saved) -> None:
        """Run the pre-save hooks, once for the whole file and without its content.

        They are about the files that the contents manager has: those of buckets never were its own.

        Raises
        ------
        Refused
            When a hook answers with an HTTP error.
        """
        if not self.looks_before(saved.destination):
            return
        model = {
            "type": "directory" if saved.size is None else "file",
            "format": None,
            "content": None,
            "name": saved.path.rpartition("/")[2],
            "path": saved.path,
            "size": saved.size,
        }
        try:
            self._manager.run_pre_save_hooks(model=model, path=saved.path)
        except HTTPError as error:
            raise Refused(error.log_message or "A hook of this server refused the file.") from None

    async def after_commit(self, saved: Saved) -> None:
        """Run the post-save hooks and emit the `save` event.

        The file is there by now, so no failure here undoes it.
        """
        if saved.destination != HOME:
            return
        try:
            if self._has_hooks("post"):
                model = await ensure_async(self._manager.get(saved.path, content=False))
                # The hooks' interface wants a path of the system, which only file managers have.
                os_path = self._manager._get_os_path(saved.path)  # type: ignore[attr-defined]  # noqa: SLF001
                self._manager.run_post_save_hooks(model=model, os_path=os_path)
            self._manager.emit(data={"action": "save", "path": saved.path})
        except Exception:  # hooks are other people's code
            log.exception("after the upload of %r", saved.path)

    async def after_removal(self, destination: str, path: str) -> None:
        """Emit the `delete` event."""
        if destination != HOME:
            return
        try:
            self._manager.emit(data={"action": "delete", "path": path})
        except Exception:  # listeners are other people's code
            log.exception("after the removal of %r", path)

    def _has_hooks(self, when: Literal["pre", "post"]) -> bool:
        """Whether there may be any: what they are given costs more than to write a small file."""
        if not self._saves_as_jupyter:
            return True
        return bool(
            getattr(self._manager, f"{when}_save_hook") or getattr(self._manager, f"_{when}_save_hooks")
        )


def _is_jupyters(manager: ContentsManager, method: str) -> bool:
    """Return whether a contents manager does this as those of Jupyter's that keep files do."""
    stock = {getattr(kind, method) for kind in (FileContentsManager, AsyncFileContentsManager)}
    return getattr(type(manager), method) in stock


def _hidden_by_name(paths: Sequence[str]) -> Sequence[Hidden | None]:
    return [_hidden() if _has_hidden_name(path) else None for path in paths]


def _has_hidden_name(path: str) -> bool:
    """Return whether the path, or a folder on its way, begins with a dot."""
    if not path.startswith(".") and "/." not in path:
        return False
    return any(step.startswith(".") and step not in {".", ".."} for step in path.split("/"))


def _hidden() -> Hidden:
    return Hidden("Hidden files and folders are turned off on this server.")
