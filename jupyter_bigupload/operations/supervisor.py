"""Looks after the workers: starts what waits, ends what is cancelled or too late, cleans up behind the dead.

What is true is in the records alone, so that a restarted server, or a second one, goes on where another was.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..disk.partials import remove_partials
from ..errors import BigUploadError, NotFound
from ..uploads import State as UploadState
from ..uploads import Upload
from . import processes
from .job import Limits, made_file, made_in_place
from .model import Failure, Operation, State
from .records import OperationRecords
from .renaming import renamed
from .staging import parse_staged

#: Seconds that a worker has to end by itself once it is told to, or that the system is late with a deadline.
_GRACE = 10.0
#: Seconds for which the record of an operation that is over is kept.
_KEPT = 7 * 86400.0


@dataclass
class Look:
    """What a look found.

    Parameters
    ----------
    busy : bool
        Whether any operation is not over.
    over : list of Operation
        Those that were found to be over for the first time.
    to_abort : dict
        By the ids of cancelled operations whose workers are dead, the uploads that these have left. Once
        those are gone, and `Supervisor.aborted` was told so, the operation is over.
    """

    busy: bool = False
    over: list[Operation] = field(default_factory=list)
    to_abort: dict[str, Sequence[str]] = field(default_factory=dict)


@dataclass
class _Started:
    """A worker of this server's."""

    process: subprocess.Popen[bytes]
    at: float


