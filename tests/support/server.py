"""A real Jupyter server in a process of its own, for tests and measurements."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal

import jupyter_bigupload

from .process import ServerProcess, free_ports

if TYPE_CHECKING:
    from typing_extensions import Self

_PACKAGE = Path(jupyter_bigupload.__file__).resolve().parent
_MODULES = {"server": "jupyter_server", "lab": "jupyterlab", "notebook": "notebook"}
#: What is installed beside the plain server but not asked for: it starts in half the time without.
_NO_PAGES = dict.fromkeys(
    ("jupyterlab", "jupyter_lsp", "notebook", "notebook_shim", "voila.server_extension"), False
)

Config = Mapping[str, Mapping[str, object]]


class RunningServer(ServerProcess):
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
    package : Path, optional
        The package to serve: that of another checkout, instead of this very one.
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
        package: Path | None = None,
        patience: float = 60.0,
    ) -> None:
        super().__init__(Path(tempfile.mkdtemp(prefix="bigupload-server-")), patience=patience)
        self.app = app
        self.base_url = base_url
        self.token = secrets.token_hex(16)
        (self.port,) = free_ports(1)
        self._config = config or {}
        self._config_code = config_code
        self._more_environment = environment or {}
        self._package = package or _PACKAGE
        self.root = self.folder / "root" if root is None else root

    @property
    def url(self) -> str:
        """The server's address, with a `/` at its end."""
        return f"http://127.0.0.1:{self.port}{self.base_url}"

    @property
    def data_dir(self) -> Path:
        """Jupyter's data folder, where the records of uploads are kept."""
        return self.folder / "data"

    @property
    def config_dir(self) -> Path:
        """Jupyter's config folder, where a person's own destinations are."""
        return self.folder / "config"

    def require_no_traceback(self) -> None:
        """Return if nothing happened on the server that nobody foresaw; else show the first of it."""
        _, traceback, what = self.log.partition("Traceback")
        assert not traceback, what[:5_000]

    def __enter__(self) -> Self:
        try:
            self._write_settings()
            return super().__enter__()
        except BaseException:
            self._end_group()
            self._remove()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._end_group()  # kernels and terminals
        for worker in workers(self.data_dir):  # which outlive a server
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
        self._remove()

    def _command(self) -> Sequence[str]:
        return [sys.executable, "-m", _MODULES[self.app], "--allow-root", "--no-browser"]

    def _write_settings(self) -> None:
        for folder in (
            self.root,
            self.data_dir / "labextensions",
            self.config_dir,
            self.folder / "runtime",
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
            # By variables, as `JUPYTERLAB_WORKSPACES_DIR`, a forked server would learn of them too late.
            "LabServerApp": {
                "user_settings_dir": str(self.folder / "settings"),
                "workspaces_dir": str(self.folder / "workspaces"),
            },
        }
        for name, traits in self._config.items():
            settings[name] = {**settings.get(name, {}), **traits}
        (self.config_dir / "jupyter_server_config.json").write_text(json.dumps(settings), "utf-8")
        (self.config_dir / "jupyter_server_config.py").write_text(self._config_code, "utf-8")
        page = self._package / "labextension"
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
            "JUPYTER_RUNTIME_DIR": str(self.folder / "runtime"),
            "JUPYTER_PLATFORM_DIRS": "1",
            # The page of this checkout, not one that a virtual environment may have from another.
            "JUPYTER_PREFER_ENV_PATH": "0",
            "PYTHONPATH": os.pathsep.join(
                step for step in (str(self._package.parent), os.environ.get("PYTHONPATH")) if step
            ),
            **self._more_environment,
        }

    def _answers(self) -> bool:
        request = urllib.request.Request(  # noqa: S310  # http, on this machine
            f"{self.url}api/status", headers={"Authorization": f"token {self.token}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310  # as above
                return bool(answer.status == 200)  # what HTTP calls OK
        except (urllib.error.URLError, OSError):
            return False

    def _remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def workers(data_dir: Path) -> list[int]:
    """Return the processes that work on operations whose records are below a folder."""
    found = []
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            command = (process / "cmdline").read_bytes()
            place = os.readlink(process / "cwd")  # noqa: PTH115  # it may be of a folder that is gone
        except OSError:
            continue
        if b"jupyter_bigupload.operations.worker" in command and place.startswith(str(data_dir)):
            found.append(int(process.name))
    return found
