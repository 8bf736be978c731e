"""Firefox by WebDriver BiDi (https://w3c.github.io/webdriver-bidi/), which it speaks by itself."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import websocket

from .driver import Driver, until

FIREFOX = os.environ.get("FIREFOX", "firefox-esr")
_LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
#: Seconds for its start, and for an answer.
_PATIENCE = 90.0

_SETTINGS = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.disable_open_during_load": False,
}


class Firefox(Driver):
    """One tab, over the connection to a Firefox that runs already."""

    def __init__(self, address: str) -> None:
        self._connection = websocket.create_connection(
            f"{address}/session", timeout=_PATIENCE, suppress_origin=True
        )
        self._numbers = itertools.count(1)
        self._events: list[dict[str, Any]] = []
        # Nobody is there to close a file dialog; it is told of, and answered past it.
        prompts = {"default": "accept", "file": "ignore"}
        self._ask("session.new", capabilities={"alwaysMatch": {"unhandledPromptBehavior": prompts}})
        self._ask("session.subscribe", events=["input.fileDialogOpened"])
        self._tab = self._ask("browsingContext.create", type="tab")["context"]
        self._ask("browsingContext.setViewport", context=self._tab, viewport={"width": 1400, "height": 900})

    def open(self, url: str) -> None:
        self._ask("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def run(self, body: str, *arguments: Any) -> Any:
        passed = ", ".join(json.dumps(argument) for argument in arguments)
        answer = self._ask(
            "script.evaluate",
            expression=f"JSON.stringify((function() {{ {body} }})({passed}) ?? null)",
            target={"context": self._tab},
            awaitPromise=False,
            userActivation=True,
        )
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"])

    def choose(self, name: str, files: Sequence[Path]) -> None:
        self._events.clear()
        self.press(name)
        while not self._events:
            self._hear()
        self._ask(
            "input.setFiles",
            context=self._tab,
            element=self._events.pop()["params"]["element"],
            files=[str(file) for file in files],
        )

    def act(self, actions: list[dict[str, Any]]) -> None:
        self._ask("input.performActions", context=self._tab, actions=actions)

    def close(self) -> None:
        """End the browser."""
        self._ask("browser.close")
        self._connection.close()

    def _ask(self, method: str, **parameters: Any) -> Any:
        number = next(self._numbers)
        self._connection.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while (answer := self._hear()).get("id") != number:
            pass
        assert answer["type"] == "success", f"{method}: {answer}"
        return answer["result"]

    def _hear(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self._connection.recv())
        if message["type"] == "event":
            self._events.append(message)
        return message


@contextlib.contextmanager
def firefox(folder: Path) -> Iterator[Driver]:
    """Start Firefox with a profile in `folder`; it ends with the block."""
    profile = folder / "profile"
    profile.mkdir()
    settings = (f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in _SETTINGS.items())
    (profile / "user.js").write_text("\n".join(settings))
    log = folder / "firefox.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [FIREFOX, "--headless", "--no-remote", "--remote-debugging-port=0", "--profile", profile],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        tab = Firefox(_address(log))
        yield tab
        tab.close()
        process.wait(_PATIENCE)
    finally:
        process.kill()
        process.wait()


def _address(log: Path) -> str:
    found: re.Match[str] = until(
        lambda: _LISTENS.search(log.read_text("utf-8", "replace")), what=f"an address in {log}"
    )
    return found[1]
