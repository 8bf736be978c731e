"""The servers under test, each a process of its own on a free loopback port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from tests.support.server import RunningServer

from .processes import end

if TYPE_CHECKING:
    from .buckets.store import Bucket

HERE = Path(__file__).parent
_START_SECONDS = 60
_WITHOUT_BUTTON = '{"disabledExtensions": {"jupyter-bigupload": true}}'


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
def jupyter_server(
    folder: Path,
    *,
    destinations: Sequence[Mapping[str, object]] = (),
    environment: Mapping[str, str] | None = None,
    package: Path | None = None,
    button: bool = True,
) -> Iterator[Server]:
    """Start a real JupyterLab with its login and XSRF checks on, and `discard.py` beside it.

    `package` is that of another version. Without `button` its page is as if there was no BigUpload.
    """
    config: dict[str, dict[str, object]] = {
        "BigUpload": {"destinations": list(destinations)},
        "ServerApp": {"jpserver_extensions": {"jupyter_bigupload": True, "benchmarks.discard": True}},
        "LabApp": {
            # Hands the application to the page, so that JupyterLab's own upload can be heard to end.
            "expose_app_in_browser": True,
            "check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
        },
    }
    with RunningServer(
        app="lab", root=folder, config=config, environment=environment, package=package
    ) as server:
        if not button:
            settings = server.config_dir / "labconfig"
            settings.mkdir()
            (settings / "page_config.json").write_text(_WITHOUT_BUTTON, "utf-8")
        yield Server(
            process=psutil.Process(server.pid), url=server.url, folder=server.root, token=server.token
        )


@contextmanager
def bucket_server(
    scratch: Path, bucket: Bucket, *, direct: bool, package: Path | None = None
) -> Iterator[Server]:
    """Start JupyterLab with the destination `bucket`, whose parts may be sent to it `direct` or not.

    `package` is the folder of another version of the package.
    """
    root = scratch / "root"
    root.mkdir()
    settings = bucket.store.settings(bucket.name, name="bucket", direct=direct)
    destination = {**settings, "endpoint_url": bucket.endpoint, "part_size": bucket.part}
    environment = dict(bucket.store.environment)
    if package is not None:
        environment["PYTHONPATH"] = os.pathsep.join([str(package), str(HERE.parent)])
    with jupyter_server(root, destinations=[destination], environment=environment) as server:
        yield server


@contextmanager
def tus_server(folder: Path) -> Iterator[Server]:
    """Start @tus/server with @tus/file-store, which also serves the page of tus-js-client."""
    port = _free_port()
    with _started(["node", str(HERE / "tus_server.mjs"), str(port), str(folder)], port, folder) as server:
        yield server


@contextmanager
def copyparty_server(folder: Path) -> Iterator[Server]:
    """Start copyparty as its manual advises for speed; README.md says what was chosen, and why."""
    port = _free_port()
    command = [sys.executable, "-m", "copyparty", "--http-only", "-i", "127.0.0.1", "-p", str(port)]
    command += ["-v", f"{folder}::rw", "-q", "--wram"]
    with tempfile.TemporaryDirectory() as settings:
        own_settings = {**os.environ, "XDG_CONFIG_HOME": settings}
        with _started(command, port, folder, own_settings) as server:
            yield server


@contextmanager
def _started(
    command: list[str], port: int, folder: Path, environment: dict[str, str] | None = None
) -> Iterator[Server]:
    process = psutil.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}/"
        _wait_until_it_answers(process, url)
        yield Server(process=process, url=url, folder=folder)
    finally:
        end(process)


def _wait_until_it_answers(process: psutil.Popen, url: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310  # the loopback URL made above
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"{' '.join(process.args)} did not answer")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
