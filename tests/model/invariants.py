"""What always holds, over the files that people see, the server's answers, and what is on its disk."""

from __future__ import annotations

from itertools import chain, combinations

from jupyter_bigupload.errors import NotFound
from jupyter_bigupload.stores.base import OnConflict
from jupyter_bigupload.uploads import State, Upload, VerifiedPart

from .clients import patiently
from .model import ModelUpload, offsets
from .world import World

_UNFINISHED = {"receiving", "failed"}


def check_files(world: World, committed: list[tuple[ModelUpload, str]], maybe: list[ModelUpload]) -> None:
    """Every name shows what it did, or the whole of a file that was completed to it.

    Parameters
    ----------
    committed : list
        Uploads that were completed just now, and the paths that the server said.
    maybe : list
        Uploads that a server was completing when it died.
    """
    before, found = world.files, world.computer.files()
    assert set(before) <= set(found), "a file is gone"
    assert {path for _, path in committed} <= set(found), "a file that is done is not there"
    for name, data in found.items():
        new = [upload for upload, path in committed if path == name]
        possible = [upload for upload in maybe if name.startswith(upload.name)]
        if name in before and data == before[name] and not new:
            continue
        by = next((upload for upload in [*new, *possible] if upload.final == data), None)
        assert by is not None, f"{name} shows what nobody sent"
        assert name not in before or OnConflict.REPLACE in by.policies, f"{name} was overwritten"
    world.files = found


def observe(world: World) -> None:
    """Hold what the server says and keeps against what clients know, who learn from it what was in doubt."""
    for upload in world.uploads:
        _observe_upload(world, upload)
    _check_what_is_kept(world)


def check_nothing_is_due(world: World) -> None:
    """After a sweep, nothing is there any more that nobody came back to."""
    assert not [upload for upload in world.uploads if upload.state != "gone" and world.due(upload)]


def check_nothing_stays(world: World, files: dict[str, bytes]) -> None:
    """Once every upload has ended, the disk holds finished files and nothing else."""
    assert world.computer.files() == files
    assert set(world.computer.partials()) <= world.strays
    left_over = {path.name for path in world.computer.records.glob("*")}
    assert left_over <= {"locks", "tag"}, left_over


def _check_what_is_kept(world: World) -> None:
    """Records, lists and unfinished files are those of the uploads there are."""
    known = {upload.id for upload in world.uploads}
    kept = {upload.id for upload in world.uploads if upload.state != "gone"}
    # Of uploads whose client never learned their id, because a server died while it created them.
    unknown = set(world.call(world.computer.repository.records.ids())) - known
    assert len(unknown) <= world.lost_creations, "there is a record of an upload that nobody made"
    listed = {one.id for one in world.call(world.computer.service.unfinished()).uploads}
    assert listed - unknown == {upload.id for upload in world.uploads if upload.state in _UNFINISHED}
    assert set(world.computer.partials()) <= kept | unknown | world.damaged
    for upload in world.uploads:
        if upload.state == "done":
            assert upload.id not in world.computer.partials(), "a finished file has unfinished bytes"


def _observe_upload(world: World, upload: ModelUpload) -> None:
    found = world.call(_status(world, upload.id))
    if upload.state == "gone" or found is None:
        assert found is None, f"{upload} came back"
        assert upload.state == "gone" or upload.may_be_gone or upload.vanished, f"{upload} is lost"
        upload.state = "gone"
        return
    if upload.may_be_gone and upload.state == "receiving" and upload.id not in world.computer.partials():
        upload.vanished = True  # the server died between removing the bytes and removing the record
    upload.may_be_gone = False
    _observe_state(world, upload, found)


async def _status(world: World, upload_id: str) -> Upload | None:
    try:
        return await patiently(lambda: world.computer.service.status(upload_id), about=upload_id)
    except NotFound:
        return None


def _observe_state(world: World, upload: ModelUpload, found: Upload) -> None:
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
        _observe_bytes(world, upload, found)


def _observe_bytes(world: World, upload: ModelUpload, found: Upload) -> None:
    """What was acknowledged is there, unless its bytes changed; and nothing that was never sent."""
    received = offsets(set(found.received))
    if not upload.vanished:
        kept = upload.sound() - upload.damaged  # when those are found, they are asked for again
        assert received >= offsets(kept), f"{upload}: acknowledged bytes are asked for again"
    assert received <= offsets(upload.acknowledged | upload.in_doubt), f"{upload}: what never came is there"
    _take_in_repairs(world, upload)
    if found.state is State.RECEIVING:
        assert not received & upload.spoiled, f"{upload}: changed bytes are believed"
        upload.spoiled = set()
    upload.rotten &= received  # what was dropped comes again
    upload.damaged = {(part.start, part.end) for part in found.parts if _is_damaged(upload, part)}
    upload.unconfirmed = {(part.start, part.end) for part in found.parts if not part.confirmed}
    assert offsets(upload.damaged) <= offsets(upload.unconfirmed), f"{upload}: damaged bytes are believed"
    assert offsets(upload.unconfirmed) <= offsets(upload.silent), f"{upload}: digests are asked for again"
    upload.acknowledged = {(part.start, part.end) for part in found.parts}
    upload.algorithms = {(part.start, part.end): part.digest.algorithm for part in found.parts}
    upload.in_doubt = set()


def _is_damaged(upload: ModelUpload, part: VerifiedPart) -> bool:
    """Return whether a part's digest is that of what came with changed bytes, and not of the file's."""
    chunk, algorithm = (part.start, part.end), part.digest.algorithm
    if str(part.digest) == upload.member(chunk, algorithm):
        return False
    changed = sorted(upload.changed & offsets({chunk}))
    some = chain.from_iterable(combinations(changed, count) for count in range(1, len(changed) + 1))
    assert any(str(part.digest) == upload.member(chunk, algorithm, each) for each in some), (upload, part)
    return True


def _take_in_repairs(world: World, upload: ModelUpload) -> None:
    """Forget of changed bytes those that have come again since, and are what they should be."""
    partial = world.computer.partials().get(upload.id) if upload.spoiled | upload.rotten else None
    if partial is not None:
        there = partial.read_bytes()
        right = {at for at, (one, other) in enumerate(zip(there, upload.data, strict=False)) if one == other}
        upload.spoiled -= right
        upload.rotten -= right
