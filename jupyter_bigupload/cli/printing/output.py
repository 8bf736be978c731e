"""What the command prints: for people on two streams, or for scripts one JSON object a line."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from ..exits import Exit, code_of, hint_of
from .text import printable

if TYPE_CHECKING:
    from ...errors import BigUploadError

#: Cells of a column that is cut, at least.
_NARROWEST = 12


class Output:
    """Where results, remarks and errors go.

    Parameters
    ----------
    as_json : bool
        Whether results and errors are JSON, on standard output.
    quiet : bool
        Whether remarks are left out.
    """

    def __init__(self, *, as_json: bool = False, quiet: bool = False) -> None:
        self.as_json = as_json
        self.quiet = quiet
        self._hints: set[str] = set()

    def event(self, name: str, /, **fields: object) -> None:
        """Print one thing that happened, for scripts alone."""
        if self.as_json:
            click.echo(json.dumps({"event": name, **fields}, ensure_ascii=True))

    def line(self, text: str) -> None:
        """Print a result, for people alone."""
        if not self.as_json and not self.quiet:
            click.echo(printable(text))

    def remark(self, text: str) -> None:
        """Print what is good to know, for people alone."""
        if not self.as_json and not self.quiet:
            _tell(text)

    def note(self, text: str) -> None:
        """Print on standard error how far it is, for people and in the logs of scripts."""
        _tell(text)

    def problem(self, text: str, *, hint: str | None = None, command: str | None = None) -> None:
        """Print what went wrong and what to do about it, for people alone, and even the quiet ones.

        Parameters
        ----------
        command : str, optional
            What they can paste into their shell, so that it is printed as it is, on one line.
        """
        if self.as_json:
            return
        _tell(text)
        if hint is not None:
            _tell(hint, indent="  ")
        if command is not None:
            click.echo(f"  {command}", err=True)

    def failure(self, error: BigUploadError, *, about: str | None = None, **fields: object) -> Exit:
        """Print an error, and return the exit code for it; what to do about it is said once.

        Parameters
        ----------
        about : str, optional
            The file or upload that it is about.
        **fields
            More of the JSON.
        """
        self.event("failed", **fields, **described(error))
        message = str(error)
        if about is not None and about not in message:
            message = f"{about}: {message}"
        hint = hint_of(error)
        self.problem(f"Error: {message}", hint=None if hint in self._hints else hint)
        self._hints |= {hint} if hint is not None else set()
        return code_of(error)


def _tell(text: str, *, indent: str = "") -> None:
    """Print on standard error, broken between words where that is a terminal."""
    text = indent + printable(text)
    if sys.stderr.isatty():
        text = textwrap.fill(
            text,
            shutil.get_terminal_size().columns,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
    click.echo(text, err=True)


def described(error: BigUploadError) -> Mapping[str, object]:
    """Return the JSON fields of an error, the same for all commands."""
    return {
        "reason": error.reason or None,
        "message": error.message,
        "status": error.status or None,
        "retryable": error.retryable,
    }


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, cut: int) -> None:
    """Print a table on standard output; on a terminal it fits, anywhere else nothing is cut off.

    Parameters
    ----------
    cut : int
        The column that gives way where the terminal is too narrow, in the middle of what it says; where that
        is not enough, the last columns go.
    """
    from rich.cells import cell_len  # noqa: PLC0415  # a script that wants JSON does without
    from rich.console import Console  # noqa: PLC0415

    from .bars import shortened  # noqa: PLC0415

    console = Console(highlight=False)
    cells = [[printable(cell) for cell in row] for row in rows]
    lines = [list(headings), *cells]
    widths = [max(cell_len(line[number]) for line in lines) for number in range(len(headings))]
    if console.is_terminal:
        widths[cut] -= max(0, sum(widths) + 2 * (len(widths) - 1) - console.width)
        while widths[cut] < _NARROWEST and len(widths) > max(cut + 1, 2):
            widths[cut] += widths.pop() + 2
        widths[cut] = max(_NARROWEST, min(widths[cut], max(cell_len(line[cut]) for line in lines)))
        for line in lines:
            line[cut] = shortened(line[cut], widths[cut])
    for line in lines:
        # The last columns may be gone.
        padded = [cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=False)]
        click.echo("  ".join(padded).rstrip())
