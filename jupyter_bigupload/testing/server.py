"""A real Jupyter server in a process of its own, for tests and measurements."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Literal

_PACKAGE = Path(__file__).resolve().parent.parent
_MODULES = {"server": "jupyter_server", "lab": "jupyterlab", "notebook": "notebook"}
#: What is installed beside the plain server but not asked for: it starts in half the time without.
_NO_PAGES = dict.fromkeys(("jupyterlab", "jupyter_lsp", "notebook", "notebook_shim"), False)

Config = Mapping[str, Mapping[str, object]]


class ServerFailed(Exception):
    """The server ended, or did not answer in time; the message holds the end of its log."""


class RunningServer:
    """A Jupyter server with this extension, from `__enter__` to `__exit__`.

    It listens on a free port of the loopback interface, asks for a token and for XSRF, and keeps its
    settings, records and root folder in a temporary folder, so that nothing of the person's own Jupyter is
    seen or changed. The extension is the one of this very package, whether installed or a checkout.

    Parameters
    ----------
    app : str
        Which of Jupyter's applications to start.
    root : Path, optional
        The folder to show, instead of a temporary one.
    config : Config, optional
        Settings by class and trait, as in `jupyter_server_config.json`.
    config_code : str
        More settings as Python, as in `jupyter_server_config.py` (hooks are functions).
    environment : Mapping[str, str], optional
        More variables of the environment, or other values of them.
    base_url : str
        Path of the server's own root, with `/` at both ends.
    patience : float
        Seconds that it may take to answer.
    """

    def __init__(
        self,
        *,
        app: Literal["server", "lab", "notebook"] = "server",
        root: Path | None = None,
        config: Config | None = None,
        config_code: str = "",
        environment: Mapping[str, str] | None = None,
        base_url: str = "/",
        patience: float = 60.0,
    ) -> None:
        self.app = app
        self.base_url = base_url
        self.token = secrets.token_hex(16)
        self.port = _free_port()
        self._config = config or {}
        self._config_code = config_code
        self._more_environment = environment or {}
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None
        self._home = Path(tempfile.mkdtemp(prefix="bigupload-server-"))
        self.root = self._home / "root" if root is None else root

    @property
    def url(self) -> str:
        """The server's address, with a `/` at its end."""
        return f"http://127.0.0.1:{self.port}{self.base_url}"

    @property
    def pid(self) -> int:
        """The process id of the server."""
        assert self._process is not None, "the server was never started"  # noqa: S101  # narrows the type
        return self._process.pid

    @property
    def data_dir(self) -> Path:
        """Jupyter's data folder, where the records of uploads are kept."""
        return self._home / "data"

    @property
    def config_dir(self) -> Path:
        """Jupyter's config folder, where a person's own destinations are."""
        return self._home / "config"

    @property
    def log(self) -> str:
        """All that the server has said, over all its restarts."""
        return self._log_file.read_text("utf-8", "replace")

    def __enter__(self) -> RunningServer:
        try:
            self._write_settings()
            self.start()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def start(self) -> None:
        """Start the process and return once it answers.

        Raises
        ------
        ServerFailed
            When it ends instead, or takes too long.
        """
        with self._log_file.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter, with our own arguments
                [sys.executable, "-m", _MODULES[self.app], "--allow-root", "--no-browser"],
                cwd=self._home,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Kernels and terminals are ended with it.
                start_new_session=True,
            )
        deadline = time.monotonic() + self._patience
        while not self._answers():
            if self._process.poll() is not None:
                raise ServerFailed(f"the server ended with {self._process.returncode}:\n{self._tail()}")
            if time.monotonic() > deadline:
                raise ServerFailed(f"no answer in {self._patience} s:\n{self._tail()}")
            time.sleep(0.05)

    def kill(self) -> None:
        """End the server the way a crash does (`kill -9`): it gets to do nothing more."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End the server the way an administrator does, and return when it has ended."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def restart(self) -> None:
        """Start the server again, with the same port, token, settings and files, if need be after a stop."""
        self.stop()
        self.start()

    @property
    def _log_file(self) -> Path:
        return self._home / "server.log"

    def _write_settings(self) -> None:
        for folder in (
            self.root,
            self.data_dir / "labextensions",
            self.config_dir,
            self._home / "runtime",
        ):
            folder.mkdir(parents=True, exist_ok=True)
        settings: dict[str, dict[str, object]] = {
            "ServerApp": {
                "ip": "127.0.0.1",
                "port": self.port,
                "port_retries": 0,
                "root_dir": str(self.root),
                "base_url": self.base_url,
                "jpserver_extensions": {
                    "jupyter_bigupload": True,
                    **(_NO_PAGES if self.app == "server" else {}),
                },
            },
            "IdentityProvider": {"token": self.token},
            # A page that asks for news, and looks for releases on the network, is no part of any test.
            "LabApp": {"news_url": None},
        }
        for name, traits in self._config.items():
            settings[name] = {**settings.get(name, {}), **traits}
        (self.config_dir / "jupyter_server_config.json").write_text(json.dumps(settings), "utf-8")
        (self.config_dir / "jupyter_server_config.py").write_text(self._config_code, "utf-8")
        page = _PACKAGE / "labextension"
        if page.is_dir():  # in a checkout; an installed package has its page where Jupyter looks anyway
            (self.data_dir / "labextensions" / "jupyter-bigupload").symlink_to(page)

    def _environment(self) -> dict[str, str]:
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "JPY_"))
        }
        return {
            **inherited,
            "JUPYTER_CONFIG_DIR": str(self.config_dir),
            "JUPYTER_DATA_DIR": str(self.data_dir),
            "JUPYTER_RUNTIME_DIR": str(self._home / "runtime"),
            "JUPYTER_PLATFORM_DIRS": "1",
            "JUPYTERLAB_SETTINGS_DIR": str(self._home / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self._home / "workspaces"),
            "PYTHONPATH": os.pathsep.join(
                step for step in (str(_PACKAGE.parent), os.environ.get("PYTHONPATH")) if step
            ),
            **self._more_environment,
        }

    def _answers(self) -> bool:
        request = urllib.request.Request(  # noqa: S310  # http, on this machine
            f"{self.url}api/status", headers={"Authorization": f"token {self.token}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310  # as above
                return bool(answer.status == 200)  # noqa: PLR2004  # what HTTP calls OK
        except (urllib.error.URLError, OSError):
            return False

    def _tail(self) -> str:
        return "\n".join(self.log.splitlines()[-40:])

    def _end(self) -> None:
        self.stop()
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        shutil.rmtree(self._home, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
