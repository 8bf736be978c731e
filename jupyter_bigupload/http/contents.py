"""The bridge to Jupyter's contents manager: what is hidden, save hooks, events."""

from __future__ import annotations

import logging

from jupyter_core.utils import ensure_async
from jupyter_server.services.contents.manager import ContentsManager
from tornado.web import HTTPError

from ..destinations import HOME
from ..errors import Hidden, Refused
from ..uploads import Upload

log = logging.getLogger(__name__)


class ContentsBridge:
    """Makes an upload look to Jupyter like any other save.

    Parameters
    ----------
    manager : ContentsManager
        The server's own; its root folder is the store's.
    """

    def __init__(self, manager: ContentsManager) -> None:
        self._manager = manager

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
        if hidden or any(segment.strip(".") and segment[0] == "." for segment in path.split("/")):
            raise Hidden("Hidden files and folders are turned off on this server.")

    async def before_commit(self, upload: Upload) -> None:
        """Run the pre-save hooks, once for the whole file and without its content.

        They are about the files that the contents manager has: those of buckets never were its own.

        Raises
        ------
        Refused
            When a hook answers with an HTTP error.
        """
        if upload.destination != HOME:
            return
        model = {
            "type": "file",
            "format": None,
            "content": None,
            "name": upload.name,
            "path": upload.path,
            "size": upload.size,
        }
        try:
            self._manager.run_pre_save_hooks(model=model, path=upload.path)
        except HTTPError as error:
            raise Refused(error.log_message or "A hook of this server refused the file.") from None

    async def after_commit(self, upload: Upload) -> None:
        """Run the post-save hooks and emit the `save` event.

        The file is there by now, so no failure here undoes it.
        """
        if upload.destination != HOME:
            return
        try:
            model = await ensure_async(self._manager.get(upload.path, content=False))
            # The hooks' interface wants a path of the operating system, which only file managers have.
            os_path = self._manager._get_os_path(upload.path)  # type: ignore[attr-defined]  # noqa: SLF001
            self._manager.run_post_save_hooks(model=model, os_path=os_path)
            self._manager.emit(data={"action": "save", "path": upload.path})
        except Exception:  # hooks are other people's code
            log.exception("after the upload of %r", upload.path)
