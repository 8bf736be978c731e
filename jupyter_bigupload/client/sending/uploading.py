"""Files and folders of this computer to a server: small ones in batches, large ones as uploads."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Any

from ...digests import ALGORITHMS, DEFAULT
from ...errors import BigUploadError, Exists, FolderMissing, NotFound, Unsupported
from ..errors import FileChanged
from ..model import HOME, OnProgress, Saved
from ..upload import Upload
from ..wire.retrying import Stopped
from ..wire.server import UPLOADS, Server
from .batches import LARGEST, Outcome, batches_of, make_folders, send_batch
from .entries import Entries, Entry
from .file_sender import send_file
from .local_file import LocalFile
from .meter import FileMeter, Meter
from .transfer import Transfer

#: Batches, and large files, that are on their way at once.
_BATCHES = 3
_FILES = 3
#: Seconds between two looks at whether the server has digested a file.
_PAUSE = 0.5


class Uploading:
    """One call of `Client.upload`, for files and folders.

    Parameters
    ----------
    parallel : int
        Requests of one large file at once.
    """

    def __init__(
        self,
        server: Server,
        *,
        destination: str,
        on_conflict: str,
        parallel: int,
        progress: OnProgress | None,
    ) -> None:
        self._server = server
        self._destination = destination
        self._on_conflict = on_conflict
        self._parallel = parallel
        self._progress = progress
        self._stop = threading.Event()
        self._transfers: set[threading.Event] = set()
        self._outcomes: dict[Entry, Outcome] = {}

    def run(self, found: Entries) -> tuple[list[Saved], dict[str, BigUploadError]]:
        """Upload all that was found; return the files that are there, and why others are not."""
        failed = dict(found.failed)
        if found.folders:
            refused = make_folders(self._server, self._destination, found.folders)
            failed |= {path: why for path, why in refused.items() if why.reason != Unsupported.reason}
        meter = Meter((entry.size for entry in found.files), self._progress)
        small = [entry for entry in found.files if entry.size <= LARGEST]
        large = [entry for entry in found.files if entry.size > LARGEST]
        self._at_once(_BATCHES, [self._batch_job(meter, batch) for batch in batches_of(small)])
        if large:
            unfinished = list(self._server.unfinished())
            self._at_once(_FILES, [self._file_job(meter, entry, unfinished) for entry in large])
        outcomes = [self._outcomes[entry] for entry in found.files]
        failed |= {str(one.entry.path): one.error for one in outcomes if one.error is not None}
        return [one.saved for one in outcomes if one.saved is not None], failed

    def _at_once(self, most: int, jobs: Sequence[Callable[[], None]]) -> None:
        """Run jobs in threads; when one raises, or the person interrupts this, all end."""
        if not jobs:
            return
        with ThreadPoolExecutor(min(most, len(jobs)), thread_name_prefix="bigupload") as pool:
            running = [pool.submit(job) for job in jobs]
            try:
                done, _ = wait(running, return_when=FIRST_EXCEPTION)
            except BaseException:
                self._end()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
            for job in done:
                error = job.exception()
                if error is not None:
                    self._end()
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise error

    def _end(self) -> None:
        self._stop.set()
        for transfer in list(self._transfers):
            transfer.set()

    def _batch_job(self, meter: Meter, batch: Sequence[Entry]) -> Callable[[], None]:
        def job() -> None:
            files = {entry: meter.file(entry.to, entry.size) for entry in batch}
            try:
                retrying = self._server.retrying(self._stop)
                outcomes = send_batch(self._server, retrying, self._destination, batch, self._on_conflict)
            except BigUploadError as error:
                outcomes = [Outcome(entry, error=error) for entry in batch]
            for outcome in outcomes:
                self._outcomes[outcome.entry] = outcome
                files[outcome.entry].over(done=outcome.saved is not None)

        return job

    def _file_job(
        self, meter: Meter, entry: Entry, unfinished: Sequence[Mapping[str, Any]]
    ) -> Callable[[], None]:
        def job() -> None:
            counted = meter.file(entry.to, entry.size)
            stop = threading.Event()
            self._transfers.add(stop)
            try:
                if self._stop.is_set():
                    raise Stopped
                saved = self._upload(entry, unfinished, counted, stop)
                outcome = Outcome(entry, saved=saved)
            except BigUploadError as error:
                outcome = Outcome(entry, error=error)
            finally:
                self._transfers.discard(stop)
            self._outcomes[entry] = outcome
            counted.over(done=outcome.saved is not None)

        return job

    def _upload(
        self, entry: Entry, unfinished: Iterable[Mapping[str, Any]], meter: FileMeter, stop: threading.Event
    ) -> Saved:
        with LocalFile(entry.path) as file:
            begun = _begun(unfinished, self._destination, entry.to, file)
            if begun is not None:
                try:
                    upload = Upload(self._server, begun)
                    upload.refresh()
                    return self._send(Transfer(upload, file, meter, stop))
                except NotFound:  # it has expired, or was cancelled
                    pass
                except FileChanged:
                    file.require_unchanged()  # what was there was of another one
            try:
                upload = self._create(entry.to, file)
            except Exists as error:
                if self._is_same(error, entry.to, file, stop):
                    return Saved(entry.to, self._destination, file.size, identical=True)
                raise
            return self._send(Transfer(upload, file, meter, stop))

    def _send(self, transfer: Transfer) -> Saved:
        return send_file(transfer, self._on_conflict, self._parallel)

    def _create(self, to: str, file: LocalFile) -> Upload:
        fields = {
            "destination": self._destination,
            "path": to,
            "size": file.size,
            "last_modified": file.last_modified,
            "on_conflict": self._on_conflict,
        }
        return create_in_folder(self._server, self._destination, to, fields)

    def _is_same(self, taken: Exists, to: str, file: LocalFile, stop: threading.Event) -> bool:
        """Return whether the file that has the name is this very one, as after an answer that was lost."""
        if self._destination != HOME or taken.details.get("size") != file.size:
            return False
        query = {"path": to, "algorithm": DEFAULT, "destination": self._destination}
        while True:
            answer = self._server.ask("GET", "api/bigupload/digest", query=query, stop=stop)
            if "digest" in answer:
                return bool(answer["digest"] == str(file.digest(0, file.size, DEFAULT)))
            if stop.wait(_PAUSE):
                raise Stopped


def create(server: Server, fields: Mapping[str, object]) -> Upload:
    """Begin an upload; safe against an answer that is lost."""
    answer = server.ask(
        "POST",
        UPLOADS,
        json={**fields, "digests": list(ALGORITHMS)},
        headers={"Idempotency-Key": uuid.uuid4().hex},
    )
    return Upload(server, answer)


def create_in_folder(server: Server, destination: str, to: str, fields: Mapping[str, object]) -> Upload:
    """Begin an upload of the file at `to`, whose folder is made where it is missing.

    Raises
    ------
    BigUploadError
        Why the folder can't be made, or as `create`.
    """
    try:
        return create(server, fields)
    except FolderMissing:
        folder = to.rpartition("/")[0]
        failed = make_folders(server, destination, [folder])
        if failed:
            raise failed[folder] from None
        return create(server, fields)


def _begun(
    unfinished: Iterable[Mapping[str, Any]], destination: str, to: str, file: LocalFile
) -> Mapping[str, Any] | None:
    """Return the upload of this very file that has most of it, if there is one."""
    wanted = (destination, to, file.size, file.last_modified)
    found = [
        fields
        for fields in unfinished
        if (fields["destination"], fields["path"], fields["size"], fields["last_modified"]) == wanted
        and fields["state"] in {"receiving", "completing"}
    ]
    return max(found, key=lambda fields: int(fields["received_bytes"]), default=None)
