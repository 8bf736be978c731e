"""A file into an upload: what is missing, several requests at once, and compared at the end."""

from __future__ import annotations

import contextlib
from collections import deque
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait

from ...digests import Digest, composite_of
from ...errors import CompositeMismatch, DigestMismatch, Incomplete
from ..errors import FileChanged
from ..model import Saved
from ..wire.retrying import Stopped
from .range_sender import RangeSender
from .spans import cut, gaps, span_size
from .transfer import Transfer

#: Times that parts may turn out to be others than were sent, before there must be a reason for it.
_MOST_MENDED = 5


def send_file(transfer: Transfer, on_conflict: str | None, parallel: int) -> Saved:
    """Send what is missing of a file, with so many requests at once, and complete its upload.

    Raises
    ------
    FileChanged
        When the file is not what it was, or not the one of which something is there; the upload is cancelled.
    BigUploadError
        As the server says, or `Unreachable`; with what arrived an upload can go on.
    """
    try:
        _require_same(transfer)
        for _ in range(_MOST_MENDED):
            _send_missing(transfer, parallel)
            transfer.file.require_unchanged()
            transfer.meter.completing()
            try:
                return _complete(transfer, on_conflict)
            except Incomplete:
                transfer.upload.refresh()
        raise DigestMismatch("What arrives is not what was sent, again and again.")
    except FileChanged:
        transfer.upload.cancel()
        raise


def resume_file(transfer: Transfer, on_conflict: str | None, parallel: int) -> Saved:
    """Send what is missing of an upload that a person says is of this file.

    Raises
    ------
    FileChanged
        When it is not; unlike in `send_file`, the upload is left as it was: it is the file that is wrong.
    BigUploadError
        As `send_file`.
    """
    upload = transfer.upload
    if upload.size != transfer.file.size:
        known = "unknown" if upload.size is None else f"{upload.size} bytes"
        raise FileChanged(
            f"{transfer.file.path} has {transfer.file.size} bytes; the size of the file that was begun "
            f"is {known}."
        )
    _require_same(transfer)
    return send_file(transfer, on_conflict, parallel)


def _require_same(transfer: Transfer) -> None:
    """Hold what is there from an earlier time against the file."""
    for start, end, stated in transfer.upload.fields.get("parts", []):
        digest = Digest.parse(stated)
        if transfer.digest(start, end, digest.algorithm) != digest:
            raise FileChanged(f"What is there of {transfer.upload.path} is of another file.")


def _send_missing(transfer: Transfer, parallel: int) -> None:
    upload = transfer.upload
    transfer.meter.reset(upload.received_bytes)
    missing = list(gaps(upload.received, 0, transfer.file.size))
    if not missing:
        return
    block_size = transfer.block_size
    size = upload.part_size if block_size is None else span_size(missing, block_size, parallel)
    waiting = deque(cut(missing, size))

    def send_some() -> None:
        with contextlib.suppress(IndexError):  # there is none left
            while True:
                start, end = waiting.popleft()
                RangeSender(transfer, start, end).send()

    lanes = min(parallel, len(waiting))
    with ThreadPoolExecutor(lanes, thread_name_prefix="bigupload-send") as pool:
        running = [pool.submit(send_some) for _ in range(lanes)]
        try:
            done, _ = wait(running, return_when=FIRST_EXCEPTION)
            if any(lane.exception() for lane in done):
                transfer.stop.set()
        except BaseException:  # Ctrl-C
            transfer.stop.set()
            raise
    _raise_first(running)


def _raise_first(ended: list[Future[None]]) -> None:
    errors = [error for lane in ended if (error := lane.exception()) is not None]
    for error in sorted(errors, key=lambda error: isinstance(error, Stopped)):
        raise error


def _complete(transfer: Transfer, on_conflict: str | None) -> Saved:
    upload = transfer.upload
    upload.refresh()
    theirs = [(start, end, Digest.parse(digest)) for start, end, digest in upload.fields["parts"]]
    mine = [(start, end, transfer.digest(start, end, digest.algorithm)) for start, end, digest in theirs]
    try:
        return upload.finish(on_conflict, composite_of(mine), () if mine == theirs else mine)
    except CompositeMismatch:
        raise FileChanged(f"What is there of {upload.path} is of another file.") from None
