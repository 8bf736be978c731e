"""What `put` is to send, and where each goes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click

from ..places import Place

#: Stands for standard input.
STDIN = "-"


class StandardInput:
    """Bytes up to the first end: a terminal could go on after each Ctrl-D."""

    def __init__(self) -> None:
        self._over = False

    def read(self, size: int, /) -> bytes:
        """Return as many bytes as are wanted, and fewer only at the end."""
        piece = b"" if self._over else sys.stdin.buffer.read(size)
        self._over = len(piece) < size
        return piece


@dataclass(frozen=True)
class Source:
    """A file or folder of this computer, or standard input, and where it goes."""

    given: str
    target: Place

    @property
    def is_stdin(self) -> bool:
        """Whether it is standard input."""
        return self.given == STDIN


def sources_of(files: Sequence[str], to: Place, name: str | None) -> Sequence[Source]:
    """Return what was asked for: each into the folder `to`, under its own name, or the one under `name`.

    Raises
    ------
    click.UsageError
        When a name is missing, or two would become one.
    """
    if name is not None and len(files) > 1:
        raise click.UsageError("--name is for one file; there are several.")
    if name is not None and ("/" in name or name in {"", ".", ".."}):
        raise click.BadParameter("a name has no slash; --to says the folder", param_hint="--name")
    if STDIN in files and len(files) > 1:
        raise click.UsageError("Standard input (-) is uploaded alone, without other files.")
    sources = [_source(given, to, name) for given in files]
    seen: dict[Place, str] = {}
    for source in sources:
        other = seen.setdefault(source.target, source.given)
        if other != source.given:
            raise click.UsageError(
                f"{other!r} and {source.given!r} would both become {str(source.target)!r}. Upload them one "
                "by one, with another --to or --name."
            )
    return list({source.target: source for source in sources}.values())


def _source(given: str, to: Place, name: str | None) -> Source:
    if name is not None:
        return Source(given, to / name)
    if given == STDIN:
        if not to.path:
            raise click.UsageError("Standard input (-) has no name: say one with --name or --to.")
        return Source(given, to)
    own = os.path.basename(os.path.abspath(given))  # noqa: PTH100, PTH119  # a link keeps its own name
    if not own:
        raise click.UsageError(f"{given!r} has no name: say one with --name.")
    return Source(given, to / own)
