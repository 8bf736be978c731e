"""Folders of files that are one table: what belongs to it, and which values the folders' names tell."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import BinaryIO
from urllib.parse import unquote

from ..errors import NotATable
from .source import Source

#: Files of one table: each one's end is read before any of its rows.
MOST_FILES = 10_000
_ENDING = ".parquet"
#: How all writers call the folder of those rows that have no value.
_NULL = "__HIVE_DEFAULT_PARTITION__"


def is_visible(path: str) -> bool:
    """Return whether a file is data, by its path from the folder on.

    What writes datasets begins the names of everything else with a dot or an underscore.
    """
    return all(step and step[0] not in "._" for step in path.split("/"))


def check_file(path: str, count: int) -> None:
    """Check a file that is data, the `count`-th of its folder, from 1.

    Raises
    ------
    NotATable
        When it can't be one of a table's.
    """
    try:
        path.encode()
    except UnicodeEncodeError:
        raise NotATable(f"The name {path!r} is not in UTF-8.") from None
    if not path.endswith(_ENDING):
        raise NotATable(f"A folder is read as a table when all its files are Parquet, and {path!r} is not.")
    if count > MOST_FILES:
        raise NotATable(f"It has more than {MOST_FILES:,} files, which are too many for one table.")


def folder_source(name: str, files: Sequence[tuple[str, Source]]) -> Source:
    """Return a folder's files, which are data and were checked, as one.

    Parameters
    ----------
    name : str
        The folder's own name.
    files : Sequence
        Their paths from the folder on, and they themselves, in any order.

    Raises
    ------
    NotATable
        When there are none, or when their folders do not all tell values of the same columns.
    """
    if not files:
        raise NotATable("There are no Parquet files in this folder.")
    parts = sorted(files, key=lambda one: one[0])
    partition_names([path for path, _ in parts])
    digest = hashlib.sha256()
    for path, file in parts:
        for text in (path, file.state):
            digest.update(f"{len(text)} {text} ".encode())
    size = sum(file.size for _, file in parts)
    return Source(name, size, f"folder {digest.hexdigest()}", _is_folder, parts=parts)


def partition_names(paths: Sequence[str]) -> list[str]:
    """Return the names of the columns that the folders of these files tell.

    Raises
    ------
    NotATable
        When not all tell the same, or one is called otherwise than `name=value`.
    """
    first = [name for name, _ in partitions(paths[0])]
    for path in paths:
        if (names := [name for name, _ in partitions(path)]) != first:
            raise NotATable(
                f"Its folders do not tell the same columns: {paths[0]!r} has {first}, and {path!r} {names}."
            )
    return first


def partitions(path: str) -> list[tuple[str, str | None]]:
    """Return the names and values that the folders on the way to a file tell, decoded.

    Raises
    ------
    NotATable
        When one is called otherwise than `name=value`.
    """
    found = []
    for step in path.split("/")[:-1]:
        name, equals, value = step.partition("=")
        if not (name and equals):
            raise NotATable(f"A table's folders are called 'column=value', and one is called {step!r}.")
        found.append((_decoded(name), None if value == _NULL else _decoded(value)))
    return found


def _decoded(text: str) -> str:
    """Undo the percent-encoding of a text, where it is one."""
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text


def _is_folder() -> BinaryIO:
    raise NotATable("It is a folder, which is read as Parquet alone.")
