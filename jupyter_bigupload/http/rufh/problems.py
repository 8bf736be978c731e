"""How errors look to clients of the draft: their statuses, and the problem types that it defines."""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import (
    BigUploadError,
    Exists,
    Incomplete,
    InconsistentSize,
    Locked,
    NotFound,
    NotReceiving,
    OffsetMismatch,
)
from ...uploads import State

#: Where the draft registers its problem types.
_TYPES = "https://iana.org/assignments/http-problem-types#"
#: The only error that 409 stands for here. Clients take it for an offset that they have to ask for again.
_CONFLICT = OffsetMismatch.status
#: Statuses of what would be a 409 elsewhere.
_STATUSES: dict[type[BigUploadError], int] = {Exists: 403, Incomplete: 503}


@dataclass(frozen=True)
class Problem:
    """An answer to what can't be done.

    Parameters
    ----------
    kind : str or None
        The URI of the problem type; None where the draft has none for it.
    """

    status: int
    kind: str | None = None
    title: str = ""


def problem_of(error: BigUploadError) -> Problem:
    """Return how `error` is answered."""
    if isinstance(error, OffsetMismatch):
        title = "offset from request does not match offset of resource"
        return Problem(_CONFLICT, f"{_TYPES}mismatching-upload-offset", title)
    if isinstance(error, InconsistentSize):
        title = "inconsistent length values for upload"
        return Problem(error.status, f"{_TYPES}inconsistent-upload-length", title)
    if isinstance(error, NotReceiving):
        return _of_state(error.details.get("state"))
    return Problem(_STATUSES.get(type(error), error.status if error.status != _CONFLICT else 400))


def _of_state(state: object) -> Problem:
    if state == State.DONE.value:
        return Problem(400, f"{_TYPES}completed-upload", "upload is already completed")
    # One that has failed is as good as not there; any other is being completed by somebody else.
    return Problem(NotFound.status if state == State.FAILED.value else Locked.status)
