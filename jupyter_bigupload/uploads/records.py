"""Two small files an upload, so that uploads outlive the server.

`<id>.json` is the upload without its parts, replaced in one step by every change; its first line is the
SHA-256 of the rest, so that a damaged record is noticed and never believed. `<id>.parts` is the log of the
parts (`parts_log.py`). Home folders are often on NFS: hence no database.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from ..disk import in_thread, replace_file
from ..errors import NoSpace, NotFound, StorageFailed
from ..stores.base import Handle, OnConflict
from .lifecycle import State
from .model import Failure, Upload
from .parts import Parts, VerifiedPart
from .parts_log import Logged, decode_log, encode_begun, encode_part
from .tag import make_tag, read_tag

#: Raised when a change makes older records unreadable.
_VERSION = 2
#: What the log says of an upload, and not its record.
_LOGGED = {"parts", "stamp"}
_ID = re.compile(r"[0-9a-z-]{1,64}")
#: Uploads whose records are kept in memory, too, as long as nobody changes their files.
_REMEMBERED = 64
#: Seconds after which a file that a dying server left half written is nobody's any more.
_ABANDONED = 3600.0

#: What tells whether a file is the one that was read: modification time, length and inode of both files.
_Signature = tuple[tuple[int, int, int], ...]


class UnreadableRecord(Exception):
    """A record that can't be believed."""


class DamagedRecord(UnreadableRecord):
    """A record whose content is not what was written."""


class ForeignRecord(UnreadableRecord):
    """A record of another version of this package: it is that one's to read, and to remove."""


def encode(upload: Upload) -> bytes:
    """Return the bytes of `<id>.json`."""
    said = {field.name: getattr(upload, field.name) for field in fields(upload) if field.name not in _LOGGED}
    said["handle"] = None if upload.handle is None else dict(upload.handle)
    said["failure"] = None if upload.failure is None else asdict(upload.failure)
    body = json.dumps({"version": _VERSION, **said}).encode()
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def decode(data: bytes, parts: Parts | None = None) -> Upload:
    """Return the upload that `encode` wrote, with `parts`.

    Raises
    ------
    DamagedRecord
        When the bytes are not what was written.
    ForeignRecord
        When they are of a version that this code doesn't know.
    """
    digest, _, body = data.partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != digest:
        raise DamagedRecord("the digest does not match")
    said: dict[str, Any] = json.loads(body)
    if said.pop("version") != _VERSION:
        raise ForeignRecord("written by another version")
    failure = said["failure"]
    return Upload(
        **{
            **said,
            "state": State(said["state"]),
            "on_conflict": OnConflict(said["on_conflict"]),
            "parts": parts or Parts(),
            "failure": Failure(**failure) if failure else None,
        }
    )


