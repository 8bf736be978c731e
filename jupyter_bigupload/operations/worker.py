"""The process that works on one operation: `python -m jupyter_bigupload.operations.worker`.

It is told by its standard input what to do, and claims the operation before anything else: of several that
are started for one, the others end without a word. It outlives the server that started it.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import resource
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

from ..destinations import DestinationSetup
from ..errors import BigUploadError
from ..uploads import UploadSetup
from .heartbeat import Cancelled, Heartbeat
from .job import Job, Limits
from .kinds import kinds
from .links import LinkSetup
from .model import Failure, Operation, State
from .processes import this_process
from .records import OperationRecords
from .saving import NoHooks

log = logging.getLogger(__name__)

#: How much lower than the server's is its priority for a processor.
_NICE = 10
#: Seconds after which the lock is tried again.
_AGAIN = 0.05


def main() -> None:
    """Work on the operation that standard input names."""
    text = sys.stdin.read()
    if not text:
        return  # the server died before it could say
    orders: dict[str, Any] = json.loads(text)
    records = OperationRecords(Path(orders["records"]))
    operation_id: str = orders["operation"]
    limits = Limits(**orders["limits"])
    heartbeat = Heartbeat(lambda progress: records.save_progress(operation_id, progress), limits.timeout)

    def stop(_number: int, _frame: FrameType | None) -> None:
        heartbeat.cancel()

    signal.signal(signal.SIGTERM, stop)
    signal.setitimer(signal.ITIMER_REAL, limits.timeout)
    _restrain(limits)
    while records.load(operation_id).state is State.QUEUED:
        with records.locked(operation_id) as is_ours:
            if is_ours:
                operation = records.load(operation_id)
                if operation.state is State.QUEUED and not operation.cancelling:
                    records.claim(operation_id, this_process())
                    _work(records, operation, orders, limits, heartbeat)
                return
        time.sleep(_AGAIN)  # a server looks at it, or another worker is about to write down that it has it


def _work(
    records: OperationRecords,
    operation: Operation,
    orders: dict[str, Any],
    limits: Limits,
    heartbeat: Heartbeat,
) -> None:
    state, response, failure = State.FAILED, None, None
    try:
        setup = DestinationSetup(**orders["destinations"])
        destinations = setup.connect()
        uploads = UploadSetup.parse(orders["uploads"])
        job = Job(
            operation,
            destinations,
            uploads.connect(uploads.repository(destinations.stores), NoHooks()),
            root=None if setup.root is None else Path(setup.root),
            limits=limits,
            heartbeat=heartbeat,
            hidden=orders["hidden"],
            links=None if orders["links"] is None else LinkSetup(**orders["links"]),
            scratch=records.scratch(operation.id),
            save_staging=lambda staging: records.save_staging(operation.id, staging),
        )
        response = kinds()[operation.new.kind].run(job)
        state = State.DONE
    except Cancelled:
        state = State.CANCELLED
    except BigUploadError as error:
        failure = Failure(error.reason, error.message)
    except MemoryError:
        failure = Failure("out_of_memory", f"It needs more memory than it may have: {limits.memory:,} bytes.")
    except Exception as error:  # what nobody foresaw goes to its output, and to whoever asks for it
        log.exception("the operation failed")
        failure = Failure("failed", f"It failed: {error}", records.output(operation.id))
    # Whatever it was, it is over: from here on nothing may end this process before that is written down.
    signal.setitimer(signal.ITIMER_REAL, limits.timeout)
    records.end(operation.id, state, time.time(), response=response, failure=failure)


def _restrain(limits: Limits) -> None:
    """Take a low priority, and no more memory than is allowed."""
    os.nice(_NICE)
    if limits.memory:
        with contextlib.suppress(ValueError, OSError):  # where the system's own limit is lower
            resource.setrlimit(resource.RLIMIT_DATA, (limits.memory, limits.memory))


if __name__ == "__main__":
    main()
