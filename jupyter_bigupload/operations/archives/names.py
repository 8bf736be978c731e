"""Names in archives: which of them a folder may get, and how they are shown to people."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from ...disk.paths import NAME_MAX
from ...errors import DamagedArchive, UnsafeArchive

#: Longest path and longest target of a link, bytes (PATH_MAX).
PATH_MAX = 4096
#: What is shown of a name.
_SHOWN = 80
_DRIVE = re.compile("[A-Za-z]:")


def segments_of(path: str, most_depth: int) -> Sequence[str]:
    """Return the names on the way of an entry's path; none for the folder itself.

    Raises
    ------
    UnsafeArchive
        When it leads out of the folder, on some system or other, or no folder can hold it.
    """
    if "\0" in path:
        raise refused(path, "has a NUL character in its name.")
    if "\\" in path:
        raise refused(path, "has a backslash in its name, which some systems take for a slash.")
    if path.startswith("/"):
        raise refused(path, "has an absolute path, outside the folder.")
    segments = [segment for segment in path.split("/") if segment and segment != "."]
    if ".." in segments:
        raise refused(path, "leaves the folder with '..'.")
    if segments and _DRIVE.match(segments[0]):
        raise refused(path, "begins with the letter of a drive, outside the folder.")
    if len(segments) > most_depth:
        raise refused(path, f"is more than {most_depth} folders deep.")
    try:
        length = len(path.encode())
    except UnicodeEncodeError:
        raise refused(path, "has characters in its name that are no Unicode text.") from None
    if length > PATH_MAX:
        raise refused(path, f"has a path of {length} bytes; {PATH_MAX} is the most.")
    if length > NAME_MAX and max(len(segment.encode()) for segment in segments) > NAME_MAX:
        raise refused(path, f"has a name of more than {NAME_MAX} bytes.")
    return segments


def require_target_inside(path: str, segments: Sequence[str], target: str) -> None:
    """Check that a symbolic link stays in the folder, whatever other links are in it.

    Its `..` may only be at the beginning, where they lead through real folders: behind a name, which may be
    another link, nobody knows where they lead.

    Raises
    ------
    UnsafeArchive
        When it does not.
    """
    if not target or "\0" in target or len(target.encode("utf-8", "surrogatepass")) > PATH_MAX:
        raise refused(path, "is a link to a path that can't be.")
    steps = [step for step in target.split("/") if step and step != "."]
    up = next((index for index, step in enumerate(steps) if step != ".."), len(steps))
    inside = not target.startswith("/") and up < len(segments) and ".." not in steps[up:]
    if not inside or "\\" in target or (steps and _DRIVE.match(steps[0])):
        raise refused(path, f"is a link that may leave the folder: {shown(target)}.")


def refused(path: str, why: str) -> UnsafeArchive:
    """Return the error for an entry that can't be made safely; `why` goes on after its name."""
    return UnsafeArchive(f"The archive is refused: {shown(path)} {why}", entry=shown(path))


def damaged(path: str, why: str) -> DamagedArchive:
    """Return the error for an entry that can't be read; `why` goes on after its name."""
    return DamagedArchive(f"The archive is damaged: {shown(path)} {why}", entry=shown(path))


def shown(path: str) -> str:
    """Return a name in quotes, without characters that could deceive a reader, and not too long."""
    if len(path) > _SHOWN:
        path = f"{path[: _SHOWN // 2]}…{path[-_SHOWN // 2 :]}"
    return f"'{''.join(map(_plain, path))}'"


def _plain(character: str) -> str:
    if character.isprintable() and unicodedata.category(character) != "Mn":
        return character
    return character.encode("unicode_escape").decode()
