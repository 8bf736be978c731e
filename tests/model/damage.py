"""What happens to the disk beside the server: torn writes, changed bytes, and files that are removed."""

from __future__ import annotations

import os
from pathlib import Path

from .model import ModelUpload
from .world import World


def tear(world: World, upload: ModelUpload) -> None:
    """Leave what a server leaves that dies in the midst of writing about `upload`."""
    record = world.computer.records / f"{upload.id}.json"
    if record.exists():
        record.with_name(f"{record.name}.new").write_bytes(record.read_bytes()[:100])
    log = record.with_suffix(".parts")
    if log.exists():
        with log.open("ab") as file:
            file.write(b"\n0 5 xxh3-128=:AAAA")


def spoil(world: World, upload: ModelUpload, offset: int) -> None:
    """Change a byte of what is unfinished, if it is there."""
    partial = world.computer.partials().get(upload.id)
    if partial is not None and offset < partial.stat().st_size:
        _flip(partial, offset)
        upload.spoiled ^= {offset}  # twice is not at all


def rot(world: World, upload: ModelUpload, at: int) -> None:
    """Change a byte that was acknowledged, while the server runs.

    Parameters
    ----------
    at : int
        Which of them, counted round and round.
    """
    partial = world.computer.partials().get(upload.id)
    if partial is None or upload.size is None or upload.completing or world.busy(upload):
        return
    received = sorted(upload.received)
    if received:
        offset = received[at % len(received)]
        _flip(partial, offset)
        upload.rotten ^= {offset}


def _flip(path: Path, offset: int) -> None:
    data = bytearray(path.read_bytes())
    data[offset] ^= 1
    # At a moment of its own, whatever the clock of the file system can tell apart.
    then = path.stat().st_mtime_ns + 10**9
    path.write_bytes(data)
    os.utime(path, ns=(then, then))


def remove_unfinished_bytes(world: World, upload: ModelUpload) -> None:
    """Remove the unfinished file of `upload`, if there is one and nobody is writing to it."""
    partial = world.computer.partials().get(upload.id)
    if partial is not None and not world.busy(upload):
        partial.unlink()
        upload.vanished = True


def damage_record(world: World, upload: ModelUpload, at: int, *, log: bool) -> bool:
    """Change a bit of the record of `upload`, if it is receiving and nobody is writing to it.

    Parameters
    ----------
    at : int
        Which byte, counted round and round.
    log : bool
        Whether it is in the log of the parts, and not in what was announced.

    Returns
    -------
    bool
        Whether anything was damaged.
    """
    record = world.computer.records / f"{upload.id}.{'parts' if log else 'json'}"
    if world.busy(upload) or upload.state != "receiving" or not record.exists():
        return False
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
        world.damaged.add(upload.id)
        if not (upload.traceable and record.with_suffix(".parts").exists()):
            world.strays.add(upload.id)
    return True
