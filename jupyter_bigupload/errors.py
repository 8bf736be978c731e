"""Everything that can go wrong, as one tree.

Each error has a stable code (`reason`), an HTTP status, and whether the same request may succeed later
without anyone doing anything (`retryable`). `http/base.py` turns them into JSON in one place;
docs/wire.md lists them.
"""

from __future__ import annotations

from typing import ClassVar


class BigUploadError(Exception):
    """The root of the tree.

    Parameters
    ----------
    message : str
        A sentence for a person.
    **details
        Further JSON fields of the answer, such as the current `offset`.
    """

    reason: ClassVar[str]
    status: ClassVar[int]
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def as_json(self) -> dict[str, object]:
        """Return the fields of the JSON answer."""
        return {
            "message": self.message,
            "reason": self.reason,
            "retryable": self.retryable,
            **self.details,
        }


class Malformed(BigUploadError):
    """A body, parameter or header that can't be read."""

    reason = "malformed"
    status = 400


class InvalidName(BigUploadError):
    """A file name that no folder can hold."""

    reason = "invalid_name"
    status = 400


class LengthMismatch(BigUploadError):
    """A body that is shorter or longer than its Content-Range says."""

    reason = "length_mismatch"
    status = 400
    retryable = True


class DigestMissing(BigUploadError):
    """A chunk without the digest that was agreed on when its upload was created."""

    reason = "digest_missing"
    status = 400


class DigestMismatch(BigUploadError):
    """The bytes that came are not those that the client digested."""

    reason = "digest_mismatch"
    status = 400
    retryable = True


class Unauthorized(BigUploadError):
    """Not logged in, or the XSRF token is missing."""

    reason = "unauthorized"
    status = 403


class Forbidden(BigUploadError):
    """Logged in, but not allowed."""

    reason = "forbidden"
    status = 403


class OutsideRoot(BigUploadError):
    """A path that leaves the root folder, by `..` or by a symbolic link."""

    reason = "outside_root"
    status = 403


class Hidden(BigUploadError):
    """A hidden name where hidden files are off."""

    reason = "hidden"
    status = 403


class ReadOnly(BigUploadError):
    """A folder that can't be written."""

    reason = "read_only"
    status = 403


class Refused(BigUploadError):
    """A pre-save hook of the contents manager refused the file."""

    reason = "refused"
    status = 403


class AccessDenied(BigUploadError):
    """The store does not let the server's credentials do this."""

    reason = "access_denied"
    status = 403


class CredentialsMissing(BigUploadError):
    """The server has no credentials for the store."""

    reason = "credentials_missing"
    status = 403


class CredentialsExpired(BigUploadError):
    """The server's credentials for the store are no longer valid."""

    reason = "credentials_expired"
    status = 403


class NotFound(BigUploadError):
    """No such upload, or no longer."""

    reason = "not_found"
    status = 404


class FolderMissing(BigUploadError):
    """The target's folder is not there."""

    reason = "folder_missing"
    status = 404


class BucketMissing(BigUploadError):
    """The destination's bucket or container is not there, or no store at its address."""

    reason = "bucket_missing"
    status = 404


class Exists(BigUploadError):
    """The target's name is taken."""

    reason = "exists"
    status = 409


class OffsetMismatch(BigUploadError):
    """A chunk that does not start where the bytes so far end."""

    reason = "offset_mismatch"
    status = 409
    retryable = True


class RangeOverlap(BigUploadError):
    """A chunk of which a part, but not all, is there already."""

    reason = "range_overlap"
    status = 409
    retryable = True


class Incomplete(BigUploadError):
    """Completion was asked for while ranges are missing."""

    reason = "incomplete"
    status = 409
    retryable = True


class CompositeMismatch(BigUploadError):
    """The client's chunk digests, taken together, are not the server's."""

    reason = "composite_mismatch"
    status = 409


class NotReceiving(BigUploadError):
    """The upload's state does not allow what was asked."""

    reason = "not_receiving"
    status = 409
    retryable = True


class TooLarge(BigUploadError):
    """The file is over the administrator's limit."""

    reason = "too_large"
    status = 413


class UnsupportedEncoding(BigUploadError):
    """A body in a content coding, whose bytes are not the file's."""

    reason = "unsupported"
    status = 415


class Locked(BigUploadError):
    """Someone else is writing these bytes now."""

    reason = "locked"
    status = 423
    retryable = True


class StorageFailed(BigUploadError):
    """The disk answered with an error of its own."""

    reason = "storage_failed"
    status = 500
    retryable = True


class Checking(BigUploadError):
    """What is there of the file is being read back; the same request is answered once that is over."""

    reason = "checking"
    status = 503
    retryable = True


class FolderUnavailable(BigUploadError):
    """The folder in which an upload was begun is not where it was: renamed, unmounted, or replaced."""

    reason = "folder_unavailable"
    status = 503
    retryable = True


class SlowDown(BigUploadError):
    """The store wants fewer requests."""

    reason = "slow_down"
    status = 503
    retryable = True


class StoreUnreachable(BigUploadError):
    """The store gave no answer, or one that says to come back later."""

    reason = "store_unreachable"
    status = 503
    retryable = True


class Unsupported(BigUploadError):
    """Something that this server's set-up can't do."""

    reason = "unsupported"
    status = 501


class NoSpace(BigUploadError):
    """The disk or the quota is full."""

    reason = "no_space"
    status = 507


class QuotaExceeded(BigUploadError):
    """All unfinished uploads together would be over the administrator's limit."""

    reason = "quota_exceeded"
    status = 507
