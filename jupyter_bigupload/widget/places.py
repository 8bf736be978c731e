"""Where uploads go, as a notebook says it, and where they are then, as its kernel sees it."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from jupyter_core.paths import jupyter_runtime_dir

HOME = "home"

_IN_DESTINATION = re.compile(r"([a-z0-9-]{1,64}):(.*)", re.DOTALL)
_ADDRESS = re.compile(r"[a-z0-9]+://")


@dataclass(frozen=True)
class Place:
    """A folder of a destination.

    Attributes
    ----------
    destination : str
        By the server's name for it.
    folder : str
        From the destination's root, without a slash at either end; empty for the root.
    title : str
        As the notebook calls it.
    local : Path or None
        The folder on this machine; None for buckets, and where that is not known.
    """

    destination: str
    folder: str
    title: str
    local: Path | None = None


def server_root() -> Path | None:
    """Return the root folder of the Jupyter server that started this kernel.

    Servers write down where they serve from; a kernel knows which process started it. None where that process
    was no Jupyter server, or runs on another machine.
    """
    stated = os.environ.get("JUPYTER_SERVER_ROOT")
    if stated:
        return Path(stated)
    parent = os.environ.get("JPY_PARENT_PID", "")
    try:
        facts = json.loads((Path(jupyter_runtime_dir()) / f"jpserver-{parent}.json").read_text("utf-8"))
        root = Path(facts["root_dir"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return root if root.is_dir() else None


def place_of(to: str | os.PathLike[str], root: Path | None, *, working: Path | None = None) -> Place:
    """Return the place that `to` means.

    Parameters
    ----------
    to : str or path
        A folder of this machine, from the working directory, as everything in a notebook takes it; or
        `destination:folder`, where `home:` begins at the server's root. From there counts every folder where
        `root` is None.
    root : Path, optional
        The server's root folder.
    working : Path, optional
        Instead of the working directory.

    Raises
    ------
    ValueError
        If the server can't write there.
    """
    text = os.fspath(to)
    if _ADDRESS.match(text):
        raise ValueError(f"{text!r} is an address: name a destination of the server, as in 'lake:raw/'")
    named = _IN_DESTINATION.fullmatch(text)
    if named:
        destination, folder = named[1], _inside(named[2].strip("/"), text)
        local = root / folder if root is not None and destination == HOME else None
        return Place(destination, folder, text, local)
    if root is None:
        if Path(text).is_absolute() or text.startswith("~"):
            raise ValueError(
                f"This kernel can't know where the server's root folder is, and so not where {text!r} is: "
                "say it with root=…, or give a folder from the server's root"
            )
        return Place(HOME, _inside(text, text), text)
    # Not resolved: a link in the server's root may lead out of it, and is the person's own affair.
    local = Path(os.path.normpath((working or Path.cwd()) / Path(text).expanduser()))
    for where, top in ((local, root), (local.resolve(), root.resolve())):
        if where.is_relative_to(top):
            inner = where.relative_to(top).as_posix()
            return Place(HOME, "" if inner == "." else inner, text, local)
    raise ValueError(f"{str(local)!r} is not in {str(root)!r}, and the server writes nowhere else")


def _inside(folder: str, to: str) -> str:
    """Return a folder from a root in its shortest form."""
    inner = os.path.normpath(folder) if folder else "."
    if inner.startswith(("..", "/")):
        raise ValueError(f"{to!r} leads out of the server's folders")
    return "" if inner == "." else inner
