"""With what the command ends: a number for scripts, and words that say what to do next."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..errors import BigUploadError


class Exit(IntEnum):
    """The exit codes, which scripts may rely on."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NO_SERVER = 3
    NO_LOGIN = 4
    INTERRUPTED = 130
    TERMINATED = 143


#: What each means, for the help and docs/cli.md.
MEANINGS = {
    Exit.DONE: "everything that was asked for is done",
    Exit.FAILED: "something could not be done: a name was taken, a disk is full, a file can't be read …",
    Exit.USAGE: "the command was called in a way that it does not know",
    Exit.NO_SERVER: "no server was found, it can't be reached, or it has no jupyter_bigupload",
    Exit.NO_LOGIN: "the server does not know this token, or wants one",
    Exit.INTERRUPTED: "interrupted with Ctrl-C; what is said on the way out goes on with it",
    Exit.TERMINATED: "ended by a signal (SIGTERM), as with Ctrl-C",
}

_LOGIN_STATUS = frozenset({401, 403})
_REDIRECTS = range(300, 400)

_ROOM = "Make room on the server; what has arrived is kept, and the same command goes on with it."
_HINTS = {
    "server_not_found": "For example: --url http://localhost:8888/",
    "unreachable": "Is the server running, and is its address right (--url)? What has arrived is kept: "
    "the same command goes on with it.",
    "unauthorized": "Set JUPYTER_TOKEN, or use --token-file. `jupyter server list` shows the token of one "
    "that runs here; with JupyterHub, make one at its /hub/token.",
    "exists": "Choose --on-conflict replace, or --on-conflict rename to keep both.",
    "not_found": "`jupyter bigupload ls` shows the uploads that there are.",
    "locked": "Somebody else is sending it at this moment; try again later.",
    "no_space": _ROOM,
    "quota_exceeded": _ROOM,
    "file_changed": "Run the same command again: it starts anew with the file as it is now.",
    "folder_unavailable": "Is the folder's disk connected to the server? Try again later.",
    "read_only": "Choose another place with --to.",
    "access_denied": "Choose another place with --to.",
    "bucket_missing": "`jupyter bigupload destinations --check` shows where files can go.",
}


def hint_of(error: BigUploadError) -> str | None:
    """Return what a person can do about an error, if anything is known."""
    if code_of(error) is Exit.NO_LOGIN:
        return _HINTS["unauthorized"]
    if _is_no_extension(error):
        return "Is jupyter_bigupload installed there, and is the address that of the server itself (--url)?"
    return _HINTS.get(error.reason)


def code_of(error: BigUploadError) -> Exit:
    """Return the exit code for an error."""
    reason, status = error.reason, error.status
    if reason == "unauthorized" or (not reason and (status in _LOGIN_STATUS or status in _REDIRECTS)):
        # An answer of Jupyter's own, or of a hub before it, which sends people to its page for that.
        return Exit.NO_LOGIN
    if reason in {"server_not_found", "unreachable"} or not reason:
        return Exit.NO_SERVER
    return Exit.FAILED


def _is_no_extension(error: BigUploadError) -> bool:
    return not error.reason and code_of(error) is Exit.NO_SERVER
