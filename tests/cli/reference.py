"""Writes the commands and options of docs/cli.md: `python -m tests.cli.reference`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path

import click

from jupyter_bigupload.cli.exits import MEANINGS
from jupyter_bigupload.cli.main import cli

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "cli.md"
MARK = "<!-- Written by `python -m tests.cli.reference`; a test compares. -->\n"
_NAME = "jupyter bigupload"
_SHARED = frozenset(option.name for option in cli.commands["ls"].params)


def reference() -> str:
    """Return all commands with their options, and the exit codes, in Markdown."""
    lines = []
    for name, command in cli.commands.items():
        lines += ["", *_command(name, command)]
    lines += [
        "",
        "### Options of all of them",
        "",
        *_table(cli.commands["ls"], _SHARED),
    ]
    lines += ["", "### Exit codes", "", "| code | meaning |", "|--:|:--|"]
    lines += [f"| {int(code)} | {_cell(meaning)} |" for code, meaning in MEANINGS.items()]
    return "\n".join(lines) + "\n"


def _command(name: str, command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=f"{_NAME} {name}")
    usage = " ".join([context.info_name or "", *command.collect_usage_pieces(context)])
    yield from (f"### {name}", "", f"`{usage}`")
    for paragraph in (command.help or "").strip().split("\n\n"):
        yield from ("", re.sub(r"\s+", " ", paragraph).strip())
    own = {option.name for option in command.params} - _SHARED
    table = list(_table(command, own))
    if table:
        yield from ("", *table)


def _table(command: click.Command, names: AbstractSet[str | None]) -> Iterator[str]:
    options = [each for each in command.params if isinstance(each, click.Option) and each.name in names]
    if options:
        yield from ("| option | |", "|:--|:--|")
    for option in options:
        record = option.get_help_record(click.Context(command))
        assert record is not None
        written, meaning = record
        yield f"| `{_cell(written)}` | {_cell(meaning)} |"


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")


def main() -> None:
    """Write it into the document, in place of what stands there."""
    before, mark, _ = DOCUMENT.read_text("utf-8").partition(MARK)
    DOCUMENT.write_text(before + mark + reference(), "utf-8")


if __name__ == "__main__":
    main()
