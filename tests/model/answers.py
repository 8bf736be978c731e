"""What clients learn from answers, and what they must reckon with when none came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jupyter_bigupload.errors import Exists, Malformed, OffsetMismatch, RangeOverlap
from jupyter_bigupload.stores.base import OnConflict
from jupyter_bigupload.uploads import State, Upload

from .invariants import check_files, observe
from .model import ModelUpload, content, offsets
from .operations import Abort, Arrival, Complete, Create, Send, Sweep
from .predictions import check_evictions, check_possible
from .world import LARGEST, Asked, World

#: Answers to a body of which nothing is read.
_BEFORE_THE_BODY = (OffsetMismatch, RangeOverlap, Malformed)


def settle(world: World, asked: Sequence[Asked]) -> None:
    """Take into the model what was answered, and hold it against what is there.

    Parameters
    ----------
    asked : sequence
        What was asked just now; what stalled before may have ended meanwhile as well.
    """
    _settle(world, asked, maybe=[])


def settle_after_death(world: World, asked: Sequence[Asked]) -> None:
    """The same where some got no answer, so that both is right: that it happened, and that it did not."""
    maybe = []
    for one in asked:
        if one.ended:
            continue
        _leave_open(world, one)
        if isinstance(one.operation, Complete) and one.upload is not None:
            maybe.append(one.upload)
    _settle(world, [one for one in asked if one.ended], maybe)


def _settle(world: World, asked: Sequence[Asked], maybe: list[ModelUpload]) -> None:
    check_evictions(world, asked)
    under_way = [*world.stalled, *asked]
    world.stalled = [one for one in under_way if not one.ended]
    committed: list[tuple[ModelUpload, str]] = []
    for one in under_way:
        if one.ended:
            check_possible(one)
            _take_in(world, one, committed)
        elif one.in_blocks:
            _take_in_blocks(one)
    check_files(world, committed, maybe)
    observe(world)


def _leave_open(world: World, one: Asked) -> None:
    """Take in that an operation may have happened, or not."""
    if isinstance(one.operation, Create):
        world.lost_creations += 1
    elif isinstance(one.operation, Sweep):
        _let_due_ones_go(world)
    elif one.upload is not None:
        if one.in_blocks:
            _take_in_blocks(one)
        elif one.body is not None and one.body.sound(one.upload.digest):
            one.upload.in_doubt.add(one.chunk)
        elif isinstance(one.operation, Complete):
            one.upload.policies |= {one.operation.on_conflict or OnConflict.FAIL}
            one.upload.completing = one.upload.completing or one.upload.state == "receiving"
        elif isinstance(one.operation, Abort):
            one.upload.may_be_gone = True


def _take_in(world: World, one: Asked, committed: list[tuple[ModelUpload, str]]) -> None:
    assert one.task is not None
    if one.error is None:
        _take_in_success(world, one, one.task.result(), committed)
    elif one.in_blocks and not isinstance(one.error, _BEFORE_THE_BODY):
        _take_in_blocks(one, surely=isinstance(one.error, ConnectionResetError))
    elif isinstance(one.operation, Complete) and isinstance(one.error, Exists) and one.upload is not None:
        # It holds from now on, although the name was taken; and so does where the file ends.
        one.upload.decide(one.operation.on_conflict)
        if one.upload.size is None:
            world.measured.add(one.upload.id)


def _take_in_success(world: World, one: Asked, result: Any, committed: list[tuple[ModelUpload, str]]) -> None:
    operation, upload = one.operation, one.upload
    if isinstance(operation, Create):
        _take_in_creation(world, operation, result)
    elif isinstance(operation, Sweep):
        _let_due_ones_go(world)
    elif isinstance(operation, Send):
        assert upload is not None
        if not offsets({one.chunk}) <= upload.received:
            upload.updated = world.now
        if one.in_blocks:
            _take_in_blocks(one, surely=True)
        else:
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


def _take_in_blocks(one: Asked, *, surely: bool = False) -> None:
    """Take in the blocks of what came of a body; unless `surely`, each may be there or not."""
    upload, body = one.upload, one.body
    assert upload is not None
    assert body is not None
    (upload.acknowledged if surely else upload.in_doubt).update(one.blocks)
    if upload.digest is not None:
        upload.silent |= one.blocks
    if body.arrival is Arrival.DAMAGED:
        upload.changed.add(one.damage)


def _take_in_creation(world: World, operation: Create, made: Upload) -> None:
    known = {"xxh3-128", "sha-256"}
    number = len(world.uploads)
    # Without an announcement, only the bytes themselves can be too many.
    unannounced = LARGEST + 4 if number % 4 == 3 else LARGEST // 2
    length = unannounced if operation.size is None else operation.size
    upload = ModelUpload(
        id=made.id,
        name=operation.name,
        size=operation.size,
        data=content(number, length),
        policies={operation.on_conflict},
        digest=next((name for name in operation.digests if name in known), None),
        updated=world.now,
    )
    assert made.digest == upload.digest
    world.uploads.append(upload)


def _let_due_ones_go(world: World) -> None:
    for upload in world.uploads:
        upload.may_be_gone = upload.may_be_gone or world.due(upload)
