"""The widget."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets

from .files import File, merged, read
from .places import HOME, place_of, server_root

_STATIC = Path(__file__).parent / "static"


def _told(files: tuple[File, ...], _widget: object) -> list[dict[str, Any]]:
    return [file.as_told() for file in files]


def _kept(_stated: object, widget: BigUpload) -> tuple[File, ...]:
    """Return the files that are known: a page tells of news in messages, and never says what there is."""
    files: tuple[File, ...] = widget.files
    return files


class BigUpload(anywidget.AnyWidget):
    """A button, and a place to drop files on, that uploads files of any size to disk.

    The bytes go from the page to the server, and never through the kernel, which gets the paths: `value`
    has those of the files that are there, `files` tells of all. Both can be observed; `on_upload` calls back
    for each file.

    Parameters
    ----------
    multiple : bool
        Whether it takes more than one file; a new one takes the place of the last otherwise.
    to : str or path
        The folder, from the working directory; it is made where it is missing. `destination:folder` for one
        of the server's buckets, `home:folder` from the server's root.
    accept : str
        What may be chosen, as of `<input accept>`: `".csv,.parquet"`, `"image/*"`.
    description : str
        What the button says.
    disabled : bool
        Whether nothing can be chosen now.
    root : path, optional
        Where this kernel has the server's root folder, if it can't find that out itself.

    Raises
    ------
    ValueError
        If the server can't write to `to`.
    OSError
        If the folder can't be made.
    """

    _esm = _STATIC / "widget.js"
    _css = _STATIC / "widget.css"

    multiple = traitlets.Bool(default_value=True).tag(sync=True)
    accept = traitlets.Unicode("").tag(sync=True)
    description = traitlets.Unicode("").tag(sync=True)
    disabled = traitlets.Bool(default_value=False).tag(sync=True)
    place = traitlets.Dict(read_only=True).tag(sync=True)
    files = traitlets.Tuple(read_only=True).tag(sync=True, to_json=_told, from_json=_kept)
    value = traitlets.Tuple(read_only=True)
    busy = traitlets.Bool(default_value=False, read_only=True)

    def __init__(
        self,
        *,
        multiple: bool = True,
        to: str | os.PathLike[str] = "",
        accept: str = "",
        description: str | None = None,
        disabled: bool = False,
        root: str | os.PathLike[str] | None = None,
        **traits: Any,
    ) -> None:
        self._root = server_root() if root is None else Path(root)
        place = place_of(to, self._root)
        if place.local is not None and self._root is not None and self._root.is_dir():
            place.local.mkdir(parents=True, exist_ok=True)
        self._uploaded = ipywidgets.CallbackDispatcher()
        self.set_trait(
            "place", {"destination": place.destination, "folder": place.folder, "title": place.title}
        )
        super().__init__(
            multiple=multiple,
            accept=accept,
            description=description or ("Upload files…" if multiple else "Upload a file…"),
            disabled=disabled,
            **traits,
        )
        self.on_msg(self._receive)

    def on_upload(self, callback: Callable[[File], object], *, remove: bool = False) -> None:
        """Call `callback` with each file once it is at its place, from now on, or, with `remove`, no more."""
        self._uploaded.register_callback(callback, remove=remove)

    def _receive(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        """Take what the page tells: files that came further, or that are to be forgotten."""
        if message.get("type") == "files":
            self._learn([read(told, self._locate) for told in message["files"]])
            self.send({"type": "received", "number": message["number"]})
        elif message.get("type") == "remove":
            keys = set(message["keys"])
            self._show(tuple(file for file in self.files if file.key not in keys))

    def _learn(self, news: list[File]) -> None:
        done = {file.key for file in self.files if file.state == "done"}
        self._show(merged(self.files, news))
        for file in news:
            if file.state == "done" and file.key not in done:
                self._uploaded(file)

    def _show(self, files: tuple[File, ...]) -> None:
        news = {
            "files": files,
            "value": tuple(file.path for file in files if file.state == "done"),
            "busy": any(file.is_busy for file in files),
        }
        with self.hold_trait_notifications():  # whoever hears of one sees the others as they are now
            for name, value in news.items():
                if value != getattr(self, name):
                    self.set_trait(name, value)

    def _locate(self, destination: str, path: str, url: str | None) -> str:
        """Return where a file is, as this kernel sees it."""
        if destination == HOME:
            return path if self._root is None else str(self._root / path)
        return url or f"{destination}:{path}"
