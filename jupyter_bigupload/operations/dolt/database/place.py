"""Where a database of the home folder is, for a library that wants a path.

The folder is reached as all others are, through no link that leaves the home folder, and the file itself may
be no link. doltlite opens it by its path all the same, and makes two files beside it (a lock of its own, and
a new file when it collects garbage). So somebody who exchanges a folder on the way for a link in just that
moment could lead it elsewhere: that takes another process of the same person's, which can open that file
anyway.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ....destinations import HOME
from ....disk.errors import translated
from ....disk.folders import Folder, open_folder
from ....disk.paths import locate
from ....errors import NotADatabase, NotFound, OutsideRoot, Unsupported
from ...job import Job
from .database import require_database
from .leftovers import new_file
from .locking import lock_of


@dataclass(frozen=True)
class DatabaseFile:
    """A database of the home folder.

    Parameters
    ----------
    path : Path
        Where it is.
    shown : str
        The same, from the home folder.
    created : bool
        Whether it was made just now, and is empty.
    """

    path: Path
    shown: str
    created: bool


@contextlib.contextmanager
def database_file(root: Path, path: str, *, makes: bool = False) -> Iterator[DatabaseFile]:
    """Find a database, or make an empty file that becomes one; what was made goes if the block raises.

    Parameters
    ----------
    root : Path
        The home folder, as it really is (`Path.resolve`).

    Raises
    ------
    NotFound
        When there is none, and none is made.
    NotADatabase
        When it is another file, or a link.
    InvalidName, OutsideRoot, FolderMissing, ReadOnly, NoSpace, StorageFailed
        As `locate` and the disk have it.
    """
    place = locate(root, path)
    with translated(), open_folder(root, place.folder) as folder:
        there = root / place.folder
        if not os.path.samestat(there.stat(), os.fstat(folder.fd)):
            raise OutsideRoot("The folder of the database was exchanged for another just now.")
        created = _found(folder, place.name, makes=makes)
        found = DatabaseFile(there / place.name, place.path, created)
        require_database(found.path)
        try:
            yield found
        except BaseException:
            if created:
                remove_database(found.path, folder)
            raise


def remove_database(path: Path, folder: Folder | None = None) -> None:
    """Remove a database that has nothing in it, with the files beside it."""
    for name in (path.name, f".{path.name}-lock", lock_of(path).name, new_file(path).name):
        if folder is None:
            path.with_name(name).unlink(missing_ok=True)
        else:
            folder.unlink(name)


def own_database(job: Job) -> contextlib.AbstractContextManager[DatabaseFile]:
    """Find the database that an operation is about.

    Raises
    ------
    Unsupported
        When it is not in the home folder.
    BigUploadError
        As `database_file`.
    """
    if job.operation.new.destination != HOME:
        raise Unsupported("A database has to be in the home folder: nothing can write to one in a bucket.")
    return database_file(job.root, job.path)


def _found(folder: Folder, name: str, *, makes: bool) -> bool:
    """Check that a name is a file's; return whether it had to be made."""
    try:
        mode = folder.stat(name).st_mode
    except FileNotFoundError:
        if not makes:
            raise NotFound(f"There is no database {name!r}.") from None
        os.close(folder.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        folder.sync()
        return True
    if not stat.S_ISREG(mode):
        raise NotADatabase(f"{name!r} is a folder, a link, or another file that can be no database.")
    return False
