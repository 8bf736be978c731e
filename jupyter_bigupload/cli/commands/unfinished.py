"""The uploads that are not finished: which one a person means, and of which file here it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ...client import Client, Upload

#: Characters of an id that are shown, if that many tell all apart.
_SHORTEST = 8


def short_ids(uploads: Sequence[Upload]) -> Mapping[str, str]:
    """Return for each id as many of its first characters as tell it from all others."""
    ids = [upload.id for upload in uploads]
    length = _SHORTEST
    while len({each[:length] for each in ids}) < len(set(ids)):
        length += 1
    return {each: each[:length] for each in ids}


def chosen(uploads: Sequence[Upload], beginning: str) -> Upload:
    """Return the upload whose id begins so.

    Raises
    ------
    click.ClickException
        When there is none, or more than one.
    """
    found = [upload for upload in uploads if upload.id.startswith(beginning)] if beginning else []
    exact = [upload for upload in found if upload.id == beginning]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if found:
        raise click.BadParameter(f"{len(found)} uploads begin with {beginning!r}; give more of the id.")
    raise click.BadParameter(f"there is no unfinished upload {beginning!r}; ls shows those that there are.")


def local_file_of(upload: Upload, folders: Sequence[Path]) -> Path | None:
    """Return the file here that an upload is of: same name, size and time of change, in one of the folders.

    Of `data/raw/run7.h5` it may be `data/raw/run7.h5`, `raw/run7.h5` or `run7.h5` there.
    """
    for path in _candidates(upload.path, folders):
        try:
            found = path.stat()
        except (OSError, ValueError):
            continue
        modified = found.st_mtime_ns // 1_000_000
        if path.is_file() and (found.st_size, modified) == (upload.size, upload.last_modified):
            return path
    return None


def _candidates(path: str, folders: Sequence[Path]) -> Iterator[Path]:
    parts = [part for part in path.split("/") if part not in {"", ".", ".."}]
    for folder in folders:
        for start in range(len(parts)):
            yield folder.joinpath(*parts[start:])


def all_of(client: Client) -> Sequence[Upload]:
    """Return all unfinished uploads, the oldest first."""
    return list(client.uploads())
