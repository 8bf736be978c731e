"""The service, the local store, the records and the locks, all real, against a model of plain values.

The rules are what can happen. After each, the answers are held against what was predicted of them
(`predictions`) and taken into the model (`answers`), and the model against what is there (`invariants`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from jupyter_bigupload.stores.base import OnConflict
from jupyter_bigupload.uploads import sweep
from tests.tiers import examples

from .answers import settle, settle_after_death
from .clients import prepare, run
from .damage import damage_record, remove_unfinished_bytes, rot, spoil, tear
from .invariants import check_nothing_is_due, check_nothing_stays, observe
from .operations import (
    ANY,
    COMPLETE,
    CREATE,
    NAMES,
    SEND,
    WHICH,
    Arrival,
    Complete,
    Composite,
    Create,
    Operation,
    Send,
    SendRest,
    Sweep,
)
from .predictions import check_predicted, predict
from .simulation import Crashed
from .world import EXPIRE_AFTER, KEEP_DONE, LARGEST, World

#: In which order operations on the disk happen where several wait.
CHOICES = st.lists(st.integers(0, 4), max_size=40)


class UploadsMachine(RuleBasedStateMachine):
    """Whatever happens, what was acknowledged stays, and no name ever shows anything but a whole file."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    @initialize(read_back=st.booleans(), operations=st.lists(CREATE, min_size=1, max_size=3))
    def first_boot(self, operations: list[Create], *, read_back: bool) -> None:
        self.world.first_boot(read_back=read_back)
        for operation in operations:
            self._alone(operation)

    # -- What clients do -----------------------------------------------------------------------------------

    @precondition(lambda self: sum(upload.state == "receiving" for upload in self.world.uploads) < 3)
    @rule(operation=CREATE)
    def create(self, operation: Create) -> None:
        self._alone(operation)

    @precondition(lambda self: self.world.uploads)
    @rule(sends=st.lists(SEND, min_size=1, max_size=4))
    def send(self, sends: list[Send]) -> None:
        for send in sends:
            self._alone(send)

    @precondition(lambda self: self.world.uploads)
    @rule(which=WHICH, sends=st.lists(SEND, min_size=2, max_size=4), choices=CHOICES)
    def send_at_once(self, which: int, sends: list[Send], choices: list[int]) -> None:
        """Several clients send chunks of one upload."""
        self._at_once([replace(send, which=which) for send in sends], choices)

    @precondition(lambda self: self.world.uploads and len(self.world.stalled) < 3)
    @rule(send=SEND)
    def send_and_fall_silent(self, send: Send) -> None:
        self._alone(replace(send, arrival=Arrival.STALLS, in_order=False))

    @precondition(lambda self: self.world.uploads)
    @rule(complete=COMPLETE, taken=st.booleans())
    def send_the_rest_and_complete(self, complete: Complete, *, taken: bool) -> None:
        """A client sees its upload through; with `taken`, the person has its name by then."""
        upload = self.world.upload(complete.which)
        if taken:
            self.the_person_writes_or_removes_a_file(name=upload.name, there=True)
        for _ in range(len(upload.acknowledged) + 1):
            self._alone(SendRest(complete.which))
        self._alone(complete)

    @precondition(lambda self: self.world.uploads)
    @rule(complete=COMPLETE, arrival=st.sampled_from([Arrival.WHOLE, Arrival.DAMAGED, Arrival.BREAKS]))
    def send_it_whole_and_complete(self, complete: Complete, arrival: Arrival) -> None:
        """A client sends all at once without a digest, says afterwards what it was, and mends it."""
        self._alone(SendRest(complete.which, arrival, verified=False))
        self._alone(complete)
        self._alone(SendRest(complete.which))
        self._alone(complete)

    @precondition(lambda self: self.world.uploads)
    @rule(operations=st.lists(ANY, min_size=1, max_size=3))
    def ask(self, operations: list[Operation]) -> None:
        for operation in operations:
            self._alone(operation)

    def _alone(self, operation: Operation) -> None:
        """Ask for one thing; where nothing else is under way but silent clients, its outcome is known."""
        asked = prepare(self.world, [operation])
        predicted = [predict(self.world, one) for one in asked]
        run(self.world, asked)
        for one, outcomes in zip(asked, predicted, strict=True):
            if outcomes is not None and one.ended:
                check_predicted(one, outcomes)
        settle(self.world, asked)
        if isinstance(operation, Sweep):
            check_nothing_is_due(self.world)

    @precondition(lambda self: self.world.uploads)
    @rule(operations=st.lists(ANY, min_size=2, max_size=4), choices=CHOICES)
    def ask_at_once(self, operations: list[Operation], choices: list[int]) -> None:
        self._at_once(operations, choices)

    def _at_once(self, operations: Sequence[Operation], choices: list[int]) -> None:
        asked = prepare(self.world, operations)
        run(self.world, asked, choices=choices)
        settle(self.world, asked)

    @precondition(lambda self: self.world.stalled)
    @rule(which=WHICH, breaks=st.booleans())
    def a_silence_ends(self, which: int, *, breaks: bool) -> None:
        asked = self.world.stalled[which % len(self.world.stalled)]
        assert asked.body is not None
        asked.body.go_on(breaks=breaks)
        run(self.world, [])
        settle(self.world, [])

    # -- What happens to the server ------------------------------------------------------------------------

    @rule(
        operations=st.lists(CREATE | ANY, max_size=3),
        choices=st.lists(st.integers(0, 4), max_size=20),
        after=st.integers(0, 25),
        slow=st.booleans(),
        stalled_after=st.sampled_from([1e9, -1.0]),
        torn=st.lists(WHICH, max_size=2),
        off=st.none() | st.lists(st.tuples(WHICH, st.integers(0, LARGEST)), max_size=3),
    )
    def die(
        self,
        operations: list[Operation],
        choices: list[int],
        after: int,
        *,
        slow: bool,
        stalled_after: float,
        torn: list[int],
        off: list[tuple[int, int]] | None,
    ) -> None:
        """The server dies in the midst of `operations`; with `off`, the machine, and these bytes change."""
        asked = prepare(self.world, operations)
        try:
            run(self.world, asked, choices=choices, crash_after=after)
        except Crashed:
            died = True
        else:
            died = False
            settle(self.world, asked)
        self.world.crash()
        if self.world.uploads:
            for which in torn:
                tear(self.world, self.world.upload(which))
            for which, offset in off or ():
                spoil(self.world, self.world.upload(which), offset)
        self.world.start(new_boot=off is not None, slow=slow, stalled_after=stalled_after)
        if died:
            settle_after_death(self.world, asked)

    @rule(too_early=st.integers(0, 1))
    def nobody_comes_back(self, too_early: int) -> None:
        """All are left alone until the time of one has come, or almost."""
        ends = [self.world.ends(upload) for upload in self.world.uploads if upload.state != "gone"]
        self.world.now = min(
            [end - too_early for end in ends if end > self.world.now], default=self.world.now
        )
        self._alone(Sweep())

    @rule(seconds=st.sampled_from([1, KEEP_DONE // 2, KEEP_DONE, EXPIRE_AFTER // 2]))
    def time_passes(self, seconds: int) -> None:
        self.world.now += seconds

    # -- What others do to the disk ------------------------------------------------------------------------

    @rule(name=st.sampled_from(NAMES), there=st.booleans())
    def the_person_writes_or_removes_a_file(self, name: str, *, there: bool) -> None:
        path = self.world.computer.root / name
        if there:
            path.write_bytes(b"the person's own")
            self.world.files[name] = b"the person's own"
        else:
            path.unlink(missing_ok=True)
            self.world.files.pop(name, None)
        for upload in self.world.uploads:
            if upload.completing and upload.name == name:
                upload.vanished = True

    @precondition(lambda self: self.world.uploads)
    @rule(
        what=st.sampled_from(["unfinished bytes", "record", "log", "a byte"]),
        which=WHICH,
        at=st.integers(0, 400),
    )
    def the_disk_loses(self, what: str, which: int, at: int) -> None:
        upload = self.world.upload(which)
        if what == "unfinished bytes":
            remove_unfinished_bytes(self.world, upload)
        elif what == "a byte":
            rot(self.world, upload, at)
        elif damage_record(self.world, upload, at, log=what == "log"):
            observe(self.world)

    # -- The end -------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        try:
            self._everything_ends()
        finally:
            self.world.end()

    def _everything_ends(self) -> None:
        """Every client breaks off, and nobody comes back before all has expired."""
        for asked in self.world.stalled:
            assert asked.body is not None
            asked.body.go_on(breaks=True)
        run(self.world, [])
        files = dict(self.world.files)
        settle(self.world, [])
        self.world.now += 2 * EXPIRE_AFTER
        for left in self.world.computer.records.glob("*.new"):
            os.utime(left, (0, 0))
        self.world.call(sweep(self.world.computer.service, self.world.computer.repository))
        check_nothing_stays(self.world, files)


LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"

TestUploads = UploadsMachine.TestCase
# In a long run, other examples each time; otherwise the same ones, so that everybody sees the same.
TestUploads.settings = settings(
    max_examples=20_000 if LONG else examples(80),
    stateful_step_count=30,
    derandomize=not LONG,
    print_blob=LONG,
)


@pytest.mark.parametrize("arrival", [Arrival.WHOLE, Arrival.DAMAGED, Arrival.BREAKS])
@pytest.mark.parametrize("digests", [True, False])
@pytest.mark.parametrize("composite", Composite)
def test_digests_afterwards(arrival: Arrival, composite: Composite, *, digests: bool) -> None:
    """What the machine comes to seldom: each answer is held against what was predicted."""
    machine = UploadsMachine()
    try:
        machine.first_boot([Create("a", 9, OnConflict.FAIL, ("xxh3-128",))], read_back=False)
        machine.send_it_whole_and_complete(Complete(0, None, composite, digests), arrival)
    finally:
        machine.teardown()
