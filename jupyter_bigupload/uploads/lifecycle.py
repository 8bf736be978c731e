"""The life of an upload, as a table. Nothing else decides which state follows which."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from ..errors import NotReceiving


class State(str, Enum):
    """Where an upload stands. `ABORTED` and `EXPIRED` ones lose their record with the last of their bytes."""

    RECEIVING = "receiving"
    COMPLETING = "completing"
    DONE = "done"
    FAILED = "failed"
    ABORTED = "aborted"
    EXPIRED = "expired"


class Event(str, Enum):
    """What can happen to an upload."""

    RECEIVE = "receive"  # a chunk came
    COMPLETE = "complete"  # the client says that it is all there
    COMMIT = "commit"  # the file has its name
    REOPEN = "reopen"  # the commit did not happen, and can be asked for again
    FAIL = "fail"  # the commit can't ever happen
    ABORT = "abort"  # the client gave it up
    EXPIRE = "expire"  # nobody came back in time


TRANSITIONS: Mapping[tuple[State, Event], State] = {
    (State.RECEIVING, Event.RECEIVE): State.RECEIVING,
    (State.RECEIVING, Event.COMPLETE): State.COMPLETING,
    (State.RECEIVING, Event.ABORT): State.ABORTED,
    (State.RECEIVING, Event.EXPIRE): State.EXPIRED,
    # A server that died in a commit left this state behind; the commit is safe to repeat.
    (State.COMPLETING, Event.COMPLETE): State.COMPLETING,
    (State.COMPLETING, Event.COMMIT): State.DONE,
    (State.COMPLETING, Event.REOPEN): State.RECEIVING,
    (State.COMPLETING, Event.FAIL): State.FAILED,
    (State.COMPLETING, Event.ABORT): State.ABORTED,
    (State.COMPLETING, Event.EXPIRE): State.EXPIRED,
    (State.FAILED, Event.ABORT): State.ABORTED,
    (State.FAILED, Event.EXPIRE): State.EXPIRED,
}


#: Bytes may still be missing, or the file its name.
OPEN = frozenset({State.RECEIVING, State.COMPLETING})
#: There is no such upload any more, whatever is left of it.
OVER = frozenset({State.ABORTED, State.EXPIRED})


def next_state(state: State, event: Event) -> State:
    """Return the state that follows.

    Raises
    ------
    NotReceiving
        When `event` can't happen in `state`.
    """
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise NotReceiving(
            f"This upload is {state.value}: it can't {event.value} now.", state=state.value
        ) from None
