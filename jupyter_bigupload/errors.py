"""Everything that can go wrong, as one tree.

Each error has a stable code (`reason`), an HTTP status, and whether the same request may succeed later
without anyone doing anything (`retryable`). `http/base.py` turns them into JSON in one place;
docs/wire.md lists them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar


class BigUploadError(Exception):
    """The root of the tree. A class of it says its reason, its HTTP status, and whether to retry.

    Parameters
    ----------
    message : str
        A sentence for a person.
    **details
        Further JSON fields of the answer, such as the current `offset`.
    """

    reason: ClassVar[str]
    status: ClassVar[int]
    retryable: ClassVar[bool]

    def __init_subclass__(cls, *, reason: str, status: int, retryable: bool = False) -> None:
        cls.reason, cls.status, cls.retryable = reason, status, retryable

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    @classmethod
    def parse(cls, fields: Mapping[str, object]) -> BigUploadError:
        """Return the error that `as_json` returned the fields of, in another process.

        Where they say no `status`, that of the first class with this reason is taken.

        Raises
        ------
        ValueError
            When there is none.
        """
        details = {name: value for name, value in fields.items() if name not in _OWN_FIELDS}
        for one in _subclasses(BigUploadError):
            if one.reason == fields["reason"] and fields.get("status") in {None, one.status}:
                return one(str(fields["message"]), **details)
        raise ValueError(f"there is no error {fields['reason']!r}")

    def as_json(self) -> dict[str, object]:
        """Return the fields of the JSON answer."""
        return {
            "message": self.message,
            "reason": self.reason,
            "retryable": self.retryable,
            **self.details,
        }


#: The fields of each error's JSON; a process that passes an error on says its status too.
_OWN_FIELDS = {"message", "reason", "retryable", "status"}


def _subclasses(error: type[BigUploadError]) -> Iterator[type[BigUploadError]]:
    for one in error.__subclasses__():
        yield one
        yield from _subclasses(one)


class Malformed(BigUploadError, reason="malformed", status=400):
    """A body, parameter or header that can't be read."""


class InvalidName(BigUploadError, reason="invalid_name", status=400):
    """A file name that no folder can hold."""


class LengthMismatch(BigUploadError, reason="length_mismatch", status=400, retryable=True):
    """A body that is shorter or longer than its Content-Range says."""


class InconsistentSize(BigUploadError, reason="inconsistent_size", status=400):
    """An upload whose bytes go beyond its size, or whose size is not the one that was said before."""


class DigestMissing(BigUploadError, reason="digest_missing", status=400):
    """A chunk without the digest that was agreed on when its upload was created."""


class DigestMismatch(BigUploadError, reason="digest_mismatch", status=400, retryable=True):
    """The bytes that came are not those that the client digested."""


class Unauthorized(BigUploadError, reason="unauthorized", status=403):
    """Not logged in, or the XSRF token is missing."""


class Forbidden(BigUploadError, reason="forbidden", status=403):
    """Logged in, but not allowed."""


class OutsideRoot(BigUploadError, reason="outside_root", status=403):
    """A path that leaves the root folder, by `..` or by a symbolic link."""


class Hidden(BigUploadError, reason="hidden", status=403):
    """A hidden name where hidden files are off."""


class ReadOnly(BigUploadError, reason="read_only", status=403):
    """A folder that can't be written."""


class Refused(BigUploadError, reason="refused", status=403):
    """A pre-save hook of the contents manager refused the file."""


class AccessDenied(BigUploadError, reason="access_denied", status=403):
    """The store does not let the server's credentials do this."""


class AddressRefused(BigUploadError, reason="address_refused", status=403):
    """A link to where nothing may be fetched from: a private address, a scheme, a port, a host."""


class CredentialsMissing(BigUploadError, reason="credentials_missing", status=403):
    """The server has no credentials for the store."""


class CredentialsExpired(BigUploadError, reason="credentials_expired", status=403):
    """The server's credentials for the store are no longer valid."""


class NotFound(BigUploadError, reason="not_found", status=404):
    """No such upload, or no longer."""


class FolderMissing(BigUploadError, reason="folder_missing", status=404):
    """The target's folder is not there."""


class BucketMissing(BigUploadError, reason="bucket_missing", status=404):
    """The destination's bucket or container is not there, or no store at its address."""


class Exists(BigUploadError, reason="exists", status=409):
    """The target's name is taken."""


class OffsetMismatch(BigUploadError, reason="offset_mismatch", status=409, retryable=True):
    """A chunk that does not start where the bytes so far end."""


class RangeOverlap(BigUploadError, reason="range_overlap", status=409, retryable=True):
    """A chunk of which a part, but not all, is there already."""


class Incomplete(BigUploadError, reason="incomplete", status=409, retryable=True):
    """Completion was asked for while ranges are missing."""


class CompositeMismatch(BigUploadError, reason="composite_mismatch", status=409):
    """The client's chunk digests, taken together, are not the server's."""


