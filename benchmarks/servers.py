"""The servers under test, each a process of its own on a free loopback port."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from .processes import end

HERE = Path(__file__).parent
_START_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A running server, and how to get in."""

    process: psutil.Process
    url: str
    """With a slash at its end."""
    folder: Path
    """Where uploaded files go."""
    token: str | None = None

    @property
    def status_url(self) -> str:
        """What a Jupyter server answers when asked how it is."""
        return f"{self.url}api/status"


@contextmanager
def jupyter_server(scratch: Path) -> Iterator[Server]:
    """Start a real `jupyter lab` with its login and XSRF checks on, and `benchmarks.discard` beside it."""
    folder = scratch / "home"
    folder.mkdir()
    config = scratch / "config"
    enabled = config / "jupyter_server_config.d" / "discard.json"
    enabled.parent.mkdir(parents=True)
    enabled.write_text(json.dumps({"ServerApp": {"jpserver_extensions": {"benchmarks.discard": True}}}))
    quiet = scratch / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    quiet.parent.mkdir(parents=True)
    quiet.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))
    port = _free_port()
    token = secrets.token_hex()
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
        "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={folder}", f"--IdentityProvider.token={token}",
        # Hands the application object to the page, so that JupyterLab's own upload can say when it ends.
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.extension_manager=readonly",
    ]  # fmt: skip
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(config),
        "JUPYTER_DATA_DIR": str(scratch / "data"),
        "JUPYTER_RUNTIME_DIR": str(scratch / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(scratch / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(scratch / "workspaces"),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(HERE.parent), os.environ.get("PYTHONPATH")])),
    }
    url = f"http://127.0.0.1:{port}/"
    with _running(command, environment, scratch / "server.log", f"{url}api/status?token={token}") as process:
        yield Server(process=process, url=url, folder=folder, token=token)


@contextmanager
def tus_server(scratch: Path) -> Iterator[Server]:
    """Start @tus/server with @tus/file-store, which also serves the page of tus-js-client."""
    folder = scratch / "files"
    folder.mkdir()
    port = _free_port()
    command = ["node", str(HERE / "tus_server.mjs"), str(port), str(folder)]
    url = f"http://127.0.0.1:{port}/"
    with _running(command, dict(os.environ), scratch / "server.log", url) as process:
        yield Server(process=process, url=url, folder=folder)


@contextmanager
def _running(
    command: list[str], environment: Mapping[str, str], log: Path, ready_url: str
) -> Iterator[psutil.Process]:
    with log.open("wb") as output:
        process = psutil.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_until_ready(process, ready_url, log)
        yield process
    finally:
        end(process)


def _wait_until_ready(process: psutil.Popen, url: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310  # the loopback URL made above
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-4000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