class Supervisor:
    """Looks after the operations of one folder of records. Not safe for threads.

    Parameters
    ----------
    start : Callable
        Starts a worker for the operation with that id.
    load_upload : Callable
        Returns an upload by its id, whatever became of it, or raises `NotFound`.
    root : Path or None
        The home folder, where there is one.
    most : int
        Workers at once.
    """

    def __init__(
        self,
        records: OperationRecords,
        start: Callable[[str], subprocess.Popen[bytes]],
        load_upload: Callable[[str], Upload],
        *,
        root: Path | None,
        most: int,
        limits: Limits,
    ) -> None:
        self.limits = limits
        self._records = records
        self._start = start
        self._load_upload = load_upload
        self._root = root
        self._most = most
        self._started: dict[str, _Started] = {}
        self._told_to_end: dict[str, float] = {}
        self._unfinished: set[str] = set()

    def look(self, now: float) -> Look:
        """Look after all of them once.

        Raises
        ------
        StorageFailed, NoSpace
            As the disk of the records has it.
        """
        look = Look()
        queued: list[Operation] = []
        running = 0
        known = self._records.all()
        for found in known:
            operation = found if found.state.is_over else self._seen(found, now, look)
            if operation.state.is_over:
                self._over(operation, now, look)
                continue
            look.busy = True
            self._unfinished.add(operation.id)
            if operation.state is State.RUNNING or operation.id in self._started:
                running += 1
            else:
                queued.append(operation)
        queued.reverse()  # the oldest first
        for operation in queued[: max(0, self._most - running)]:
            self._launch(operation, now)
        for forgotten in self._started.keys() - {one.id for one in known}:
            if self._started[forgotten].process.poll() is not None:
                del self._started[forgotten]
        return look

    def uploads_of(self, operation_id: str) -> Sequence[str]:
        """Return the ids of uploads that an operation may have left, unfinished, and nobody goes on with.

        Whoever starts the same again goes on with them, and then forgets this one.
        """
        own = self._staged_uploads(operation_id)
        if not own:
            return []
        new = self._records.load(operation_id).new
        others = [one for one in self._records.all() if one.id != operation_id and not one.state.is_over]
        if any(one.new == new for one in others):
            return []
        taken = {upload for one in others for upload in self._staged_uploads(one.id)}
        return [upload for upload in own if upload not in taken]

    def aborted(self, operation_id: str) -> None:
        """Take note that the uploads which an operation left are gone."""
        self._records.save_staging(operation_id, {"uploads": [], "facts": None})

    def _staged_uploads(self, operation_id: str) -> Sequence[str]:
        uploads: Sequence[str] = (self._records.staging(operation_id) or {}).get("uploads", [])
        return uploads

    def _seen(self, operation: Operation, now: float, look: Look) -> Operation:
        """Do what an operation that is not over needs, and return it as it is then."""
        if operation.worker is None:
            return self._queued(operation, now)
        with self._records.locked(operation.id) as is_dead:
            if is_dead:
                return self._bury(operation, now, look)
        late = now > operation.last_sign + self.limits.timeout + _GRACE
        if operation.cancelling or late:
            told = self._told_to_end.setdefault(operation.id, now)
            kill = late or now > told + _GRACE
            processes.end(operation.worker, signal.SIGKILL if kill else signal.SIGTERM)
        return operation

    def _queued(self, operation: Operation, now: float) -> Operation:
        started = self._started.get(operation.id)
        code = None if started is None else started.process.poll()
        if started is not None and code is None:
            if now > started.at + self.limits.timeout + _GRACE:
                started.process.kill()
            if not operation.cancelling:
                return operation
            started.process.kill()
            started.process.wait()
        if not operation.cancelling and code is None:
            return operation  # a worker, perhaps another server's, may be about to take the lock
        with self._records.locked(operation.id) as is_ours:
            if not is_ours:
                return operation
            operation = self._records.load(operation.id)
            if operation.worker is not None or operation.state.is_over:
                return operation  # since we looked
            if operation.cancelling:
                self._records.end(operation.id, State.CANCELLED, now)
            elif code is not None:
                failure = Failure(
                    "worker_died",
                    f"Its process could not begin ({_in_words(code)}).",
                    self._records.output(operation.id),
                )
                self._records.end(operation.id, State.FAILED, now, failure=failure)
        return self._records.load(operation.id)

    def _bury(self, operation: Operation, now: float, look: Look) -> Operation:
        """Write down how an operation ended whose worker is dead, and remove what that left.

        The lock is held.
        """
        operation = self._records.load(operation.id)
        if operation.state.is_over:
            return operation
        assert operation.worker is not None  # noqa: S101  # it was seen
        processes.end(operation.worker, signal.SIGKILL)  # what it started
        response = self._clean(operation.id)
        if response is not None:
            self._records.end(operation.id, State.DONE, now, response=response)
        elif operation.cancelling:
            left = self.uploads_of(operation.id)
            if left:
                look.to_abort[operation.id] = left
            else:
                self._records.end(operation.id, State.CANCELLED, now)
        else:
            self._records.end(operation.id, State.FAILED, now, failure=self._failure(operation, now))
        return self._records.load(operation.id)

    def _failure(self, operation: Operation, now: float) -> Failure:
        started = self._started.get(operation.id)
        code = None if started is None else started.process.wait()
        output = self._records.output(operation.id)
        if code == -signal.SIGALRM or now > operation.last_sign + self.limits.timeout:
            seconds = self.limits.timeout
            return Failure(
                "no_progress",
                f"Its process made no progress for {seconds:g} seconds, and was ended.",
                output,
            )
        how = "" if code is None else f" ({_in_words(code)})"
        return Failure(
            "worker_died", f"Its process ended before its work was done{how}. Start it again.", output
        )

    def _clean(self, operation_id: str) -> Mapping[str, Any] | None:
        """Remove what a dead worker had half made; return the response, if it got as far as to the name."""
        fields = self._records.staging(operation_id)
        if fields is None:
            return None
        if "uploads" in fields:
            if self._root is not None and fields.get("filled") is not None:
                with contextlib.suppress(BigUploadError):  # else they are swept some day
                    remove_partials(self._root.resolve(), fields["filled"], operation_id)
            return self._saved(fields)
        if self._root is None:
            return None
        if "renamed" in fields:
            return renamed(self._root.resolve(), fields)
        staged = parse_staged(self._root, fields)
        made = staged.placed(fields["inode"]) if "inode" in fields else None
        staged.discard()
        return None if made is None else made_in_place(staged.root, made, fields["response"])

    def _saved(self, fields: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the response, if the one file that was to be made is there."""
        if fields["facts"] is None or not fields["uploads"]:
            return None
        with contextlib.suppress(NotFound):
            upload = self._load_upload(fields["uploads"][0])
            if upload.state is UploadState.DONE:
                return made_file(upload, fields["facts"])
        return None

    def _launch(self, operation: Operation, now: float) -> None:
        try:
            self._started[operation.id] = _Started(self._start(operation.id), now)
        except OSError as error:
            with self._records.locked(operation.id) as is_ours:
                if is_ours:
                    failure = Failure("worker_died", f"No process could be started: {error.strerror}.")
                    self._records.end(operation.id, State.FAILED, now, failure=failure)

    def _over(self, operation: Operation, now: float, look: Look) -> None:
        started = self._started.get(operation.id)
        if started is not None and started.process.poll() is not None:
            del self._started[operation.id]  # it is no zombie now
        elif started is not None:
            look.busy = True
        if operation.id in self._unfinished:
            self._unfinished.discard(operation.id)
            self._told_to_end.pop(operation.id, None)
            look.over.append(operation)
        elif now > (operation.ended or now) + _KEPT:
            with contextlib.suppress(BigUploadError):
                self._records.remove(operation.id)


def _in_words(code: int) -> str:
    """Return how a process ended, by what it returned."""
    if code >= 0:
        return f"exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = str(-code)
    more = ", perhaps because the machine had no memory left" if name == "SIGKILL" else ""
    return f"killed by {name}{more}"
