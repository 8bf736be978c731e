"""A real server that starts in a fraction of a second: forked from a process that has imported everything."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import sys
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from tests.support.process import Process
from tests.support.server import RunningServer

_APPLICATIONS = {
    "server": ("jupyter_server.serverapp", "ServerApp"),
    "lab": ("jupyterlab.labapp", "LabApp"),
}
_forkserver = multiprocessing.get_context("forkserver")
_forkserver.set_forkserver_preload(
    [
        "jupyter_server.serverapp",
        "jupyterlab.labapp",
        "jupyter_bigupload.extension",
        "jupyter_bigupload.stores.s3.multipart",
    ]
)


class ForkedServer(RunningServer):
    """Differs from `RunningServer` in what precedes the first line of the application, and in nothing else.

    The package is imported by then, so `config_code` that replaces something has to do it where it is used.
    `arguments` are more settings on the command line; they may be changed between two starts.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.arguments: list[str] = []

    def configure(self, code: str) -> None:
        """Have the next start run `code` as its settings, instead of the `config_code` so far."""
        (self.config_dir / "jupyter_server_config.py").write_text(code, "utf-8")

    def _spawn(self, log: BinaryIO) -> Process:
        return _Forked(
            _APPLICATIONS[self.app],
            ["--allow-root", "--no-browser", *self.arguments],
            self._environment(),
            _Home(self.folder, Path(log.name)),
        )


class _Home(NamedTuple):
    """Where the server runs, and where it writes what it says."""

    folder: Path
    log: Path


class _Forked:
    """A forked process, with the face of `subprocess.Popen`."""

    def __init__(
        self,
        application: tuple[str, str],
        arguments: list[str],
        environment: Mapping[str, str],
        home: _Home,
    ) -> None:
        self._process: ForkServerProcess = _forkserver.Process(
            target=_run, args=(application, arguments, environment, home)
        )
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def terminate(self) -> None:
        self._process.terminate()

    def wait(self, timeout: float | None = None) -> int | None:
        self._process.join(timeout)
        return self._process.exitcode


def _run(
    application: tuple[str, str], arguments: list[str], environment: Mapping[str, str], home: _Home
) -> None:
    """Become the server: its own session, folder, environment and log."""
    os.setsid()
    os.chdir(home.folder)
    os.environ.clear()
    os.environ.update(environment)
    output = os.open(home.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(output, 1)
    os.dup2(output, 2)
    module, name = application
    sys.argv = [name]
    getattr(importlib.import_module(module), name).launch_instance(arguments)
