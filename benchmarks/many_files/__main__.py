"""`python -m benchmarks.many_files`: measure many small files, and print the tables."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from ..buckets.store import open_store
from ..command import parsed, parser_of
from .base import Contender
from .buckets import BarePage, DroppedOnPanel
from .contenders import InLab, Program, Tar
from .limits import limits_table, measure_limits
from .measure import in_turns, scratch_folder
from .tables import rates
from .trees import Tree, create_tree

_KEYS = (
    "bigupload",
    "jupyterlab-drop",
    "jupyterlab-button",
    "tar",
    "bigupload-button",
    "python-client",
    "bigupload-direct",
    "bare-page",
)
_LIMITS_SIZE = 4000

Table = Callable[[argparse.Namespace, Path], str]
"""Measures in a folder what the command line asks for, and returns a table of Markdown."""


def main() -> None:
    """Measure what the command line asks for."""
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="bigupload-benchmark-", dir=options.dir))
    try:
        for table in options.tables:
            with scratch_folder(folder) as here:
                print(f"\n{TABLES[table](options, here)}\n", flush=True)
    finally:
        shutil.rmtree(folder)


def folder(options: argparse.Namespace, here: Path) -> str:
    """Upload a folder, beside JupyterLab's own upload, and tar."""
    tree = _tree(here, options, options.files, folders=options.folders)
    less = _tree(here, options, options.lab_files, folders=_fewer_folders(options))
    flat = _tree(here, options, options.lab_files)
    return _over_it(
        [
            InLab("bigupload", "BigUpload, the folder dropped", tree, ours=True, dropped=True),
            InLab("jupyterlab-drop", "JupyterLab's own, a folder dropped", less, ours=False, dropped=True),
            InLab("jupyterlab-button", "JupyterLab's own, files picked", flat, ours=False, dropped=False),
            Tar(tree),
        ],
        options,
        here,
    )


def singly(options: argparse.Namespace, here: Path) -> str:
    """Upload files picked side by side, by our button and by JupyterLab's."""
    tree = _tree(here, options, options.singles)
    return _over_it(
        [
            InLab("bigupload-button", "BigUpload's button", tree, ours=True, dropped=False),
            InLab("jupyterlab-button", "JupyterLab's upload button", tree, ours=False, dropped=False),
        ],
        options,
        here,
    )


def program(options: argparse.Namespace, here: Path) -> str:
    """Upload a folder with the Python client, beside the page."""
    tree = _tree(here, options, options.files, folders=options.folders)
    return _over_it(
        [
            Program(tree),
            InLab("bigupload", "BigUpload, the folder dropped", tree, ours=True, dropped=True),
            Tar(tree),
        ],
        options,
        here,
        whose="Python client",
    )


def bucket(options: argparse.Namespace, here: Path) -> str:
    """Upload a folder into a bucket, beside a bare page that puts its files there."""
    tree = _tree(here, options, options.files, folders=options.folders)
    with open_store(here, tree.bytes) as store:
        contenders = _chosen(
            [
                BarePage(tree, store),
                DroppedOnPanel("bigupload", "BigUpload, through the server", tree, store, direct=False),
                DroppedOnPanel("bigupload-direct", "BigUpload, direct", tree, store, direct=True),
            ],
            options,
        )
        runs = in_turns(contenders, options.turns, here)
    table = rates(contenders, runs, ratio="÷ the bare page", pair=lambda key: (key, BarePage.key))
    where = "in memory" if store.in_memory else "on the disk, beside the files"
    return f"{table}\n\nThe bucket's bytes are {where}."


def limits(options: argparse.Namespace, here: Path) -> str:
    """Upload very many files: the page's main thread, memory, and the waits of others."""
    count, apart = options.limits_files, not options.shared
    tree = create_tree(here / "plates", count, _LIMITS_SIZE, folders=options.folders)
    runs = [measure_limits(tree, here, apart=apart) for _ in range(options.limits_turns)]
    cores = "a core for the server and one for the browser" if apart else "all cores for both"
    return f"{count:,} files of {_LIMITS_SIZE:,} bytes, {cores}:\n\n{limits_table(runs)}"


TABLES: dict[str, Table] = {one.__name__: one for one in (folder, singly, program, bucket, limits)}


def _over_it(
    contenders: Sequence[Contender], options: argparse.Namespace, here: Path, *, whose: str = "BigUpload"
) -> str:
    """Measure those of the contenders that are asked for, and compare the first of them with each."""
    chosen = _chosen(contenders, options)
    runs = in_turns(chosen, options.turns, here)
    ours = contenders[0].key
    return rates(chosen, runs, ratio=f"{whose} ÷ it", pair=lambda key: (ours, key))


def _chosen(contenders: Sequence[Contender], options: argparse.Namespace) -> list[Contender]:
    return [one for one in contenders if one.key in options.contenders]


def _tree(here: Path, options: argparse.Namespace, count: int, *, folders: int = 0) -> Tree:
    return create_tree(Path(tempfile.mkdtemp(dir=here), "plates"), count, options.size, folders=folders)


def _fewer_folders(options: argparse.Namespace) -> int:
    """Return in how many folders JupyterLab's files are, so that as many are in each."""
    fewer: int = options.folders * options.lab_files // options.files
    return max(1, fewer)


def _options() -> argparse.Namespace:
    parser = parser_of("python -m benchmarks.many_files", __doc__, TABLES)
    add = parser.add_argument
    add("--turns", type=int, default=3, help="how often rates are measured (%(default)s)")
    add("--contenders", nargs="+", choices=_KEYS, default=_KEYS, help="which (all)")
    add("--files", type=int, default=10_000, help="files for folder and bucket (%(default)s)")
    add("--folders", type=int, default=100, help="folders that they are in (%(default)s)")
    add("--size", type=int, default=10_000, help="bytes of each but for limits (%(default)s)")
    add("--lab-files", type=int, default=1000, help="of them for JupyterLab's own (%(default)s)")
    add("--singles", type=int, default=1000, help="files for singly (%(default)s)")
    add("--limits-files", type=int, default=100_000, help="files for limits (%(default)s)")
    add("--limits-turns", type=int, default=1, help="how often limits are measured (%(default)s)")
    add("--shared", action="store_true", help="limits with all cores for server and browser together")
    return parsed(parser, TABLES)


if __name__ == "__main__":
    main()
