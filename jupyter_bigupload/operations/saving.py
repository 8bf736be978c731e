"""Files that operations save, by the upload service: hidden until whole, verified, durable.

What a worker leaves behind that dies, or that a network failed, is an unfinished upload like any other; who
saves the same bytes in the same place again goes on with it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from ..errors import (
    BigUploadError,
    Changed,
    ChecksumMismatch,
    Exists,
    Locked,
    NotFound,
    NotReceiving,
    RemoteChanged,
    TooLarge,
    Unsupported,
)
from ..stores.base import OnConflict
from ..stores.retries import retried
from ..uploads import NewUpload, Saved, Upload, UploadService
from ..uploads.model import SERVER_SENT
from .file_upload import FileUpload, Read, Told, checked

#: What saving the same again would only meet again; what came is of no use then.
_FINAL = (Exists, Changed, RemoteChanged, ChecksumMismatch, TooLarge, Unsupported)

#: Seconds before it is tried again to begin what somebody holds: a worker that is about to end, perhaps.
_PAUSES = (0.2, 0.5, 1.0, 2.0)


class NoHooks:
    """What a worker tells of files: nothing. The server tells Jupyter of what an operation has made."""

    def looks_before(self, _destination: str) -> bool:
        """Return False."""
        return False

    async def before_commit(self, _saved: Saved) -> None:
        """Refuse nothing."""

    async def after_commit(self, _saved: Saved) -> None:
        """Tell nobody."""

    async def after_removal(self, _destination: str, _path: str) -> None:
        """Tell nobody."""


@dataclass(frozen=True)
class NewFile:
    """A file that an operation is to save.

    Parameters
    ----------
    destination, path : str
        Where to.
    size : int or None
        Bytes; None where nobody knows.
    on_conflict : OnConflict
        What to do if the name is taken.
    source : Sequence[str]
        What tells its bytes from all others: where they are from, and in which state (an etag).
    last_modified : int or None
        Milliseconds since 1970.
    """

    destination: str
    path: str
    size: int | None
    on_conflict: OnConflict
    source: Sequence[str]
    last_modified: int | None = None

    @property
    def upload_id(self) -> str:
        """The id of its upload: the same for whoever saves the same bytes in the same place."""
        what = [self.destination, self.path, self.size, self.on_conflict.value, *self.source]
        return SERVER_SENT + hashlib.sha256(json.dumps(what).encode()).hexdigest()[:32]


class FileSaver:
    """Saves files for one operation.

    Parameters
    ----------
    begun : Callable
        Writes down which uploads are under way, before they are, for whoever finds this process dead.
    most_bytes : int
        The longest file.
    alive : Callable
        Called now and then while bytes that are there are read back.
    """

    def __init__(
        self,
        uploads: UploadService,
        begun: Callable[[Sequence[str]], None],
        *,
        most_bytes: int,
        alive: Callable[[], None] = lambda: None,
    ) -> None:
        self._uploads = uploads
        self._begun = begun
        self._most_bytes = most_bytes
        self._alive = alive
        self._under_way: dict[str, None] = {}

    @contextlib.asynccontextmanager
    async def upload(self, new: NewFile) -> AsyncIterator[FileUpload]:
        """Begin to save a file, or go on with it; within the block its bytes come, and it is completed.

        When the block is left by an error behind which it is of no use to go on, what came is removed.

        Raises
        ------
        TooLarge
            When it is longer than an operation may write.
        Exists, Locked, BigUploadError
            As `UploadService.create` and the methods of `FileUpload`.
        """
        if new.size is not None and new.size > self._most_bytes:
            raise TooLarge(f"An operation may write {self._most_bytes} bytes.", limit=self._most_bytes)
        upload_id = new.upload_id
        # One that is done was saved by an operation that died before it could say so; since then its file may
        # have become another. It is forgotten first, so that nobody takes it for ours if this process dies.
        await retried(lambda: self._uploads.forget_if_done(upload_id), on=Locked, pauses=_PAUSES)
        self._note(upload_id, is_under_way=True)
        wanted = NewUpload(new.path, new.size, new.destination, new.last_modified, new.on_conflict)
        verified = self._uploads.verified_by(new.destination)
        try:
            upload = await retried(
                lambda: self._uploads.create(wanted, upload_id=upload_id, repeatable=True),
                on=Locked,
                pauses=_PAUSES,
            )
            if upload.received.total:  # the machine may have been started anew since
                upload = await checked(lambda: self._uploads.status(upload_id), self._alive)
            yield FileUpload(self._uploads, upload, next(iter(verified), None), self._alive)
        except BaseException as error:
            if isinstance(error, _FINAL) or not isinstance(error, BigUploadError):
                # What can't be removed now goes with the operation's record, or expires.
                with contextlib.suppress(BigUploadError):
                    await abort(self._uploads, upload_id)
            raise
        self._note(upload_id, is_under_way=False)

    async def save(self, new: NewFile, read: Read, progress: Told, *, at_once: int = 1) -> Upload:
        """Save a file of known size, from wherever an earlier try was, and return its upload.

        Parameters
        ----------
        progress : Callable
            Told how many more bytes have come; first those that were there.
        at_once : int
            Ranges that are read and written at the same time.

        Raises
        ------
        BigUploadError
            As `upload`, or whatever `read` or `progress` raise.
        """
        async with self.upload(new) as file:
            progress(file.received)
            await file.write_missing(read, progress, at_once=at_once)
            return await file.complete()

    def _note(self, upload_id: str, *, is_under_way: bool) -> None:
        if is_under_way:
            self._under_way[upload_id] = None
            self._begun(list(self._under_way))
        else:
            # What is no more is not written down: to abort it once more would do nothing.
            self._under_way.pop(upload_id, None)


async def abort(uploads: UploadService, upload_id: str) -> None:
    """Remove what came of an upload, if it is not complete."""
    with contextlib.suppress(NotFound, NotReceiving):
        await uploads.abort(upload_id)
