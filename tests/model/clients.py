"""The clients: they turn operations into calls of the service, and know how to wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from jupyter_bigupload.digests import Digest
from jupyter_bigupload.errors import Checking
from jupyter_bigupload.uploads import NewUpload, VerifiedPart, sweep

from .model import ModelUpload, Range
from .operations import Abort, Arrival, Body, Complete, Composite, Create, Operation, Send, SendRest, Sweep
from .world import BLOCK, Asked, World

T = TypeVar("T")

#: How often a client asks again while the server reads back a few bytes.
_PATIENCE = 40


def prepare(world: World, operations: Sequence[Operation]) -> list[Asked]:
    """Return what clients can ask of `operations`: those about nothing are left out."""
    asked = []
    for operation in operations:
        if isinstance(operation, Create | Sweep):
            asked.append(Asked(operation))
            continue
        if not world.uploads:
            continue
        upload = world.upload(operation.which)
        if isinstance(operation, SendRest | Send):
            on_their_way = {one.chunk for one in [*world.stalled, *asked] if one.upload is upload}
            asked += _prepare_chunk(operation, upload, on_their_way)
        elif not (isinstance(operation, Complete) and upload.unannounced_and_empty):
            asked.append(Asked(operation, upload))
    return asked


def _prepare_chunk(
    operation: Send | SendRest, upload: ModelUpload, on_their_way: set[Range]
) -> Iterator[Asked]:
    if isinstance(operation, SendRest):
        chunk = upload.first_gap()
        send = Send(operation.which, arrival=operation.arrival, verified=operation.verified)
    else:
        chunk, send = _chunk(operation, upload, on_their_way), operation
    if chunk is not None:
        arrival = send.arrival if upload.size is not None else send.arrival.unmeasured
        start, end = chunk
        if arrival is Arrival.DAMAGED and (upload.digest is None or end - start <= BLOCK):
            arrival = Arrival.WHOLE  # nobody could tell, or it is not taken at all
        body = Body(upload.data[start:end].ljust(end - start, b"!"), arrival, send.verified)
        yield Asked(send, upload, chunk, body)


def _chunk(send: Send, upload: ModelUpload, on_their_way: set[Range]) -> Range | None:
    """Return the chunk that is sent, or None when the file has no bytes."""
    if upload.size is None:
        return 0, len(upload.data)
    if not upload.size:
        return None
    return send.place.chunk(upload.size, upload.acknowledged | on_their_way)


def run(
    world: World, asked: Sequence[Asked], *, choices: Iterable[int] = (), crash_after: int | None = None
) -> None:
    """Ask all at once, and let things happen until each has its answer or its client is silent.

    Parameters
    ----------
    choices : iterable of int
        What happens next, each time that several things can.
    crash_after : int, optional
        Operations on the disk after which the server dies.

    Raises
    ------
    Crashed
        When it died before.
    """
    for one in asked:
        one.task = world.computer.loop.create_task(_carry_out(world, one))
    under_way = [*world.stalled, *asked]
    world.computer.loop.run(
        lambda: all(one.ended or one.stalled for one in under_way),
        choices=choices,
        crash_after=crash_after,
    )


async def patiently(ask: Callable[[], Coroutine[Any, Any, T]], *, about: object) -> T:
    """Ask, and ask again as long as the server is reading back what it has."""
    for _ in range(_PATIENCE):
        try:
            return await ask()
        except Checking:
            await asyncio.sleep(1)
    raise AssertionError(f"there is never an answer about {about}")


async def _carry_out(world: World, asked: Asked) -> object:
    return await patiently(lambda: _ask(world, asked), about=asked)


def _ask(world: World, asked: Asked) -> Coroutine[Any, Any, object]:
    service, operation, upload = world.computer.service, asked.operation, asked.upload
    if isinstance(operation, Create):
        new = NewUpload(
            operation.name, operation.size, on_conflict=operation.on_conflict, digests=operation.digests
        )
        return service.create(new)
    if isinstance(operation, Sweep):
        return sweep(service, world.computer.repository)
    assert upload is not None
    if isinstance(operation, Abort):
        return service.abort(upload.id)
    if isinstance(operation, Complete):
        composite = _composite(upload, operation.composite)
        digests = list(_stated(upload)) if operation.digests and upload.unconfirmed else None
        return service.complete(upload.id, operation.on_conflict, composite=composite, digests=digests)
    assert asked.body is not None
    assert isinstance(operation, Send)
    start, end = asked.chunk
    return service.write(
        upload.id,
        start=start,
        end=None if upload.size is None else end,
        total=len(upload.data) + 1 if asked.body.arrival is Arrival.OTHER_SIZE else upload.size,
        body=asked.body.pieces(),
        digest=asked.body.digest(upload.digest),
        in_order=operation.in_order,
    )


def _stated(upload: ModelUpload) -> Iterator[VerifiedPart]:
    for start, end in upload.unconfirmed:
        member = upload.member((start, end), upload.algorithms[start, end])
        yield VerifiedPart(start, end, Digest.parse(member))


def _composite(upload: ModelUpload, composite: Composite) -> str | None:
    if composite is Composite.NONE:
        return None
    return upload.composite if composite is Composite.RIGHT else "0" * 64
