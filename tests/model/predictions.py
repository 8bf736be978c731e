"""What must come of an operation where nothing interferes, and what may where something does."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_bigupload.errors import (
    Checking,
    CompositeMismatch,
    DigestMismatch,
    DigestMissing,
    Exists,
    Incomplete,
    LengthMismatch,
    Locked,
    Malformed,
    NotFound,
    NotReceiving,
    OffsetMismatch,
    QuotaExceeded,
    RangeOverlap,
    TooLarge,
)
from jupyter_bigupload.stores.base import OnConflict

from .model import ModelUpload, offsets
from .operations import Abort, Arrival, Complete, Composite, Create, Send, Sweep
from .world import LARGEST, QUOTA, Asked, World

#: The class of an error, or `NoneType` for none.
Outcome = type[BaseException] | type[None]

_NEVER_RIGHT = {Arrival.SHORT, Arrival.LONG, Arrival.BREAKS, Arrival.OTHER_SIZE}
#: What each operation may end with when others interfere, or a server has died before.
_POSSIBLE: dict[type, tuple[type[BaseException], ...]] = {
    Create: (Exists, TooLarge, QuotaExceeded, Locked),
    Send: (
        ConnectionResetError, NotFound, NotReceiving, OffsetMismatch, RangeOverlap, LengthMismatch, Locked,
        DigestMissing, DigestMismatch, TooLarge, Checking, Malformed,
    ),
    Complete: (
        NotFound, NotReceiving, Incomplete, Exists, CompositeMismatch, DigestMissing, Locked, Checking,
    ),
    Abort: (NotFound, NotReceiving, Locked),
    Sweep: (),
}  # fmt: skip


def check_possible(asked: Asked) -> None:
    """Hold an answer against what the operation may end with at all."""
    error = asked.error
    assert error is None or isinstance(error, _POSSIBLE[type(asked.operation)]), (asked.operation, error)
    if asked.body is not None and asked.upload is not None:
        assert error is not None or asked.body.arrival not in _NEVER_RIGHT, asked
        beyond = asked.upload.size is not None and asked.chunk[1] > asked.upload.size
        assert (error is not None) if beyond else not isinstance(error, Malformed), asked


def check_evictions(world: World, asked: Sequence[Asked]) -> None:
    """Hold it against what was asked just now that clients which are silent were left alone, or were not."""
    for silent in world.stalled:
        assert silent.body is not None
        if silent.ended and not silent.body.went_on:
            others = {type(other.operation) for other in asked if other.upload is silent.upload}
            enough = {Abort} if world.patient else {Abort, Complete, Send}
            assert others & enough, f"{silent} was ended for nothing"


def check_predicted(asked: Asked, predicted: set[Outcome]) -> None:
    """Hold an answer against what was predicted of it."""
    error = asked.error
    assert type(error) in predicted, (predicted, error, asked)
    if isinstance(error, Incomplete) and asked.upload is not None:
        missing = error.details["missing"]
        assert isinstance(missing, list)
        found = _found_missing(asked.upload)
        assert offsets(set(missing)) == (found or offsets(asked.upload.damaged))


def predict(world: World, asked: Asked) -> set[Outcome] | None:
    """Say what comes of an operation while nothing else is under way but clients that are silent.

    Returns
    -------
    set or None
        What is right, or None where several things may be.
    """
    upload, operation = asked.upload, asked.operation
    if isinstance(operation, Create):
        return {_predict_create(world, operation)}
    if isinstance(operation, Sweep):
        return {type(None)}
    assert upload is not None
    if upload.state == "gone":
        return {NotFound}
    if upload.vanished or upload.completing or upload.in_doubt:
        return None
    if upload.size is None and upload.spoiled:
        return None  # how much room it has left depends on whether it was read back before
    if isinstance(operation, Abort):
        return {NotReceiving if upload.state == "done" else type(None)}
    if world.patient and _is_held(world, asked):
        return {Locked}
    if any(silent.upload is upload and silent.in_blocks for silent in world.stalled):
        return None  # what came of it may be there by then, or not yet
    if isinstance(operation, Complete):
        return {_predict_complete(world, upload, operation)}
    return {_predict_send(world, asked, upload)}


def _predict_create(world: World, operation: Create) -> Outcome:
    if operation.size is not None and operation.size > LARGEST:
        return TooLarge
    if _unfinished_bytes(world) + (operation.size or 0) > QUOTA:
        return QuotaExceeded
    if operation.on_conflict is OnConflict.FAIL and operation.name in world.files:
        return Exists
    return type(None)


def _unfinished_bytes(world: World) -> int:
    return sum(_unfinished_by_upload(world).values())


def _unfinished_by_upload(world: World) -> dict[str, int]:
    # Asked of the server: it also counts uploads whose client never learned of them.
    begun = world.call(world.computer.service.unfinished()).uploads
    return {one.id: one.received.total if one.size is None else one.size for one in begun}


def _room_for(world: World, upload: ModelUpload) -> int:
    """Return the most bytes that may come of an unannounced size."""
    # Of its own, the server counts what it has just found to be sound.
    unfinished = {**_unfinished_by_upload(world), upload.id: len(upload.received)}
    return min(LARGEST, max(1, QUOTA - sum(unfinished.values())))


def _is_held(world: World, asked: Asked) -> bool:
    """Return whether a client that is silent holds what `asked` needs."""
    chunks = [silent.chunk for silent in world.stalled if silent.upload is asked.upload]
    if isinstance(asked.operation, Complete):
        return bool(chunks)
    return any(max(asked.chunk[0], start) < min(asked.chunk[1], end) for start, end in chunks)


def _found_missing(upload: ModelUpload) -> set[int]:
    """Return what is found missing when `upload` is completed, and its bytes are read back."""
    return upload.missing | offsets(upload.acknowledged - upload.sound())


def _predict_complete(world: World, upload: ModelUpload, operation: Complete) -> Outcome:
    if upload.state == "done":
        return type(None)
    if _found_missing(upload):
        return Incomplete
    if (error := _predict_digests(upload, operation)) is not None:
        return error
    policies = {operation.on_conflict} if operation.on_conflict else upload.policies
    return Exists if policies == {OnConflict.FAIL} and upload.name in world.files else type(None)


def _predict_digests(upload: ModelUpload, operation: Complete) -> Outcome | None:
    stated = operation.digests and bool(upload.unconfirmed)
    match operation.composite:
        case Composite.RIGHT if not upload.damaged:
            return None
        case _ if stated and upload.damaged:
            return Incomplete  # these are dropped
        case Composite.NONE:
            return DigestMissing if upload.unconfirmed and not stated else None
        case _:
            return CompositeMismatch


def _predict_send(world: World, asked: Asked, upload: ModelUpload) -> Outcome:
    assert asked.body is not None
    assert isinstance(asked.operation, Send)
    if upload.state == "done":
        return NotReceiving
    if upload.digest is not None and asked.body.digest(upload.digest) is None and not asked.in_blocks:
        return DigestMissing
    if upload.id in world.measured or asked.body.arrival is Arrival.OTHER_SIZE:
        return OffsetMismatch
    if upload.size is not None and asked.chunk[1] > upload.size:
        return Malformed
    received = upload.received
    if asked.operation.in_order and asked.chunk[0] != upload.prefix:
        return OffsetMismatch
    covered = upload.size is not None and offsets({asked.chunk}) <= received
    if not covered and offsets({asked.chunk}) & received:
        return RangeOverlap
    if upload.size is None and asked.body.sent > _room_for(world, upload):
        return TooLarge
    match asked.body.arrival:
        case Arrival.SHORT | Arrival.LONG:
            return LengthMismatch
        case Arrival.BREAKS:
            return ConnectionResetError
        case Arrival.WRONG_BYTES if not covered and upload.data:
            return DigestMismatch
        case _:
            return type(None)
