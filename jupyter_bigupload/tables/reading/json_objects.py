"""Objects of JSON as texts, each value as it is written."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from typing import Any, NoReturn

from .loading import BadRow
from .marked import FLAGS, Nested, Number

_IS_TEXT = {str, type(None)}


class _NotJsonError(ValueError):
    """What Python takes for JSON, and is none."""


def _constant(name: str) -> NoReturn:
    raise _NotJsonError(name)


# An object is a tuple of pairs, and an array a list. Numbers are texts at once, which is twice as fast.
_FAST = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_constant, object_pairs_hook=tuple)
_EXACT = json.JSONDecoder(
    parse_float=Number, parse_int=Number, parse_constant=_constant, object_pairs_hook=tuple
)


class Objects:
    """Reads lines for columns that have these keys."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = list(keys)
        self._known = set(keys)
        # Between lines that are read together. No line can have it, since nobody knows it.
        self._mark = secrets.token_hex()

    def values(self, lines: Sequence[bytes]) -> Sequence[Sequence[str | None] | BadRow]:
        """Return the texts of each line's object, or why it is none."""
        together = self._together(lines)
        if together is None:
            return [self._alone(line) for line in lines]
        return [
            self._quick(pairs, line) or self._alone(line) for pairs, line in zip(together, lines, strict=True)
        ]

    def _together(self, lines: Sequence[bytes]) -> Sequence[Any] | None:
        """Return what is on each line; None where they have to be read one by one."""
        try:
            text = f',"{self._mark}",'.join(line.decode() for line in lines)
            found = _FAST.decode(f"[{text}]")
        except (ValueError, RecursionError):
            return None
        if len(found) != 2 * len(lines) - 1 or any(one != self._mark for one in found[1::2]):
            return None
        return found[::2]  # type: ignore[no-any-return]  # a list of anything

    def _quick(self, pairs: Any, line: bytes) -> Sequence[str | None] | None:
        """Return the texts of an object as most are: flat, with all keys in order."""
        if type(pairs) is not tuple or [key for key, _ in pairs] != self._keys:
            return None
        values = [value for _, value in pairs]
        kinds = set(map(type, values))
        if not kinds <= _IS_TEXT:
            if tuple in kinds or list in kinds:
                return None
            values = [FLAGS[value] if type(value) is bool else value for value in values]
        return None if b"\\u" in line or not values else values

    def _alone(self, line: bytes) -> Sequence[str | None] | BadRow:
        found = members(line)
        if isinstance(found, BadRow):
            return found
        if not found.keys() <= self._known:
            return BadRow("unknown_key")
        return [as_text(found.get(key)) for key in self._keys]


def members(line: bytes) -> dict[str, Any] | BadRow:
    """Return the object on a line, its numbers as `Number`, and objects in it as pairs."""
    try:
        found = _EXACT.decode(line.decode())
        if type(found) is not tuple:
            return BadRow("not_an_object")
        if _has_twice(found):
            return BadRow("duplicate_key")
        if b"\\u" in line:
            _json(found).encode()  # half of a pair of surrogates is no text
    except UnicodeError:
        return BadRow("not_its_encoding")
    except RecursionError:
        return BadRow("too_deep")
    except ValueError:
        return BadRow("not_json")
    return dict(found)


def as_text(value: Any) -> str | None:
    """Return the text of a value, marked for what it is where it is none."""
    if value is None or isinstance(value, str):
        return value
    return FLAGS[value] if type(value) is bool else Nested(_json(value))


def _json(value: Any) -> str:
    """Return JSON of a value, its numbers as they were."""
    if type(value) is Number:
        return str(value)
    if type(value) is tuple:
        return f"{{{', '.join(f'{_json(key)}: {_json(one)}' for key, one in value)}}}"
    if type(value) is list:
        return f"[{', '.join(map(_json, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _has_twice(value: Any) -> bool:
    """Return whether an object, or one within it, has a key twice."""
    if type(value) is tuple:
        keys = {key for key, _ in value}
        return len(keys) < len(value) or any(
            _has_twice(one) for _, one in value if type(one) in (tuple, list)
        )
    return type(value) is list and any(map(_has_twice, value))
