"""Where the server is, and its token: for programs that run beside it, or in a kernel of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from jupyter_core.paths import jupyter_runtime_dir

from ..errors import ServerNotFound

#: What the files of running servers are called (jupyter_server, `ServerApp.info_file`).
_RUNNING = "jpserver-*.json"


@dataclass(frozen=True)
class Address:
    """A server.

    Parameters
    ----------
    socket : str or None
        Path of the Unix socket that it listens on, instead of a port.
    root : str or None
        The folder that it shows, where that is known.
    """

    url: str
    token: str | None
    socket: str | None = None
    root: str | None = None


def find_server(environment: Mapping[str, str] = os.environ) -> Address:
    """Return the server that this program is nearest to.

    In order: what `JUPYTER_SERVER_URL` and `JUPYTER_TOKEN` name; the server of a hub that this program runs
    in (`JUPYTERHUB_SERVICE_URL`, `JUPYTERHUB_SERVICE_PREFIX`, `JUPYTERHUB_API_TOKEN`); of the servers of this
    person that run on this computer, the one that this program's kernel or terminal was started by, else the
    one whose folder this program is in, else the only one.

    Raises
    ------
    ServerNotFound
        When there is none, or more than one.
    """
    named = environment.get("JUPYTER_SERVER_URL")
    if named and urlsplit(named).scheme in {"http", "https"}:
        return Address(named, environment.get("JUPYTER_TOKEN") or find_token(named, environment))
    return _nearest(list(_running(environment))) or _of_hub(environment) or _none()


def find_token(url: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the token of the server at this address, if it is one of this person's that runs here.

    A terminal of JupyterLab knows the address (`JUPYTER_SERVER_URL`), but no token.
    """
    wanted = _key(url)
    found = (server.token for _, server in _running(environment) if _key(server.url) == wanted)
    return next(found, None)


def _key(url: str) -> tuple[str, str, int | None, str]:
    parts = urlsplit(url)
    host = "localhost" if parts.hostname in {"127.0.0.1", "::1"} else parts.hostname or ""
    return parts.scheme, host, parts.port, parts.path.rstrip("/")


def _none() -> Address:
    raise ServerNotFound(
        "No Jupyter server was found that runs here. Say its address and its token, or set the environment "
        "variables JUPYTER_SERVER_URL and JUPYTER_TOKEN."
    )


def _of_hub(environment: Mapping[str, str]) -> Address | None:
    """Return a single-user server by what its hub tells it (jupyterhub, `singleuser`)."""
    url = environment.get("JUPYTERHUB_SERVICE_URL")
    token = environment.get("JUPYTERHUB_API_TOKEN") or environment.get("JPY_API_TOKEN")
    if not url or not token:
        return None
    prefix = environment.get("JUPYTERHUB_SERVICE_PREFIX", urlsplit(url).path or "/")
    parts = urlsplit(url)
    # It listens on all addresses: this program asks it past the hub's proxy.
    host = "127.0.0.1" if parts.hostname in {None, "0.0.0.0", "::", "*"} else parts.hostname  # noqa: S104
    return Address(f"{parts.scheme}://{host}:{parts.port}{prefix}", token)


def _nearest(servers: list[tuple[int, Address]]) -> Address | None:
    ancestors = _ancestors(os.getpid())
    for pid, server in servers:
        if pid in ancestors:
            return server
    here = Path.cwd()
    around = [server for _, server in servers if server.root and here.is_relative_to(server.root)]
    if around:
        return max(around, key=lambda server: len(server.root or ""))
    if len(servers) > 1:
        raise ServerNotFound(
            "More than one Jupyter server runs here: " + ", ".join(server.url for _, server in servers) + ". "
            "Say the address of the one that is meant."
        )
    return servers[0][1] if servers else None


def _running(environment: Mapping[str, str]) -> Iterator[tuple[int, Address]]:
    """Yield the process and the address of each server of this person that runs on this computer."""
    for path in sorted(_runtime_dir(environment).glob(_RUNNING)):
        try:
            info: dict[str, Any] = json.loads(path.read_text("utf-8"))
            pid = int(info["pid"])
            os.kill(pid, 0)
        except (OSError, ValueError, KeyError, TypeError):
            continue  # it was not cleaned up, or is being written
        yield pid, _address(info)


def _address(info: Mapping[str, Any]) -> Address:
    root = info.get("root_dir")
    token = info.get("token") or None
    sock = info.get("sock")
    base = str(info.get("base_url", "/"))
    if sock:
        return Address(f"http://localhost{base}", token, unquote(str(sock)), root)
    return Address(str(info["url"]), token, None, root)


def _runtime_dir(environment: Mapping[str, str]) -> Path:
    """Return where servers say that they run."""
    return Path(environment.get("JUPYTER_RUNTIME_DIR") or jupyter_runtime_dir())


def _ancestors(pid: int) -> set[int]:
    """Return the processes that started this one, where the system tells (Linux)."""
    found: set[int] = set()
    while pid > 1 and pid not in found:
        found.add(pid)
        try:
            # After the name, which may have spaces and brackets: state, and the parent.
            pid = int(Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            break
    return found