class ChecksumMismatch(BigUploadError, reason="checksum_mismatch", status=409):
    """A whole file does not have the checksum that a person, its client or the site of a link gave."""


class RemoteChanged(BigUploadError, reason="remote_changed", status=409):
    """A link leads to another file than when it was looked at, so that its parts don't belong together."""


class CopyDiffers(BigUploadError, reason="copy_differs", status=409):
    """A copy is not what it was made of, when both are looked at again; the original stays."""


class CopiedInPart(BigUploadError, reason="copied_in_part", status=409):
    """Some files of a folder could not be copied; all others were."""


class RejectsFound(BigUploadError, reason="rejects_found", status=409):
    """Rows of a file do not fit the types of its recipe, and none may be left out."""


class Uncommitted(BigUploadError, reason="uncommitted", status=409):
    """A database with changes of a person's own that are in no commit."""


class BranchMoved(BigUploadError, reason="branch_moved", status=409):
    """A database with commits since an import began that can't be merged with it."""


class ImportDiffers(BigUploadError, reason="import_differs", status=409):
    """What a database has of an import, when it is read back, is not what was sent; it was undone."""


class NotReceiving(BigUploadError, reason="not_receiving", status=409, retryable=True):
    """The upload's state does not allow what was asked."""


class NotOver(BigUploadError, reason="not_over", status=409):
    """An operation that is under way can't be forgotten."""


class Changed(BigUploadError, reason="changed", status=412):
    """A file that is no longer what it was when its reader began, or was told of it."""


class WrongVersion(BigUploadError, reason="wrong_version", status=412):
    """A request of a protocol in a version that this server does not speak."""


class TooLarge(BigUploadError, reason="too_large", status=413):
    """The file is over the administrator's limit."""


class ArchiveTooLarge(BigUploadError, reason="archive_too_large", status=413):
    """More comes out of an archive, or more names, than is allowed."""


class RangeNotSatisfiable(BigUploadError, reason="range_not_satisfiable", status=416):
    """A range of a download that has none of its bytes."""


class UnsupportedEncoding(BigUploadError, reason="unsupported", status=415):
    """A body in a content coding, whose bytes are not the file's."""


class WrongMediaType(BigUploadError, reason="wrong_media_type", status=415):
    """A body whose Content-Type says that it is not what it is sent for."""


class NotATable(BigUploadError, reason="not_a_table", status=415):
    """A file in which nothing that is known here finds a table."""


class UnsafeArchive(BigUploadError, reason="unsafe_archive", status=422):
    """An archive with an entry that can't be made safely: outside the folder, a device, a name twice."""


class DamagedArchive(BigUploadError, reason="damaged_archive", status=422):
    """An archive that ends early, whose checksums differ, or that contradicts itself."""


class NotADatabase(BigUploadError, reason="not_a_database", status=422):
    """A file that is no database with a history, or one that is damaged."""


class RowsRefused(BigUploadError, reason="rows_refused", status=422):
    """Rows that a table can't take: of other columns or types, or with keys that are missing or taken."""


class Locked(BigUploadError, reason="locked", status=423, retryable=True):
    """Someone else is writing these bytes now."""


class RowsLost(BigUploadError, reason="rows_lost", status=500):
    """What was made of a table is not what was read, so that nothing of it is kept."""


class StorageFailed(BigUploadError, reason="storage_failed", status=500, retryable=True):
    """The disk answered with an error of its own."""


class RemoteRefused(BigUploadError, reason="remote_refused", status=502):
    """A site does not give the file, or only in a way in which nobody could tell that it is whole."""


class RemoteFailed(BigUploadError, reason="remote_failed", status=502, retryable=True):
    """A site gave no answer, broke the connection again and again, or asks to come back later."""


class Checking(BigUploadError, reason="checking", status=503, retryable=True):
    """What is there of the file is being read back; the same request is answered once that is over."""


class FolderUnavailable(BigUploadError, reason="folder_unavailable", status=503, retryable=True):
    """The folder in which an upload was begun is not where it was: renamed, unmounted, or replaced."""


class SlowDown(BigUploadError, reason="slow_down", status=503, retryable=True):
    """The store wants fewer requests."""


class StoreUnreachable(BigUploadError, reason="store_unreachable", status=503, retryable=True):
    """The store gave no answer, or one that says to come back later."""


class Unsupported(BigUploadError, reason="unsupported", status=501):
    """Something that this server's set-up can't do."""


class ExtraMissing(BigUploadError, reason="extra_missing", status=501):
    """Something has to be installed first; `install` says how."""


class ProcessFailed(BigUploadError, reason="process_failed", status=500, retryable=True):
    """The process that answers questions about tables can't be started, or died."""


class TooSlow(BigUploadError, reason="too_slow", status=504, retryable=True):
    """No answer in the time that one may take."""


class NoSpace(BigUploadError, reason="no_space", status=507):
    """The disk or the quota is full."""


class QuotaExceeded(BigUploadError, reason="quota_exceeded", status=507):
    """All unfinished uploads together would be over the administrator's limit."""
