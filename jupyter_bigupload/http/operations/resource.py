"""Operations as docs/wire.md shows them: those of google.longrunning, with its field names."""

from __future__ import annotations

from typing import Any

from ...operations.kind import Kind
from ...operations.model import Operation, State
from ..parsing.fields import as_iso


def as_json(operation: Operation, timeout: float) -> dict[str, Any]:
    """Return an operation.

    Parameters
    ----------
    timeout : float
        Seconds without progress after which it is ended.
    """
    new, progress = operation.new, operation.progress
    running = operation.state is State.RUNNING
    resource: dict[str, Any] = {
        "name": f"operations/{operation.id}",
        "metadata": {
            "id": operation.id,
            "kind": new.kind,
            "destination": new.destination,
            "path": new.path,
            "parameters": dict(new.parameters),
            "state": operation.state.value,
            "cancelling": operation.cancelling and not operation.state.is_over,
            "created": as_iso(operation.created),
            "started": None if operation.worker is None else as_iso(operation.worker.at),
            "ended": None if operation.ended is None else as_iso(operation.ended),
            "deadline": as_iso(operation.last_sign + timeout) if running else None,
            "progress": {"done": progress.done, "total": progress.total, "unit": progress.unit},
        },
        "done": operation.state.is_over,
    }
    if operation.state is State.DONE:
        resource["response"] = dict(operation.response or {})
    elif operation.state is State.CANCELLED:
        resource["error"] = {"reason": "cancelled", "message": "It was cancelled.", "output": ""}
    elif operation.failure is not None:
        failure = operation.failure
        resource["error"] = {"reason": failure.reason, "message": failure.message, "output": failure.output}
    return resource


def kind_as_json(kind: Kind) -> dict[str, Any]:
    """Return a kind."""
    return {
        "name": kind.name,
        "title": kind.title,
        "description": kind.description,
        "takes": kind.takes,
        "endings": list(kind.endings),
        "offered": kind.offered,
        "parameters": dict(kind.parameters),
        "missing": kind.missing(),
    }
