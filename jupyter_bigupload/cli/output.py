"""What the command prints: for people on two streams, or for scripts one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from .exits import Exit, code_of, hint_of
from .text import printable

if TYPE_CHECKING:
    from ..errors import BigUploadError


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

    def event(self, name: str, **fields: object) -> None:
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
            click.echo(printable(text), err=True)

    def note(self, text: str) -> None:
        """Print on standard error how far it is, for people and in the logs of scripts."""
        click.echo(printable(text), err=True)

    def problem(self, text: str, *, hint: str | None = None) -> None:
        """Print what went wrong and what to do about it, for people alone, and even the quiet ones."""
        if not self.as_json:
            click.echo(printable(text), err=True)
            if hint is not None:
                click.echo(f"  {printable(hint)}", err=True)

    def failure(self, error: BigUploadError, *, about: str | None = None, **fields: object) -> Exit:
        """Print an error, and return the exit code for it.

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
        self.problem(f"Error: {message}", hint=hint_of(error))
        return code_of(error)


def described(error: BigUploadError) -> Mapping[str, object]:
    """Return the JSON fields of an error, the same for all commands."""
    return {
        "reason": error.reason or None,
        "message": error.message,
        "status": error.status or None,
        "retryable": error.retryable,
    }


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, cut: int | None = None) -> None:
    """Print a table on standard output; on a terminal it fits, anywhere else nothing is cut off.

    Parameters
    ----------
    cut : int, optional
        The column that gives way where the terminal is too narrow, in the middle.
    """
    from rich.cells import cell_len  # noqa: PLC0415  # a script that wants JSON does without
    from rich.console import Console  # noqa: PLC0415

    from .bars import shortened  # noqa: PLC0415

    console = Console(highlight=False)
    cells = [[printable(cell) for cell in row] for row in rows]
    widths = [max(cell_len(row[number]) for row in [headings, *cells]) for number in range(len(headings))]
    if console.is_terminal and cut is not None:
        others = sum(widths) - widths[cut] + 2 * (len(headings) - 1)
        widths[cut] = max(8, min(widths[cut], console.width - others))
        for row in cells:
            row[cut] = shortened(row[cut], widths[cut])
    for row in [list(headings), *cells]:
        padded = [cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)]
        click.echo("  ".join(padded).rstrip())
