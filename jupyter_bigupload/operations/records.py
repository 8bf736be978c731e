"""The records of operations: a folder for each, in which every fact is a file of its own.

`request.json` is written when it is asked for, `worker.json` by the one process that ever works on it,
`progress.json` by that process again and again, `cancel` by whoever wants its end, and `end.json` last. None
is changed afterwards (but for the progress), so that what a server or a worker leaves that dies at any moment
still says what is true.

A worker holds a POSIX lock on `lock` for as long as it lives, and only who holds that lock writes
`worker.json` and `end.json`. So a lock that is free on an operation that has a worker means that the worker
is dead; other servers, also of other machines that share the folder, see that as well.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import re
import shutil
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from ..disk.writing import replace_file, sync_folder
from ..errors import NotFound, StorageFailed, Unsupported
from ..uploads.records.files import translated
from .model import Failure, NewOperation, Operation, Progress, State, Worker

ID: Final = re.compile(r"[0-9a-f]{32}")

_REQUEST, _WORKER, _PROGRESS = "request.json", "worker.json", "progress.json"
_CANCEL, _END, _LOCK, _OUTPUT, _STAGING = "cancel", "end.json", "lock", "output.log", "staging.json"
_SCRATCH = "scratch"
#: What file systems without record locks answer.
_NO_LOCKS_HERE = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}
#: Bytes of a worker's last output that are shown.
_LAST_OUTPUT = 4096


class OperationRecords:
    """All records of one server's operations. Every method may wait for the disk; safe for threads.

    Every method raises `StorageFailed` or `NoSpace` as the disk has it; what is given an id, `NotFound` too.

    Parameters
    ----------
    folder : Path
        Where they are; made when first needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # A POSIX lock keeps out other processes, not other threads of this one.
        self._threads = threading.RLock()

    def folder_of(self, operation_id: str) -> Path:
        """Return where the record of an operation is."""
        if ID.fullmatch(operation_id) is None:
            raise _not_found()
        return self._folder / operation_id

    def create(self, operation_id: str, new: NewOperation, now: float) -> bool:
        """Write down a new operation, so that it outlives a power loss; return whether it was not there."""
        folder = self.folder_of(operation_id)
        request = json.dumps({**asdict(new), "created": now}).encode()
        with translated(), self._threads:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary = self._folder / f".{operation_id}.{os.getpid()}"
            shutil.rmtree(temporary, ignore_errors=True)
            temporary.mkdir(mode=0o700)
            try:
                _write(temporary / _REQUEST, request)
                (temporary / _LOCK).touch(mode=0o600)
                sync_folder(temporary)
                # A folder that has something in it is replaced by none.
                temporary.rename(folder)
            except OSError as error:
                if error.errno not in {errno.EEXIST, errno.ENOTEMPTY}:
                    raise
                return False
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
            sync_folder(self._folder)
            return True

    def load(self, operation_id: str) -> Operation:
        """Return what is known of an operation."""
        folder = self.folder_of(operation_id)
        with translated():
            request = _read(folder / _REQUEST)
            if request is None:
                raise _not_found()
            created = float(request.pop("created"))
            operation = Operation(operation_id, NewOperation(**request), created)
            # What is written last is read first: so nothing seems to be missing that came in between.
            end = _read(folder / _END)
            cancelling = (folder / _CANCEL).exists()
            progress = _read(folder / _PROGRESS)
            worker = _read(folder / _WORKER)
        operation = replace(operation, cancelling=cancelling)
        if progress is not None:
            operation = replace(operation, progress=Progress(**progress))
        if worker is not None:
            operation = replace(operation, worker=Worker(**worker), state=State.RUNNING)
        if end is not None:
            failure = end["failure"]
            operation = replace(
                operation,
                state=State(end["state"]),
                ended=float(end["ended"]),
                response=end["response"],
                failure=None if failure is None else Failure(**failure),
            )
        return operation

    def all(self) -> list[Operation]:
        """Return all operations, the newest first."""
        found = []
        with translated():
            names = [path.name for path in self._folder.iterdir()] if self._folder.is_dir() else []
        for name in names:
            if ID.fullmatch(name):
                with contextlib.suppress(NotFound):  # just now
                    found.append(self.load(name))
        return sorted(found, key=lambda one: (one.created, one.id), reverse=True)

    def request_cancel(self, operation_id: str) -> None:
        """Write down that somebody wants its end."""
        self.load(operation_id)
        with translated():
            (self.folder_of(operation_id) / _CANCEL).touch(mode=0o600)

    def remove(self, operation_id: str) -> None:
        """Forget an operation that is over."""
        folder = self.folder_of(operation_id)
        gone = folder.with_name(f".{operation_id}.gone")
        with translated(), contextlib.suppress(FileNotFoundError):
            folder.rename(gone)
            shutil.rmtree(gone, ignore_errors=True)

    def scratch(self, operation_id: str) -> Path:
        """Return the folder for what a worker needs meanwhile, which goes with its end."""
        return self.folder_of(operation_id) / _SCRATCH

    def output(self, operation_id: str) -> str:
        """Return the last that the worker printed."""
        try:
            with (self.folder_of(operation_id) / _OUTPUT).open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _LAST_OUTPUT))
                return file.read().decode("utf-8", "replace").strip()
        except OSError:
            return ""

    def output_path(self, operation_id: str) -> Path:
        """Return where a worker prints to."""
        return self.folder_of(operation_id) / _OUTPUT

    def save_progress(self, operation_id: str, progress: Progress) -> bool:
        """Write down how far it is; return whether somebody wants its end."""
        folder = self.folder_of(operation_id)
        with translated():
            replace_file(folder / _PROGRESS, json.dumps(asdict(progress)).encode())
            return (folder / _CANCEL).exists()

    def save_staging(self, operation_id: str, staging: Mapping[str, Any]) -> None:
        """Write down what is to be removed if the worker dies, before there is any of it."""
        folder = self.folder_of(operation_id)
        with translated():
            _write(folder / _STAGING, json.dumps(dict(staging)).encode())
            sync_folder(folder)

    def staging(self, operation_id: str) -> dict[str, Any] | None:
        """Return what is to be removed of an operation whose worker died; None for nothing."""
        with translated():
            return _read(self.folder_of(operation_id) / _STAGING)

    @contextlib.contextmanager
    def locked(self, operation_id: str) -> Iterator[bool]:
        """Try to hold the lock of an operation; yield whether it is held.

        Raises
        ------
        Unsupported
            Where the file system of the records has no locks.
        """
        folder = self.folder_of(operation_id)
        with self._threads:
            try:
                fd = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
            except FileNotFoundError:
                raise _not_found() from None
            except OSError as error:
                raise StorageFailed(
                    f"The record of an operation can't be opened: {error.strerror}."
                ) from error
            try:
                try:
                    fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except (BlockingIOError, PermissionError):
                    yield False
                except OSError as error:
                    if error.errno not in _NO_LOCKS_HERE:
                        raise
                    raise Unsupported(
                        "The disk with this server's records has no locks: no operation can run here."
                    ) from error
                else:
                    yield True
            finally:
                os.close(fd)

    def claim(self, operation_id: str, worker: Worker) -> None:
        """Write down who works on it. Only who holds the lock may; there is no second claim, ever."""
        folder = self.folder_of(operation_id)
        with translated():
            _write(folder / _WORKER, json.dumps(asdict(worker)).encode())
            sync_folder(folder)

    def end(
        self,
        operation_id: str,
        state: State,
        now: float,
        *,
        response: Mapping[str, Any] | None = None,
        failure: Failure | None = None,
    ) -> None:
        """Write down how it ended, for good, and remove its scratch. Only who holds the lock may."""
        folder = self.folder_of(operation_id)
        end = {
            "state": state.value,
            "ended": now,
            "response": response,
            "failure": None if failure is None else asdict(failure),
        }
        with translated():
            if not (folder / _END).exists():
                shutil.rmtree(folder / _SCRATCH, ignore_errors=True)
                _write(folder / _END, json.dumps(end).encode())
                sync_folder(folder)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        fields = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        raise StorageFailed(f"{path} is not JSON any more.") from None
    assert isinstance(fields, dict)  # noqa: S101  # nobody else writes there
    return fields


def _write(path: Path, data: bytes) -> None:
    """Put `data` under a name in one step; once its folder is flushed, it outlives a power loss."""
    temporary = path.with_name(f"{path.name}.new")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _not_found() -> NotFound:
    return NotFound("There is no such operation, or no longer.")
