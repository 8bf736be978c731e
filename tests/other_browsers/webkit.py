"""WebKitGTK's MiniBrowser by WebDriver (https://www.w3.org/TR/webdriver2/), on a screen that nobody sees."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx

from tests.support.process import free_ports

from .driver import Driver, until

_BROWSERS = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
MINIBROWSER = os.environ.get("MINIBROWSER", str(_BROWSERS[-1]) if _BROWSERS else "MiniBrowser")
#: Seconds for its start, and for an answer.
_PATIENCE = 90.0

#: Nothing can drive GTK's file dialog: the next one is not opened, and its input is given the files instead.
_NO_DIALOG = """
const {click} = HTMLInputElement.prototype;
HTMLInputElement.prototype.click = function () {
  HTMLInputElement.prototype.click = click;
};
"""


class WebKit(Driver):
    """One tab, in a session of WebKitWebDriver."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._session = ""  # until there is one
        options = {"binary": MINIBROWSER, "args": ["--automation"]}
        answer = self._ask("POST", "", capabilities={"alwaysMatch": {"webkitgtk:browserOptions": options}})
        self._session = f"/{answer['sessionId']}"

    def open(self, url: str) -> None:
        self._ask("POST", "/url", url=url)

    def run(self, body: str, *arguments: Any) -> Any:
        return self._ask("POST", "/execute/sync", script=body, args=list(arguments))

    def choose(self, name: str, files: Sequence[Path]) -> None:
        self.run(_NO_DIALOG)
        self.press(name)
        find = {"using": "css selector", "value": "input[type=file]"}
        (found,) = until(lambda: self._ask("POST", "/elements", **find), what="what takes the files")
        (element,) = found.values()
        self._ask("POST", f"/element/{element}/value", text="\n".join(str(file) for file in files))

    def act(self, actions: list[dict[str, Any]]) -> None:
        self._ask("POST", "/actions", actions=actions)

    def close(self) -> None:
        """End the browser."""
        self._ask("DELETE", "")

    def _ask(self, method: str, path: str, **parameters: Any) -> Any:
        body = None if method == "DELETE" else parameters
        answer = self._client.request(method, f"/session{self._session}{path}", json=body)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        return answer.json()["value"]


@contextlib.contextmanager
def webkit(folder: Path) -> Iterator[Driver]:
    """Start a screen, the driver and MiniBrowser with its home in `folder`; they end with the block."""
    (port,) = free_ports(1)
    with contextlib.ExitStack() as running:
        screen = running.enter_context(_screen())
        environment = {
            **{name: value for name, value in os.environ.items() if name != "WAYLAND_DISPLAY"},
            "DISPLAY": screen,
            "GDK_BACKEND": "x11",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "NO_AT_BRIDGE": "1",
            **{f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA")},
        }
        running.enter_context(_process(["WebKitWebDriver", f"--port={port}"], env=environment))
        client = running.enter_context(
            httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=_PATIENCE, trust_env=False)
        )
        until(lambda: _is_ready(client), what="WebKitWebDriver")
        tab = WebKit(client)
        yield tab
        tab.close()


@contextlib.contextmanager
def _screen() -> Iterator[str]:
    """Run an X server that draws into memory; its display's name is found for it."""
    reading, writing = os.pipe()
    arguments = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1500x1000x24", "-nolisten", "tcp"]
    with _process(arguments, pass_fds=[writing]), os.fdopen(reading) as said:
        os.close(writing)
        yield f":{said.readline().strip()}"


@contextlib.contextmanager
def _process(arguments: Sequence[str], **options: Any) -> Iterator[None]:
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _is_ready(client: httpx.Client) -> bool:
    try:
        return bool(client.get("/status").json()["value"]["ready"])
    except httpx.TransportError:
        return False
