"""The operating system's errors as this package's, in one place."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator

from ..errors import BigUploadError, InvalidName, NoSpace, NotFound, ReadOnly, StorageFailed, TooLarge


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn the operating system's errors into ours, at the edge where they arise."""
    try:
        yield
    except OSError as error:
        raise as_ours(error) from error


def as_ours(error: OSError) -> BigUploadError:
    """Return our error for the operating system's."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return NoSpace("The disk, or your share of it, is full.")
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return ReadOnly("This folder can't be written to.")
        case errno.ENAMETOOLONG:
            return InvalidName("The path is too long for this disk.")
        case errno.EFBIG:
            return TooLarge("This disk can't hold so large a file.")
        case errno.ENOENT | errno.ENOTDIR | errno.ELOOP:
            return NotFound("The folder of this upload was removed.")
        case _:
            return StorageFailed(f"The disk answered: {error.strerror or error}.")
