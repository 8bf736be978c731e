"""What the tests ask of a browser: as little as Firefox and WebKit both let a program do."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

#: Seconds for whatever a page is expected to show, on a machine that does other things besides.
_PATIENCE = 60.0
_LOOK_EVERY = 0.1

#: Where a person would click on the one visible element with this name; nothing while there is none.
_CENTRE = """
const [selector, name] = arguments;
const seen = [...document.querySelectorAll(selector)].filter(
  element =>
    element.getClientRects().length && [element.ariaLabel, element.textContent.trim()].includes(name)
);
if (seen.length !== 1) {
  return null;
}
seen[0].scrollIntoView({block: 'nearest', inline: 'nearest'});
const {left, top, width, height} = seen[0].getBoundingClientRect();
return [Math.round(left + width / 2), Math.round(top + height / 2)];
"""
_TEXTS = "return [...document.querySelectorAll(arguments[0])].map(element => element.textContent);"


def until(look: Callable[[], Any], *, what: str, seconds: float = _PATIENCE) -> Any:
    """Return the first thing other than nothing that `look` sees."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, f"not in {seconds:.0f} s: {what}"
        time.sleep(_LOOK_EVERY)
    return seen


class Driver(ABC):
    """One tab of a browser that was started for it, with a fresh profile."""

    @abstractmethod
    def open(self, url: str) -> None:
        """Go to an address."""

    @abstractmethod
    def run(self, body: str, *arguments: Any) -> Any:
        """Run the body of a JavaScript function in the page, and return what it returns as JSON would."""

    @abstractmethod
    def choose(self, name: str, files: Sequence[Path]) -> None:
        """Press the button with this name, which asks for files, and give it these."""

    @abstractmethod
    def act(self, actions: list[dict[str, Any]]) -> None:
        """Perform the actions of one mouse, as WebDriver describes them."""

    def press(self, name: str) -> None:
        """Click with the mouse on the one visible button with this name, once it is there."""
        x, y = until(lambda: self.run(_CENTRE, "button, jp-button", name), what=f"the button {name}")
        move = {"type": "pointerMove", "x": x, "y": y, "origin": "viewport"}
        button = [{"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp")]
        self.act([{"type": "pointer", "id": "mouse", "actions": [move, *button]}])

    def texts(self, selector: str) -> list[str]:
        """Return the text of every element that `selector` finds."""
        found: list[str] = self.run(_TEXTS, selector)
        return found
