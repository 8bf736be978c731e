"""Two small files an upload, so that uploads outlive the server.

`<id>.json` (`format.py`) is the upload without its parts, replaced in one step by every change; it has
a digest of itself, so that a damaged record is noticed and never believed. `<id>.parts` (`parts_log.py`) is
the log of the parts. Home folders are often on NFS: hence no database.

What is asked of all records at once comes from an index in memory. Other servers on the same home folder
change records too: before the index is used, every file is looked at, and those that changed are read.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ...disk.writing import replace_file
from ...errors import NotFound
from ...stores.base import Handle
from ...threads import in_thread
from ..model import Upload
from ..parts import Parts, VerifiedPart
from .files import Identity, append, identity, identity_of, translated
from .format import DamagedRecord, UnreadableRecord, decode, encode
from .index import Cursor, Entry, Index, Signature
from .parts_log import Logged, decode_log, encode_begun, encode_part
from .tag import make_tag, read_tag

_ID = re.compile(r"[0-9a-z-]{1,64}")
#: Uploads whose records are kept in memory, too, as long as nobody changes their files.
_REMEMBERED = 64
#: Seconds after which a file that a dying server left half written is nobody's any more.
_ABANDONED = 3600.0
#: Seconds after which it counts for the quota what other servers have begun.
_QUOTA_MAY_LAG = 1.0
#: Seconds after which the next page of a list knows what other servers have done since the first.
_PAGES_MAY_LAG = 10.0


class Records:
    """The records of one server root.

    Parameters
    ----------
    folder : Path
        Where they are kept; made when first needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tagging = threading.Lock()
        self._remembered: OrderedDict[str, tuple[Signature, Upload]] = OrderedDict()
        self._remembering = threading.Lock()
        self._index = Index()
        self._scanning = asyncio.Lock()
        self._scanned = -math.inf

    def path(self, upload_id: str) -> Path:
        """Return where the record of `upload_id` is.

        Raises
        ------
        NotFound
            When that is no id of ours, whatever it is (a path, for instance).
        """
        return self._file(upload_id, ".json")

    def log_path(self, upload_id: str) -> Path:
        """Return where the log of its parts is."""
        return self._file(upload_id, ".parts")

    async def load(self, upload_id: str) -> Upload:
        """Return the upload.

        Raises
        ------
        NotFound
            When there is no record.
        UnreadableRecord
            When there is one that can't be believed.
        """
        return await in_thread(self.load_now)(upload_id)

    def load_now(self, upload_id: str) -> Upload:
        """Do as `load`; for a thread."""
        return self._load(upload_id)

    async def load_all(self, ids: Sequence[str]) -> Sequence[Upload]:
        """Return these uploads, in this order, without those that are gone or can't be believed."""
        return await in_thread(self._load_all)(ids)

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
        await in_thread(self._delete)(upload_id)

    async def entries(self, after: Cursor | None = None) -> Sequence[Entry]:
        """Return what is known of all uploads, or of those after a cursor, in order of creation.

        Of what other servers do while one list is asked for page by page, the next pages may know nothing.
        """
        await self._refresh(max_age=0.0 if after is None else _PAGES_MAY_LAG)
        return self._index.entries(after)

    async def unreadable(self) -> Sequence[str]:
        """Return the ids of the records that can't be believed."""
        await self._refresh()
        return self._index.unreadable()

    async def ids(self) -> Sequence[str]:
        """Return the ids of all records in order of creation, and of those that can't be believed."""
        return [entry.cursor.id for entry in await self.entries()] + list(self._index.unreadable())

    async def unfinished_bytes(self) -> int:
        """Return the bytes of all uploads that are not done.

        What this server did counts at once, what others did within a second: every create asks for it.
        """
        await self._refresh(max_age=_QUOTA_MAY_LAG)
        return self._index.unfinished_bytes

    async def begun(self, upload_id: str) -> tuple[str, Handle] | None:
        """Return destination and handle of an upload whose record is damaged, where its log has them."""
        with translated():
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
        with translated():
            await in_thread(self._tidy)()

    async def _refresh(self, max_age: float = 0.0) -> None:
        """Hold the index against the files, unless that was begun less than `max_age` seconds ago.

        Who asks while it is being done, when what is new may have been passed by, shares the next time.
        """
        wanted = time.monotonic() - max_age
        async with self._scanning:
            if self._scanned < wanted:
                began = time.monotonic()
                await in_thread(self._scan)()
                self._scanned = began

    def _scan(self) -> None:
        number, found, known = self._index.begin_scan(), set(), self._index.signatures()
        with translated(), contextlib.suppress(FileNotFoundError), os.scandir(self._folder) as files:
            for file in files:
                if not file.name.endswith(".json"):
                    continue
                upload_id = file.name[: -len(".json")]
                try:
                    record = identity_of(file.stat())
                    if known.get(upload_id) != (record,):
                        self._update_index(upload_id, record, known.get(upload_id, ()))
                except (FileNotFoundError, NotFound):
                    continue  # removed since, or no record at all
                found.add(upload_id)
        self._index.end_scan(number, found)

    def _update_index(self, upload_id: str, record: Identity, known: Signature) -> None:
        """Read a record, unless it is as it was `known` by its file and the log of its parts."""
        signature: Signature = (record,)
        if len(known) > 1 and known == (record, identity(self.log_path(upload_id))):
            return
        entry: Entry | None = None
        with contextlib.suppress(UnreadableRecord):
            entry = Entry.of(self._read(upload_id, Parts()))
            if entry.grows:
                signature = self._signature(upload_id)
                entry = Entry.of(self._load(upload_id, remember=False))
        self._index.put(upload_id, signature, entry)

    def _load(self, upload_id: str, *, remember: bool = True) -> Upload:
        with translated():
            known = self._recall(upload_id)
            signature = self._signature(upload_id) if known or remember else ()
            if known is not None and known[0] == signature:
                return self._remember(*known) if remember else known[1]
            logged = self._read_log(upload_id)
            upload = self._read(upload_id, logged.parts)
        updated = max(upload.updated, logged.updated)
        upload = replace(upload, updated=updated, stamp=logged.stamp)
        return self._remember(signature, upload) if remember else upload

    def _load_all(self, ids: Sequence[str]) -> Sequence[Upload]:
        found = []
        for upload_id in ids:
            with contextlib.suppress(NotFound, UnreadableRecord):
                # Many at once would drive out of memory what is being uploaded.
                found.append(self._load(upload_id, remember=False))
        return found

    def _read(self, upload_id: str, parts: Parts) -> Upload:
        try:
            upload = decode(self.path(upload_id).read_bytes(), parts)
        except FileNotFoundError:
            raise NotFound("There is no such upload, or no longer.") from None
        if upload.id != upload_id:
            raise DamagedRecord("it is the record of another upload")
        return upload

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
        with translated():
            try:
                replace_file(path, data)
            except FileNotFoundError:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                replace_file(path, data)

    def _append(self, upload: Upload, part: VerifiedPart, at: float, stamp: str | None) -> Upload:
        line = encode_part(upload.id, part, at, stamp)
        if not upload.parts.parts and upload.handle is not None:
            line = encode_begun(upload.id, upload.destination, upload.handle) + line
        with translated():
            append(self.log_path(upload.id), line)
        updated = max(upload.updated, at)
        grown = replace(upload, parts=upload.parts.add(part), updated=updated, stamp=stamp)
        return self._remember(self._signature(upload.id), grown)

    def _tag(self, *, make: bool) -> str | None:
        with translated():
            if not make:
                return read_tag(self._folder)
            # Of two that are made at once, the first would be forgotten, and what has it never be found.
            with self._tagging:
                return make_tag(self._folder)

    def _delete(self, upload_id: str) -> None:
        with self._remembering:
            self._remembered.pop(upload_id, None)
        with translated():
            self.path(upload_id).unlink(missing_ok=True)
            self.log_path(upload_id).unlink(missing_ok=True)
        self._index.remove(upload_id)

    def _tidy(self) -> None:
        for log in self._folder.glob("*.parts"):
            if not log.with_suffix(".json").exists():
                log.unlink(missing_ok=True)
        for left in self._folder.glob("*.new"):
            with contextlib.suppress(FileNotFoundError):
                if left.stat().st_mtime < time.time() - _ABANDONED:
                    left.unlink()

    def _file(self, upload_id: str, suffix: str) -> Path:
        if not _ID.fullmatch(upload_id):
            raise NotFound("There is no such upload.")
        return self._folder / f"{upload_id}{suffix}"

    def _signature(self, upload_id: str) -> Signature:
        return (identity(self.path(upload_id)), identity(self.log_path(upload_id)))

    def _recall(self, upload_id: str) -> tuple[Signature, Upload] | None:
        with self._remembering:
            return self._remembered.get(upload_id)

    def _remember(self, signature: Signature, upload: Upload) -> Upload:
        with self._remembering:
            self._remembered[upload.id] = (signature, upload)
            self._remembered.move_to_end(upload.id)
            while len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
        entry = Entry.of(upload)
        self._index.put(upload.id, signature if entry.grows else signature[:1], entry)
        return upload