class Records:
    """The records of one server root.

    Parameters
    ----------
    folder : Path
        Where they are kept; made when first needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._remembered: OrderedDict[str, tuple[_Signature, Upload]] = OrderedDict()
        self._remembering = threading.Lock()

    def path(self, upload_id: str) -> Path:
        """Return where the record of `upload_id` is.

        Raises
        ------
        NotFound
            When that is no id of ours, whatever it is (a path, for instance).
        """
        if not _ID.fullmatch(upload_id):
            raise NotFound("There is no such upload.")
        return self._folder / f"{upload_id}.json"

    def log_path(self, upload_id: str) -> Path:
        """Return where the log of its parts is."""
        return self.path(upload_id).with_suffix(".parts")

    async def load(self, upload_id: str) -> Upload:
        """Return the upload.

        Raises
        ------
        NotFound
            When there is no record.
        UnreadableRecord
            When there is one that can't be believed.
        """
        with _translated():
            return await in_thread(self._load)(upload_id)

    async def save(self, upload: Upload) -> None:
        """Replace the record but for its parts, in one step; it outlives the death of this process."""
        await in_thread(self._save)(upload)

    async def save_whole(self, upload: Upload) -> None:
        """Replace the record and the log of its parts: some of them are believed no longer."""
        await in_thread(self._save_whole)(upload)

    async def append(self, upload: Upload, part: VerifiedPart, at: float, stamp: str | None = None) -> Upload:
        """Enter one part more and return the upload with it; it outlives the death of this process.

        Parameters
        ----------
        at : float
            When it came, seconds since 1970.
        stamp : str or None
            The store's stamp since then.
        """
        return await in_thread(self._append)(upload, part, at, stamp)

    async def delete(self, upload_id: str) -> None:
        """Remove the record; it may be gone already."""
        with _translated():
            await in_thread(self._delete)(upload_id)

    async def ids(self) -> list[str]:
        """Return the ids of all records."""
        with _translated():
            return await in_thread(self._ids)()

    async def begun(self, upload_id: str) -> tuple[str, Handle] | None:
        """Return destination and handle of an upload whose record is damaged, where its log has them."""
        with _translated():
            return (await in_thread(self._read_log)(upload_id)).begun

    async def tag(self, *, make: bool) -> str | None:
        """Return what marks the unfinished files that these records are of (see `tag.py`).

        Parameters
        ----------
        make : bool
            Whether to make one where there is none.
        """
        return await in_thread(self._tag)(make=make)

    async def tidy(self) -> None:
        """Remove what a dying server left half written, or half removed."""
        with _translated():
            await in_thread(self._tidy)()

    def _load(self, upload_id: str) -> Upload:
        signature = self._signature(upload_id)
        known = self._recall(upload_id)
        if known is not None and known[0] == signature:
            return known[1]
        try:
            data = self.path(upload_id).read_bytes()
        except FileNotFoundError:
            raise NotFound("There is no such upload, or no longer.") from None
        logged = self._read_log(upload_id)
        upload = decode(data, logged.parts)
        if upload.id != upload_id:
            raise DamagedRecord("it is the record of another upload")
        updated = max(upload.updated, logged.updated)
        return self._remember(signature, replace(upload, updated=updated, stamp=logged.stamp))

    def _read_log(self, upload_id: str) -> Logged:
        try:
            return decode_log(upload_id, self.log_path(upload_id).read_bytes())
        except FileNotFoundError:
            return decode_log(upload_id, b"")

    def _save(self, upload: Upload) -> None:
        self._replace(self.path(upload.id), encode(upload))
        self._remember(self._signature(upload.id), upload)

    def _save_whole(self, upload: Upload) -> None:
        # The log first: until the record says who keeps it now, the next server checks its parts again.
        if upload.handle is not None and (upload.parts.parts or self.log_path(upload.id).exists()):
            log = [encode_begun(upload.id, upload.destination, upload.handle)]
            log += [encode_part(upload.id, part, upload.updated, upload.stamp) for part in upload.parts]
            self._replace(self.log_path(upload.id), b"".join(log))
        self._save(upload)

    def _replace(self, path: Path, data: bytes) -> None:
        with _translated():
            try:
                replace_file(path, data)
            except FileNotFoundError:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                replace_file(path, data)

    def _append(self, upload: Upload, part: VerifiedPart, at: float, stamp: str | None) -> Upload:
        line = encode_part(upload.id, part, at, stamp)
        if not upload.parts.parts and upload.handle is not None:
            line = encode_begun(upload.id, upload.destination, upload.handle) + line
        with _translated():
            _append(self.log_path(upload.id), line)
        updated = max(upload.updated, at)
        grown = replace(upload, parts=upload.parts.add(part), updated=updated, stamp=stamp)
        return self._remember(self._signature(upload.id), grown)

    def _tag(self, *, make: bool) -> str | None:
        with _translated():
            return make_tag(self._folder) if make else read_tag(self._folder)

    def _delete(self, upload_id: str) -> None:
        with self._remembering:
            self._remembered.pop(upload_id, None)
        self.path(upload_id).unlink(missing_ok=True)
        self.log_path(upload_id).unlink(missing_ok=True)

    def _ids(self) -> list[str]:
        try:
            # A pattern (`glob`) would find nothing in what is no folder, and say nothing of it.
            found = list(self._folder.iterdir())
        except FileNotFoundError:
            return []
        return sorted(path.stem for path in found if path.suffix == ".json")

    def _tidy(self) -> None:
        for log in self._folder.glob("*.parts"):
            if not log.with_suffix(".json").exists():
                log.unlink(missing_ok=True)
        for left in self._folder.glob("*.new"):
            with contextlib.suppress(FileNotFoundError):
                if left.stat().st_mtime < time.time() - _ABANDONED:
                    left.unlink()

    def _signature(self, upload_id: str) -> _Signature:
        return tuple(_identity(path) for path in (self.path(upload_id), self.log_path(upload_id)))

    def _recall(self, upload_id: str) -> tuple[_Signature, Upload] | None:
        with self._remembering:
            if upload_id in self._remembered:
                self._remembered.move_to_end(upload_id)
            return self._remembered.get(upload_id)

    def _remember(self, signature: _Signature, upload: Upload) -> Upload:
        with self._remembering:
            self._remembered[upload.id] = (signature, upload)
            self._remembered.move_to_end(upload.id)
            while len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
        return upload


def _identity(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def _append(path: Path, line: bytes) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        # A line of which only a part fits is no line; what is appended next begins a new one.
        if os.write(fd, line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    finally:
        os.close(fd)


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Turn the errors of the disk that keeps the records into ours."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise NoSpace("The disk on which the server keeps track of uploads is full.") from error
        raise StorageFailed(f"The server can't keep track of uploads: {error.strerror or error}.") from error
