"""What the client raises: the errors that the server names, and a few that only a client can have.

Those of the server are the classes of `jupyter_bigupload.errors`, by the `reason` of an answer
(docs/wire.md, "Errors").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..errors import BigUploadError
from .model import Saved

#: What an answer without our JSON means, by its status; anything from 500 on may pass by itself.
_RETRYABLE_STATUS = {408, 425, 429}
_FIRST_SERVER_ERROR = 500


class ServerNotFound(BigUploadError, reason="server_not_found", status=0):
    """No server was named, and none that runs could be found."""


class Unreachable(BigUploadError, reason="unreachable", status=0, retryable=True):
    """The server gave no answer, or the connection broke again and again."""


class FileChanged(BigUploadError, reason="file_changed", status=0):
    """A file is not what it was when its upload began; nothing of it was kept."""


class UnreadableFile(BigUploadError, reason="unreadable_file", status=0):
    """A file or folder of this computer can't be read, or has a name that no server can be told."""


class UploadsFailed(BigUploadError, reason="uploads_failed", status=0):
    """Some files of several could not be uploaded; all others are there.

    Parameters
    ----------
    failed : Mapping[str, BigUploadError]
        Why, by the path of each.
    saved : Sequence
        All others.
    """

    def __init__(self, failed: Mapping[str, BigUploadError], saved: Sequence[Saved]) -> None:
        first, error = next(iter(failed.items()))
        more = f", and {len(failed) - 1} more files" if len(failed) > 1 else ""
        super().__init__(f"{first}: {error}{more}")
        self.failed = dict(failed)
        self.saved = list(saved)


class UnknownError(BigUploadError, reason="unknown", status=0):
    """An answer that is none of the service's own: of a proxy before it, or of a newer server."""

    def __init__(self, message: str, *, reason: str, status: int, retryable: bool, **details: object) -> None:
        super().__init__(message, **details)
        # Of this one answer, where other classes have the same for all.
        self.reason = reason  # type: ignore[misc]  # as above
        self.status = status  # type: ignore[misc]  # as above
        self.retryable = retryable  # type: ignore[misc]  # as above


def error_of(status: int | None, fields: object) -> BigUploadError:
    """Return the error that an answer, or one of the outcomes in it, tells of.

    Parameters
    ----------
    status : int or None
        HTTP status; None where it is of a whole answer.
    fields : object
        The JSON of its body; anything but an object with a `reason` is not the service's own.
    """
    status = status or 0
    if not isinstance(fields, dict) or not isinstance(fields.get("reason"), str):
        retryable = status >= _FIRST_SERVER_ERROR or status in _RETRYABLE_STATUS
        return UnknownError(
            f"The server, or something before it, answered with status {status}.",
            reason="",
            status=status,
            retryable=retryable,
        )
    try:
        return BigUploadError.parse({**fields, "status": status or None})
    except ValueError:
        known = {"message", "reason", "retryable"}
        return UnknownError(
            str(fields.get("message") or fields["reason"]),
            reason=fields["reason"],
            status=status,
            retryable=bool(fields.get("retryable")),
            **{str(name): value for name, value in fields.items() if name not in known},
        )
