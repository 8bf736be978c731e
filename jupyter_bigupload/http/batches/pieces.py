"""JSON with long lists, read and written item by item, in a thread.

The library does all of a body in one call, in which no other thread of Python gets a turn: with 100,000
files, kernels and other tabs would wait for a tenth of a second and more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ...errors import Malformed, TooLarge

_BLANKS = frozenset(" \t\n\r")
_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER, _ENCODER = json.JSONDecoder(), json.JSONEncoder()


def read_lists(
    body: bytes | bytearray | memoryview, kinds: Mapping[str, Callable[[Any], Any]], most: int
) -> dict[str, list[Any]]:
    """Return the lists that a JSON object has under the names of `kinds`; empty ones where it has none.

    Parameters
    ----------
    kinds : Mapping
        By name, what makes of each item what is returned of it.
    most : int
        Items of a list.

    Raises
    ------
    Malformed
        When it is no such object.
    TooLarge
        When a list has more items.
    """
    try:
        return _Reader(str(body, "utf-8", "surrogatepass"), kinds, most).read()
    except (ValueError, RecursionError):  # nested without end
        raise Malformed("This is not a JSON object.") from None


def write_lists(lists: Mapping[str, Iterable[object]], **others: object) -> bytes:
    """Return a JSON object of `lists` and what else is in it."""
    pieces = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in others.items()]
    for name, items in lists.items():
        pieces.append(f"{json.dumps(name)}: [{', '.join(map(_ENCODER.encode, items))}]")
    return f"{{{', '.join(pieces)}}}".encode()


class _Reader:
    """Reads one text, from its beginning."""

    def __init__(self, text: str, kinds: Mapping[str, Callable[[Any], Any]], most: int) -> None:
        self._text = text
        self._kinds = kinds
        self._most = most
        self._at = 0

    def read(self) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {name: [] for name in self._kinds}
        self._take("{")
        more = not self._takes("}")
        while more:
            name = self._value()
            if not isinstance(name, str):
                raise Malformed("This is not a JSON object.")
            self._take(":")
            if name in self._kinds:
                found[name] = self._list(name)
            else:
                self._value()
            more = self._goes_on("}")
        self._skip()
        if self._at != len(self._text):
            raise Malformed("There is more than a JSON object.")
        return found

    def _list(self, name: str) -> list[Any]:
        if not self._takes("["):
            raise Malformed(f"{name!r} must be a list.")
        kind = self._kinds[name]
        items: list[Any] = []
        more = not self._takes("]")
        while more:
            if len(items) == self._most:
                raise TooLarge(f"{name!r} may have {self._most} items.", limit=self._most)
            items.append(kind(self._value()))
            more = self._goes_on("]")
        return items

    def _goes_on(self, end: str) -> bool:
        """Take a comma or the end, and return whether it was a comma."""
        if self._takes(end):
            return False
        self._take(",")
        return True

    def _value(self) -> Any:
        self._skip()
        value, self._at = _DECODER.raw_decode(self._text, self._at)
        return value

    def _takes(self, sign: str) -> bool:
        self._skip()
        if not self._text.startswith(sign, self._at):
            return False
        self._at += 1
        return True

    def _take(self, sign: str) -> None:
        if not self._takes(sign):
            raise Malformed("This is not a JSON object.")

    def _skip(self) -> None:
        if self._text[self._at : self._at + 1] not in _BLANKS:
            return
        match = _SPACE.match(self._text, self._at)
        assert match is not None  # noqa: S101  # nothing matches, too
        self._at = match.end()
