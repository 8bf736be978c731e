"""The service, the local store, the records and the locks, all real, against a model of plain values."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from jupyter_bigupload.errors import (
    Checking,
    CompositeMismatch,
    DigestMismatch,
    DigestMissing,
    Exists,
    Incomplete,
    LengthMismatch,
    Locked,
    NotFound,
    NotReceiving,
    OffsetMismatch,
    QuotaExceeded,
    RangeOverlap,
    TooLarge,
)
from jupyter_bigupload.stores.base import OnConflict
from jupyter_bigupload.uploads import Limits, NewUpload, State, Upload, sweep

from .computer import Computer
from .model import ModelUpload, Range, content, offsets
from .operations import (
    ANY,
    COMPLETE,
    CREATE,
    NAMES,
    REST,
    SEND,
    Abort,
    Arrival,
    Body,
    Complete,
    Composite,
    Create,
    Operation,
    Send,
    SendRest,
    Sweep,
)
from .simulation import Crashed

LARGEST = 36
QUOTA = 120
EXPIRE_AFTER = 1000
KEEP_DONE = 100
#: How often a client asks again while the server reads back a few bytes.
PATIENCE = 40
UNFINISHED = {"receiving", "failed"}

#: What each operation may end with when others interfere, or a server has died before.
_EXPECTED: dict[type, tuple[type[BaseException], ...]] = {
    Create: (Exists, TooLarge, QuotaExceeded, Locked),
    Send: (
        ConnectionResetError, NotFound, NotReceiving, OffsetMismatch, RangeOverlap, LengthMismatch, Locked,
        DigestMissing, DigestMismatch, TooLarge, Checking,
    ),
    Complete: (NotFound, NotReceiving, Incomplete, Exists, CompositeMismatch, Locked, Checking),
    Abort: (NotFound, NotReceiving, Locked),
    Sweep: (),
}  # fmt: skip


@dataclass(eq=False)
class Asked:
    """An operation under way, and what it is about."""

    operation: Operation
    upload: ModelUpload | None = None
    chunk: Range = (0, 0)
    body: Body | None = None
    task: asyncio.Task[Any] | None = None


class UploadsMachine(RuleBasedStateMachine):
    """Whatever happens, what was acknowledged stays, and no name ever shows anything but a whole file."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="bigupload-model-"))
        self.now = 1_000_000
        self.computer = Computer(self.folder, clock=lambda: self.now)
        self.uploads: list[ModelUpload] = []
        self.files: dict[str, bytes] = {}
        self.stalled: list[Asked] = []
        # Uploads whose client never learned their id, because a server died while it created them.
        self.orphans: set[str] = set()
        # Those whose record was damaged: their bytes stay until the next sweep, and for good where
        # nothing is left that says where they are.
        self.damaged: set[str] = set()
        self.strays: set[str] = set()
        self.lost_creations = 0
        self.created = 0

    # -- What happens --------------------------------------------------------------------------------------

    @initialize(read_back=st.booleans())
    def first_boot(self, *, read_back: bool) -> None:
        self.limits = Limits(
            max_upload_size=LARGEST,
            max_unfinished_size=QUOTA,
            expire_after=EXPIRE_AFTER,
            keep_done=KEEP_DONE,
            read_back=read_back,
        )
        self.computer.start(self.limits, new_boot=True, slow=False, stalled_after=1e9)

    @rule(operation=CREATE)
    def create(self, operation: Create) -> None:
        self._alone(operation)

    @precondition(lambda self: self.uploads)
    @rule(operation=st.one_of(SEND, REST, REST, COMPLETE))
    def go_on(self, operation: Operation) -> None:
        self._alone(operation)

    @precondition(lambda self: self.uploads)
    @rule(operation=ANY)
    def ask(self, operation: Operation) -> None:
        self._alone(operation)

    @precondition(lambda self: self.uploads)
    @rule(
        operations=st.lists(ANY, min_size=2, max_size=4),
        choices=st.lists(st.integers(0, 4), max_size=40),
    )
    def ask_at_once(self, operations: list[Operation], choices: list[int]) -> None:
        before = dict(self.files)
        asked = self._start(operations)
        self._run(asked, choices=choices)
        self._settle(asked, before)

    @rule(
        operations=st.lists(CREATE | ANY, max_size=3),
        choices=st.lists(st.integers(0, 4), max_size=20),
        after=st.integers(0, 25),
        slow=st.booleans(),
        stalled_after=st.sampled_from([1e9, -1.0]),
        torn=st.lists(st.integers(0, 4), max_size=2),
        off=st.none() | st.lists(st.tuples(st.integers(0, 4), st.integers(0, LARGEST)), max_size=3),
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
        before = dict(self.files)
        asked = self._start(operations)
        try:
            self._run(asked, choices=choices, crash_after=after)
        except Crashed:
            died = True
        else:
            died = False
            self._settle(asked, before)
        self.computer.crash()
        self.stalled.clear()
        for which in torn:
            self._tear(which)
        for which, offset in off or ():
            self._spoil(which, offset)
        self.computer.start(self.limits, new_boot=off is not None, slow=slow, stalled_after=stalled_after)
        if died:
            self._settle_after_death(asked, before)

    @precondition(lambda self: self.stalled)
    @rule(which=st.integers(0, 4), breaks=st.booleans())
    def a_silence_ends(self, which: int, *, breaks: bool) -> None:
        before = dict(self.files)
        asked = self.stalled[which % len(self.stalled)]
        assert asked.body is not None
        asked.body.go_on(breaks=breaks)
        self._run([])
        self._settle([], before)

    @rule(seconds=st.sampled_from([1, KEEP_DONE - 1, KEEP_DONE, EXPIRE_AFTER - 1, EXPIRE_AFTER]))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds

    @rule(name=st.sampled_from(NAMES), there=st.booleans())
    def the_person_writes_or_removes_a_file(self, name: str, *, there: bool) -> None:
        path = self.computer.root / name
        if there:
            path.write_bytes(b"the person's own")
            self.files[name] = b"the person's own"
        else:
            path.unlink(missing_ok=True)
            self.files.pop(name, None)
        for upload in self.uploads:
            if upload.completing and upload.name == name:
                upload.vanished = True

    @precondition(lambda self: self.uploads)
    @rule(which=st.integers(0, 4))
    def the_person_removes_unfinished_bytes(self, which: int) -> None:
        upload = self._upload(which)
        partial = self.computer.partials().get(upload.id)
        if partial is not None and not self._busy(upload):
            partial.unlink()
            upload.vanished = True

    @precondition(lambda self: self.uploads)
    @rule(which=st.integers(0, 4), at=st.integers(0, 400), log=st.booleans())
    def a_record_is_damaged(self, which: int, at: int, *, log: bool) -> None:
        upload = self._upload(which)
        record = self.computer.records / f"{upload.id}.{'parts' if log else 'json'}"
        if self._busy(upload) or upload.state != "receiving" or not record.exists():
            return
        data = bytearray(record.read_bytes())
        data[at % len(data)] ^= 1
        record.write_bytes(data)
        if log:
            upload.in_doubt |= upload.acknowledged
            upload.acknowledged = set()
            upload.traceable = False
            upload.updated = 0  # the lines of the log tell when they came
        else:
            upload.state = "gone"
            self.damaged.add(upload.id)
            if not (upload.traceable and record.with_suffix(".parts").exists()):
                self.strays.add(upload.id)
        self._observe()

    # -- What is asked -------------------------------------------------------------------------------------

    def _upload(self, which: int) -> ModelUpload:
        return self.uploads[which % len(self.uploads)]

    def _busy(self, upload: ModelUpload) -> bool:
        return any(asked.upload is upload for asked in self.stalled)

    def _alone(self, operation: Operation) -> None:
        """Ask for one thing; where nothing else is under way, its outcome is known."""
        before = dict(self.files)
        asked = self._start([operation])
        expected = None if self.stalled else [self._predict(one) for one in asked]
        self._run(asked)
        for one, outcome in zip(asked, expected or [None] * len(asked), strict=True):
            if outcome is not None and one.task is not None and one.task.done():
                error = one.task.exception()
                assert type(error) in outcome, (one, error, outcome)
                if isinstance(error, Incomplete) and one.upload is not None:
                    assert offsets(set(error.details["missing"])) == one.upload.missing
        self._settle(asked, before)
        if expected is not None and isinstance(operation, Sweep):
            assert not [upload for upload in self.uploads if upload.state != "gone" and self._due(upload)]

    def _start(self, operations: Sequence[Operation]) -> list[Asked]:
        asked = []
        for operation in operations:
            if isinstance(operation, Create | Sweep):
                asked.append(Asked(operation))
                continue
            if not self.uploads:
                continue
            upload = self._upload(operation.which)
            if isinstance(operation, SendRest | Send):
                asked += self._start_chunk(operation, upload)
            elif not (isinstance(operation, Complete) and upload.unannounced_and_empty):
                asked.append(Asked(operation, upload))
        return asked

    def _start_chunk(self, operation: Send | SendRest, upload: ModelUpload) -> Iterator[Asked]:
        if isinstance(operation, SendRest):
            chunk, send = upload.first_gap(), Send(operation.which, 0, 0)
        else:
            chunk, send = upload.chunk(operation.start, operation.length), operation
        if chunk is not None:
            arrival = send.arrival if upload.size is not None else send.arrival.unmeasured
            yield Asked(send, upload, chunk, Body(upload.data[slice(*chunk)], arrival))

    def _run(
        self, asked: list[Asked], *, choices: Iterable[int] = (), crash_after: int | None = None
    ) -> None:
        for one in asked:
            one.task = self.computer.loop.create_task(self._carry_out(one))
        under_way = [*self.stalled, *asked]
        self.computer.loop.run(
            lambda: all(one.task.done() or (one.body and one.body.stalled) for one in under_way),
            choices=choices,
            crash_after=crash_after,
        )

    async def _carry_out(self, asked: Asked) -> object:
        """Ask, and ask again as long as the server is reading back what it has."""
        for _ in range(PATIENCE):
            try:
                return await self._ask(asked)
            except Checking:
                await asyncio.sleep(1)
        raise AssertionError(f"{asked} is never answered")

    def _ask(self, asked: Asked) -> Coroutine[Any, Any, object]:
        service, operation, upload = self.computer.service, asked.operation, asked.upload
        if isinstance(operation, Create):
            new = NewUpload(
                operation.name, operation.size, on_conflict=operation.on_conflict, digests=operation.digests
            )
            return service.create(new)
        if isinstance(operation, Sweep):
            return sweep(service, self.computer.ledger)
        assert upload is not None
        if isinstance(operation, Abort):
            return service.abort(upload.id)
        if isinstance(operation, Complete):
            return service.complete(
                upload.id, operation.on_conflict, composite=self._composite(upload, operation.composite)
            )
        assert asked.body is not None
        start, end = asked.chunk
        return service.write(
            upload.id,
            start=start,
            end=None if upload.size is None else end,
            total=upload.size,
            body=asked.body.pieces(),
            digest=asked.body.digest(upload.digest),
            in_order=operation.in_order,
        )

    def _composite(self, upload: ModelUpload, said: Composite) -> str | None:
        if said is Composite.NONE:
            return None
        return upload.composite if said is Composite.RIGHT else "0" * 64

    # -- What must come of it, where nothing interferes ----------------------------------------------------

    def _predict(self, asked: Asked) -> set[type[BaseException]] | None:
        """Return the errors that are right (`NoneType` for none), or None where several things may be."""
        upload, operation = asked.upload, asked.operation
        if isinstance(operation, Create):
            return {self._predict_create(operation)}
        if isinstance(operation, Sweep):
            return {type(None)}
        assert upload is not None
        if upload.state == "gone":
            return {NotFound}
        if upload.vanished or upload.completing or upload.in_doubt:
            return None
        if isinstance(operation, Abort):
            return {NotReceiving if upload.state == "done" else type(None)}
        if isinstance(operation, Complete):
            return {self._predict_complete(upload, operation)}
        return {self._predict_send(asked, upload)}

    def _predict_create(self, operation: Create) -> type[BaseException]:
        if operation.size is not None and operation.size > LARGEST:
            return TooLarge
        if self._unfinished_bytes() + (operation.size or 0) > QUOTA:
            return QuotaExceeded
        if operation.on_conflict is OnConflict.FAIL and operation.name in self.files:
            return Exists
        return type(None)

    def _unfinished_bytes(self) -> int:
        begun = self._call(self.computer.service.unfinished())
        return sum(upload.received.total if upload.size is None else upload.size for upload in begun)

    def _predict_complete(self, upload: ModelUpload, operation: Complete) -> type[BaseException]:
        if upload.state == "done":
            return type(None)
        if upload.missing:
            return Incomplete
        if operation.composite is Composite.WRONG:
            return CompositeMismatch
        policies = {operation.on_conflict} if operation.on_conflict else upload.policies
        return Exists if policies == {OnConflict.FAIL} and upload.name in self.files else type(None)

    def _predict_send(self, asked: Asked, upload: ModelUpload) -> type[BaseException]:
        assert asked.body is not None
        assert isinstance(asked.operation, Send)
        if upload.state == "done":
            return NotReceiving
        if upload.digest is not None and asked.body.digest(upload.digest) is None:
            return DigestMissing
        received = upload.received
        if upload.size is None and len(upload.data) > LARGEST and asked.body.arrival is not Arrival.BREAKS:
            return OffsetMismatch if asked.operation.in_order and upload.prefix else TooLarge
        if asked.operation.in_order and asked.chunk[0] != upload.prefix:
            return OffsetMismatch
        covered = upload.size is not None and offsets({asked.chunk}) <= received
        if not covered and offsets({asked.chunk}) & received:
            return RangeOverlap
        match asked.body.arrival:
            case Arrival.SHORT | Arrival.LONG:
                return LengthMismatch
            case Arrival.BREAKS:
                return ConnectionResetError
            case Arrival.WRONG_BYTES if not covered and upload.data:
                return DigestMismatch
            case _:
                return type(None)

    # -- What came of it -----------------------------------------------------------------------------------

    def _settle(self, asked: list[Asked], before: dict[str, bytes]) -> None:
        """Take into the model what was answered, and hold it against what is there."""
        self._take_in(asked, before, maybe=[])

    def _settle_after_death(self, asked: list[Asked], before: dict[str, bytes]) -> None:
        """The same where some got no answer, so that both is right: that it happened, and that it did not."""
        maybe = []
        for one in asked:
            if one.task is not None and one.task.done():
                continue
            if isinstance(one.operation, Create):
                self.lost_creations += 1
            elif isinstance(one.operation, Sweep):
                for upload in self.uploads:
                    upload.may_be_gone = upload.may_be_gone or self._due(upload)
            elif one.upload is not None:
                if one.body is not None and one.body.sound(one.upload.digest):
                    one.upload.in_doubt.add(one.chunk)
                elif isinstance(one.operation, Complete):
                    one.upload.policies |= {one.operation.on_conflict or OnConflict.FAIL}
                    one.upload.completing = one.upload.completing or one.upload.state == "receiving"
                    maybe.append(one.upload)
                elif isinstance(one.operation, Abort):
                    one.upload.may_be_gone = True
        self._take_in([one for one in asked if one.task is not None and one.task.done()], before, maybe)

    def _take_in(self, asked: list[Asked], before: dict[str, bytes], maybe: list[ModelUpload]) -> None:
        ended = [one for one in [*self.stalled, *asked] if one.task is not None and one.task.done()]
        self.stalled = [one for one in [*self.stalled, *asked] if one not in ended]
        committed: list[tuple[ModelUpload, str]] = []
        for one in ended:
            assert one.task is not None
            error = one.task.exception()
            assert error is None or isinstance(error, _EXPECTED[type(one.operation)]), (one.operation, error)
            if error is None:
                self._take_in_success(one, one.task.result(), committed)
            else:
                self._take_in_failure(one, error)
        self._check_files(before, committed, maybe)
        self._observe()

    def _take_in_success(self, one: Asked, result: Any, committed: list[tuple[ModelUpload, str]]) -> None:
        operation, upload = one.operation, one.upload
        if isinstance(operation, Create):
            self._take_in_creation(operation, result)
        elif isinstance(operation, Sweep):
            for other in self.uploads:
                other.may_be_gone = other.may_be_gone or self._due(other)
        elif isinstance(operation, Send):
            assert upload is not None
            upload.acknowledged.add(one.chunk)
        elif isinstance(operation, Abort):
            assert upload is not None
            assert upload.state != "done"
            upload.state = "gone"
        elif isinstance(operation, Complete):
            assert upload is not None
            assert upload.state in {"receiving", "done"}
            assert result.state is State.DONE
            if upload.state == "done":
                assert result.path == upload.done_as
                return
            upload.decide(operation.on_conflict)
            upload.state, upload.done_as = "done", result.path
            committed.append((upload, result.path))

    def _take_in_creation(self, operation: Create, made: Upload) -> None:
        known = {"xxh3-128", "sha-256"}
        # Without an announcement, only the bytes themselves can be too many.
        unannounced = LARGEST + 4 if self.created % 4 == 3 else LARGEST // 2
        length = unannounced if operation.size is None else operation.size
        upload = ModelUpload(
            id=made.id,
            name=operation.name,
            size=operation.size,
            data=content(self.created, length),
            policies={operation.on_conflict},
            digest=next((name for name in operation.digests if name in known), None),
            updated=self.now,
        )
        self.created += 1
        assert made.digest == upload.digest
        self.uploads.append(upload)

    def _take_in_failure(self, one: Asked, error: BaseException) -> None:
        upload = one.upload
        if isinstance(one.operation, Complete) and isinstance(error, Exists) and upload is not None:
            upload.decide(one.operation.on_conflict)

    def _due(self, upload: ModelUpload) -> bool:
        idle = KEEP_DONE if upload.state == "done" else EXPIRE_AFTER
        return upload.updated + idle <= self.now

    def _check_files(
        self, before: dict[str, bytes], committed: list[tuple[ModelUpload, str]], maybe: list[ModelUpload]
    ) -> None:
        """Every name shows what it did, or the whole of a file that was completed to it."""
        found = self.computer.files()
        assert set(before) <= set(found), "a file is gone"
        assert {path for _, path in committed} <= set(found), "a file that is done is not there"
        for name, data in found.items():
            new = [upload for upload, path in committed if path == name]
            possible = [upload for upload in maybe if name.startswith(upload.name)]
            if name in before and data == before[name] and not new:
                continue
            (by, *_) = [upload for upload in [*new, *possible] if upload.final == data] or [None]
            assert by is not None, f"{name} shows what nobody sent"
            assert name not in before or OnConflict.REPLACE in by.policies, f"{name} was overwritten"
        self.files = found

    # -- What is there -------------------------------------------------------------------------------------

    def _call(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        task = self.computer.loop.create_task(coroutine)
        self.computer.loop.run(task.done)
        return task.result()

    async def _status(self, upload_id: str) -> Upload | None:
        for _ in range(PATIENCE):
            try:
                return await self.computer.service.status(upload_id)
            except Checking:
                await asyncio.sleep(1)
            except NotFound:
                return None
        raise AssertionError("the status is never known")

    def _observe(self) -> None:
        """Hold what the server says of each upload against what its client knows."""
        for upload in self.uploads:
            found = self._call(self._status(upload.id))
            if upload.state == "gone" or found is None:
                assert found is None, f"{upload} came back"
                assert upload.state == "gone" or upload.may_be_gone or upload.vanished, f"{upload} is lost"
                upload.state = "gone"
                continue
            upload.may_be_gone = False
            self._observe_one(upload, found)
        known = {upload.id for upload in self.uploads}
        kept = {upload.id for upload in self.uploads if upload.state != "gone"}
        unknown = set(self._call(self.computer.ledger.ids())) - known
        assert len(unknown) <= self.lost_creations, "there is a record of an upload that nobody made"
        self.orphans = unknown
        listed = {one.id for one in self._call(self.computer.service.unfinished())}
        assert listed - unknown == {upload.id for upload in self.uploads if upload.state in UNFINISHED}
        assert set(self.computer.partials()) <= kept | unknown | self.damaged
        for upload in self.uploads:
            if upload.state == "done":
                assert upload.id not in self.computer.partials(), "a finished file has unfinished bytes"

    def _observe_one(self, upload: ModelUpload, found: Upload) -> None:
        assert found.updated >= upload.updated
        upload.updated = int(found.updated)
        if upload.state == "done":
            assert (found.state, found.path) == (State.DONE, upload.done_as)
        elif found.state is State.DONE:
            assert upload.completing
            upload.state, upload.done_as = "done", found.path
        elif found.state is State.FAILED:
            assert upload.vanished
            upload.state = "failed"
        else:
            assert found.state is State.RECEIVING or upload.completing
            self._observe_bytes(upload, found)

    def _observe_bytes(self, upload: ModelUpload, found: Upload) -> None:
        """What was acknowledged is there, unless its bytes changed; and nothing that was never sent."""
        received = offsets(set(found.received))
        if not upload.vanished:
            surely = {part for part in upload.acknowledged if not offsets({part}) & upload.spoiled}
            assert received >= offsets(surely), f"{upload}: acknowledged bytes are asked for again"
        assert received <= offsets(upload.acknowledged | upload.in_doubt), (
            f"{upload}: what never came is there"
        )
        if found.state is State.RECEIVING:
            assert not received & upload.spoiled, f"{upload}: changed bytes are believed"
            upload.spoiled = set()
        for part in found.parts:
            assert str(part.digest) == upload.member((part.start, part.end), part.digest.algorithm)
        upload.acknowledged = {(part.start, part.end) for part in found.parts}
        upload.algorithms = {(part.start, part.end): part.digest.algorithm for part in found.parts}
        upload.in_doubt = set()

    # -- What happens to the disk while no server runs -----------------------------------------------------

    def _tear(self, which: int) -> None:
        """Leave what a server leaves that dies in the midst of writing."""
        if not self.uploads:
            return
        upload = self._upload(which)
        record = self.computer.records / f"{upload.id}.json"
        if record.exists():
            record.with_name(f"{record.name}.new").write_bytes(record.read_bytes()[:100])
        log = record.with_suffix(".parts")
        if log.exists():
            with log.open("ab") as file:
                file.write(b"\n0 5 xxh3-128=:AAAA")

    def _spoil(self, which: int, offset: int) -> None:
        """Change a byte of what is unfinished."""
        if not self.uploads:
            return
        upload = self._upload(which)
        partial = self.computer.partials().get(upload.id)
        if partial is None or offset >= partial.stat().st_size:
            return
        data = bytearray(partial.read_bytes())
        data[offset] ^= 1
        partial.write_bytes(data)
        upload.spoiled ^= {offset}

    # -- The end -------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        try:
            self._nothing_stays()
        finally:
            shutil.rmtree(self.folder)
            self.computer.switch_off()

    def _nothing_stays(self) -> None:
        """Once every upload has ended, the disk holds finished files and nothing else."""
        for asked in self.stalled:
            assert asked.body is not None
            asked.body.go_on(breaks=True)
        self._run([])
        before = dict(self.files)
        self._settle([], before)
        self.now += 2 * EXPIRE_AFTER
        for left in self.computer.records.glob("*.new"):
            os.utime(left, (0, 0))
        self._call(sweep(self.computer.service, self.computer.ledger))
        assert self.computer.files() == before
        assert set(self.computer.partials()) <= self.strays
        left_over = {path.name for path in self.computer.records.glob("*")}
        assert left_over <= {"locks"}, left_over


LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"

TestUploads = UploadsMachine.TestCase
# In a long run, other examples each time; otherwise the same ones, so that everybody sees the same.
TestUploads.settings = settings(
    max_examples=20_000 if LONG else 100, stateful_step_count=30, derandomize=not LONG, print_blob=LONG
)
