"""The verbs of operations: start, list, get, cancel, delete; and the loop that keeps them going."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import time
from collections.abc import Callable, Mapping, Sequence

from ..errors import BigUploadError, Locked, Malformed, NotOver
from ..stores.retries import retried
from ..threads import in_thread
from ..uploads import CommitHooks, Saved, UploadService
from .kind import Kind
from .model import NewOperation, Operation, State
from .records import OperationRecords
from .saving import abort
from .supervisor import Supervisor

log = logging.getLogger(__name__)

#: Seconds between two looks at what is under way, and at what another server may have left.
_LOOK, _LOOK_FOR_OTHERS = 0.5, 30.0
#: Seconds before it is tried again to remove what somebody holds.
_PAUSES = (0.1, 0.2, 0.4, 0.8, 1.6)


class OperationService:
    """Operations of one server.

    Parameters
    ----------
    supervisor : Supervisor
        Starts and ends workers.
    uploads : UploadService
        Removes what workers leave of files that they save.
    hooks : CommitHooks
        Told of what operations make.
    active : Callable
        Called while one is at work, so that the server does not count as idle.
    """

    def __init__(
        self,
        records: OperationRecords,
        kinds: Mapping[str, Kind],
        supervisor: Supervisor,
        uploads: UploadService,
        hooks: CommitHooks,
        *,
        active: Callable[[], None],
    ) -> None:
        self.kinds = kinds
        self._records = records
        self._supervisor = supervisor
        self._uploads = uploads
        self._hooks = hooks
        self._active = active
        self._looking = asyncio.Lock()
        self._wake = asyncio.Event()

    @property
    def timeout(self) -> float:
        """Seconds without progress after which one is ended."""
        return self._supervisor.limits.timeout

    async def start(self, new: NewOperation, operation_id: str) -> Operation:
        """Write down a new operation, start its worker if one may start now, and return it.

        Safe to repeat with the same id: it is started once.

        Raises
        ------
        Malformed
            When there is no such kind, its parameters are not what its schema says, or the id is another's.
        Unsupported
            When something has to be installed first.
        """
        kind = self.kinds.get(new.kind)
        if kind is None:
            raise Malformed(f"There is no kind {new.kind!r}; there are {', '.join(sorted(self.kinds))}.")
        new = NewOperation(new.kind, new.destination, new.path, kind.checked(new.parameters))
        is_new = await in_thread(self._records.create)(operation_id, new, time.time())
        if not is_new and (await self.get(operation_id)).new != new:
            raise Malformed("Another operation was started with this key.")
        await self._look()
        self._wake.set()
        return await self.get(operation_id)

    async def get(self, operation_id: str) -> Operation:
        """Return an operation.

        Raises
        ------
        NotFound
            When there is none.
        """
        return await in_thread(self._records.load)(operation_id)

    async def list(self) -> list[Operation]:
        """Return all of them, the newest first."""
        return await in_thread(self._records.all)()

    async def cancel(self, operation_id: str) -> Operation:
        """Ask for its end. One that is over stays what it is.

        Raises
        ------
        NotFound
            When there is none.
        """
        await in_thread(self._records.request_cancel)(operation_id)
        await self._look()
        self._wake.set()
        return await self.get(operation_id)

    async def delete(self, operation_id: str) -> None:
        """Forget an operation that is over; what it made stays, and what it had half made goes.

        Raises
        ------
        NotFound
            When there is none.
        NotOver
            When it is under way: cancel it first.
        """
        if not (await self.get(operation_id)).state.is_over:
            raise NotOver("The operation is not over: cancel it first.")
        await self._abort(await in_thread(self._supervisor.uploads_of)(operation_id))
        await in_thread(self._records.remove)(operation_id)

    async def run(self) -> None:
        """Start what waits, and end what is cancelled or too late, until the task is cancelled."""
        while True:
            try:
                busy = await self._look()
            except (OSError, BigUploadError):
                log.exception("could not look after operations")
                busy = False
            self._wake.clear()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _LOOK if busy else _LOOK_FOR_OTHERS)

    async def _look(self) -> bool:
        """Look after all once; return whether any is not over."""
        async with self._looking:
            look = await in_thread(self._supervisor.look)(time.time())
            if look.busy:
                self._active()
            for operation in look.over:
                await self._tell(operation)
            for operation_id, uploads in look.to_abort.items():
                await self._abort(uploads)
                await in_thread(self._supervisor.aborted)(operation_id)
            return look.busy

    async def _abort(self, uploads: Sequence[str]) -> None:
        """Remove what is left of uploads; another operation that goes on with one of them keeps it.

        A worker that has just ended may hold them for another moment.
        """
        for upload_id in uploads:
            remove = functools.partial(abort, self._uploads, upload_id)
            with contextlib.suppress(Locked):
                await retried(remove, on=Locked, pauses=_PAUSES)

    async def _tell(self, operation: Operation) -> None:
        """Tell Jupyter of a file or folder that an operation has made, and of one that it has removed."""
        made = None if operation.response is None else operation.response.get("made")
        if operation.state is State.DONE and made is not None:
            await self._hooks.after_commit(Saved(made["destination"], made["path"], made["size"]))
        removed = None if operation.response is None else operation.response.get("removed")
        if removed is not None:
            await self._hooks.after_removal(removed["destination"], removed["path"])
