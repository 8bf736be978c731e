"""What the commands of the benchmarks have in common: which tables, and where files are made."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

Tables = Mapping[str, Callable[..., str]]
"""What makes each table, by its name."""


def parser_of(prog: str, doc: str | None, tables: Tables) -> argparse.ArgumentParser:
    """Return a parser that knows the tables, each by the first line of its documentation."""
    firsts = {name: (table.__doc__ or "").partition("\n")[0] for name, table in tables.items()}
    listed = "\n".join(f"  {name:8} {first}" for name, first in firsts.items())
    parser = argparse.ArgumentParser(
        prog=prog,
        description=f"{doc}\n\ntables:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("tables", nargs="*", metavar="TABLE", help="which (all)")
    parser.add_argument(
        "--dir", type=Path, help="where files are made, and uploaded to (the system's temporary folder)"
    )
    return parser


def parsed(parser: argparse.ArgumentParser, tables: Tables) -> argparse.Namespace:
    """Return what the command line says; its tables are all where it names none."""
    options = parser.parse_args()
    options.tables = options.tables or list(tables)
    if unknown := set(options.tables) - set(tables):
        parser.error(f"no such table: {', '.join(sorted(unknown))}")
    return options
