from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from jupyter_bigupload.errors import NotReceiving
from jupyter_bigupload.stores.base import OnConflict
from jupyter_bigupload.uploads import State, Upload
from jupyter_bigupload.uploads.lifecycle import TRANSITIONS, Event, next_state

#: Said again by hand, from what docs/wire.md and the design promise; every pair that is not here is refused.
_ALLOWED = {
    State.RECEIVING: {
        Event.RECEIVE: State.RECEIVING,
        Event.COMPLETE: State.COMPLETING,
        Event.ABORT: State.ABORTED,
        Event.EXPIRE: State.EXPIRED,
    },
    State.COMPLETING: {
        Event.COMPLETE: State.COMPLETING,
        Event.COMMIT: State.DONE,
        Event.REOPEN: State.RECEIVING,
        Event.FAIL: State.FAILED,
        Event.ABORT: State.ABORTED,
        Event.EXPIRE: State.EXPIRED,
    },
    State.FAILED: {Event.ABORT: State.ABORTED, Event.EXPIRE: State.EXPIRED},
    State.DONE: {},
    State.ABORTED: {},
    State.EXPIRED: {},
}


@pytest.mark.parametrize(("state", "event"), list(itertools.product(State, Event)))
def test_every_state_and_event(state: State, event: Event) -> None:
    following = _ALLOWED[state].get(event)
    if following is not None:
        assert next_state(state, event) is following
        return
    with pytest.raises(NotReceiving) as refused:
        next_state(state, event)
    assert refused.value.details == {"state": state.value}


def test_every_state_can_be_reached() -> None:
    reached = {State.RECEIVING}
    while new := {TRANSITIONS[pair] for pair in TRANSITIONS if pair[0] in reached} - reached:
        reached |= new
    assert reached == set(State)


def test_bytes_are_taken_in_one_state_only() -> None:
    assert [state for state in State if (state, Event.RECEIVE) in TRANSITIONS] == [State.RECEIVING]


def test_an_upload_changes_as_a_new_value() -> None:
    upload = Upload("id", "home", "a/b.bin", 5, None, OnConflict.FAIL, created=1.0, updated=1.0)
    completing = upload.after(Event.COMPLETE, updated=2.0)
    assert upload.state is State.RECEIVING
    assert completing == replace(upload, state=State.COMPLETING, updated=2.0)
    with pytest.raises(NotReceiving):
        completing.after(Event.RECEIVE)


@pytest.mark.parametrize(("path", "name"), [("a/b/c.x", "c.x"), ("c.x", "c.x")])
def test_name(path: str, name: str) -> None:
    upload = Upload("id", "home", path, 5, None, OnConflict.FAIL, created=1.0, updated=1.0)
    assert upload.name == name
