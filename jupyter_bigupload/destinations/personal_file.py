"""A person's own destinations, in a file beside the other settings of Jupyter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from ..errors import Malformed

_NAMES = ("bigupload.yaml", "bigupload.json")
#: More than anyone writes by hand.
_MOST_BYTES = 2**20

_State = tuple[str, int, int, int]


class DestinationFile:
    """`bigupload.yaml` or `bigupload.json`, as it is now; none is as good as an empty one.

    Parameters
    ----------
    folder : Path
        Where it is looked for.
    """

    def __init__(self, folder: Path) -> None:
        self._candidates = [folder / name for name in _NAMES]
        self._seen: _State | None = None
        self.path = self._candidates[0]

    @property
    def shown(self) -> str:
        """The path as people write it."""
        home = Path.home()
        return f"~/{self.path.relative_to(home)}" if self.path.is_relative_to(home) else str(self.path)

    def changed(self) -> bool:
        """Return whether it is another one than at the last call."""
        before, self._seen = self._seen, self._state()
        return before != self._seen

    def entries(self) -> list[Any]:
        """Return what is below `destinations:`.

        Raises
        ------
        Malformed
            When the file can't be read; the sentence says where.
        """
        if self._seen is None:
            return []
        try:
            with self.path.open("rb") as file:
                data = file.read(_MOST_BYTES + 1)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise Malformed(f"{self.shown} can't be read: {error.strerror}.") from None
        if len(data) > _MOST_BYTES:
            raise Malformed(f"{self.shown} is far too long for a file of settings.")
        fields = self._parsed(data)
        if fields is None:
            fields = {}  # nothing but comments
        entries = fields.pop("destinations", None) or [] if isinstance(fields, dict) else None
        if fields or not isinstance(entries, list):
            raise Malformed(f"{self.shown} has one field, `destinations`, with a list of them.")
        return entries

    def _parsed(self, data: bytes) -> Any:
        """Return the content; a failure tells the line, and nothing of what is there."""
        try:
            return json.loads(data) if self.path.suffix == ".json" else _yaml(data)
        except MarkedYAMLError as error:
            line = None if error.problem_mark is None else error.problem_mark.line + 1
        except json.JSONDecodeError as error:
            line = error.lineno
        except (YAMLError, ValueError, RecursionError):
            line = None
        where = "" if line is None else f", line {line}"
        kind = "JSON" if self.path.suffix == ".json" else "YAML"
        raise Malformed(f"{self.shown} is not {kind}{where}.")

    def _state(self) -> _State | None:
        for path in self._candidates:
            try:
                found = path.stat()
            except OSError:
                continue
            self.path = path
            return (path.name, found.st_mtime_ns, found.st_size, found.st_ino)
        return None


def _yaml(data: bytes) -> Any:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 1)  # the one in which `yes` is true, as Jupyter's and Kubernetes' files have it
    return yaml.load(data)
