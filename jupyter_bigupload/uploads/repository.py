"""The records held against the stores: what is really there of an upload, and what is left of it."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Mapping
from dataclasses import replace

from ..errors import FolderUnavailable, NotFound, Unsupported
from ..stores.base import Handle, PartReading, Store, Target
from ..threads import in_thread
from .lifecycle import OPEN, OVER, State
from .model import Upload
from .ranges import RangeSet
from .records.format import DamagedRecord, UnreadableRecord
from .records.store import Records
from .verification.boot import boot_id
from .verification.jobs import PATIENCE
from .verification.read_back import ReadBack
from .verification.write_watch import WriteWatch


class UploadRepository:
    """All uploads of one server root.

    What changes an upload needs a lock on it (see `Claims`).

    Parameters
    ----------
    stores : Mapping[str, Store]
        The destinations by name.
    records : Records
        What is known of each upload.
    boot : str, optional
        This run of the machine.
    patience : float
        Seconds that one request waits for bytes to be read back.
    """

    def __init__(
        self,
        *,
        stores: Mapping[str, Store],
        records: Records,
        boot: str | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self.records = records
        self.stores = stores
        self.watch = WriteWatch()
        self._read_back = ReadBack(patience=patience)
        self._owner = secrets.token_hex(8)
        self._boot = boot_id() if boot is None else boot

    # The stores

    def store(self, destination: str) -> Store:
        """Return the store of a destination.

        Raises
        ------
        Unsupported
            When there is none.
        """
        try:
            return self.stores[destination]
        except KeyError:
            raise Unsupported(f"This server can't upload to {destination!r}.") from None

    def local_store(self, destination: str) -> Store | None:
        """Return the store of a destination, if there is one that is not beyond a network."""
        store = self.stores.get(destination)
        return None if store is None or store.capabilities.remote else store

    def store_and_handle(self, upload: Upload) -> tuple[Store, Handle]:
        """Return where the upload's bytes are.

        Raises
        ------
        NotFound
            When it has none yet.
        """
        if upload.handle is None:
            raise NotFound("This upload was never begun; upload the file again.")
        return self.store(upload.destination), upload.handle

    async def target(self, upload: Upload) -> Target:
        """Return what the upload's store is asked to begin."""
        # With the moment of its creation, so that two uploads of one id have nothing in common.
        key = await self.key(upload.id, upload.created)
        return Target(key=key, path=upload.path, size=upload.size, on_conflict=upload.on_conflict)

    async def key(self, name: str, moment: float) -> str:
        """Return a key for bytes in a store, by which `Orphans` finds them if they are left there.

        Parameters
        ----------
        moment : float
            Seconds since 1970: no two of one name have the same.
        """
        return f"{name}-{int(moment * 1000):x}-{await self.records.tag(make=True)}"

    async def has_bytes(self, upload: Upload) -> bool:
        """Return whether the store has any bytes of the upload, or a place for them."""
        return upload.handle is not None and bool(await self.store(upload.destination).parts(upload.handle))

    async def require_reachable(self, upload: Upload) -> None:
        """Return if the upload's bytes are where they were, or gone; nothing beyond a network is asked.

        Raises
        ------
        FolderUnavailable
            When their folder is not where it was.
        """
        store = self.local_store(upload.destination)
        if store is not None and upload.handle is not None and upload.state in OPEN:
            await store.parts(upload.handle)

    # Reading

    async def load_any(self, upload_id: str) -> Upload:
        """Return the upload as its record has it, also one that is over and whose bytes can't be reached.

        Raises
        ------
        NotFound
            When there is none, or it can't be read.
        """
        return await in_thread(self.load_any_now)(upload_id)

    async def load(self, upload_id: str) -> Upload:
        """Return the upload as its record has it; no store is asked what is still there.

        Raises
        ------
        NotFound
            When there is none, or it can't be read, or the upload is over.
        """
        return await in_thread(self.load_now)(upload_id)

    def load_now(self, upload_id: str) -> Upload:
        """Do as `load`; for a thread."""
        upload = self.load_any_now(upload_id)
        if upload.state in OVER:
            raise NotFound(f"This upload is {upload.state.value}.")
        return upload

    async def load_verified(self, upload_id: str) -> Upload:
        """Return the upload with the bytes that it really has (see `load` and `verify_if_restarted`)."""
        return await self.verify_if_restarted(await self.load(upload_id))

    async def verify_if_restarted(self, upload: Upload) -> Upload:
        """Return an upload that was loaded with the bytes that it really has.

        Raises
        ------
        Checking
            When the machine was started anew since, and its bytes are still being read back.
        FolderUnavailable
            When its bytes have to be looked at, and their folder is not where it was.
        """
        upload = await self.reconcile(upload)
        if upload.boot == self._boot or upload.state not in OPEN:
            return upload
        if upload.state is State.COMPLETING and not await self.has_bytes(upload):
            return upload  # the file had its name already when the machine went down
        return await self.verify(upload)

    async def reconcile(self, upload: Upload) -> Upload:
        """Return an upload that was loaded with no more bytes than its store can hold, at once."""
        if upload.owner == self._owner or upload.handle is None or upload.state is not State.RECEIVING:
            return upload
        if upload.destination not in self.stores:
            return upload
        # Another server owned it before: who knows what happened to the bytes since.
        return await self.limit_to_store(upload)

    async def limit_to_store(self, upload: Upload) -> Upload:
        """Return the upload with no more parts than its store can hold."""
        store, handle = self.store_and_handle(upload)
        held = RangeSet.of((part.start, part.end) for part in await store.parts(handle))
        return replace(upload, parts=upload.parts.within(held))

    async def verify(self, upload: Upload) -> Upload:
        """Return the upload with those of its parts whose bytes are what they were.

        A store whose parts can't be read has held them against their digests when they came.

        Raises
        ------
        Checking
            While they are being read back.
        """
        if upload.handle is None:
            return upload
        store = self.store(upload.destination)
        if not isinstance(store, PartReading):
            return upload
        found = await self._read_back.check(store, upload.id, upload.handle, upload.parts)
        return replace(upload, parts=upload.parts.without(found.damaged), stamp=found.stamp)

    async def is_damaged(self, upload_id: str) -> bool:
        """Return whether the record's content is not what was written."""
        try:
            await self.records.load(upload_id)
        except UnreadableRecord as error:
            return isinstance(error, DamagedRecord)
        return False

    # Changing: all of it needs a lock on the upload

    async def begin(self, upload: Upload) -> Upload:
        """Enter a new upload, begun in its store.

        Raises
        ------
        BigUploadError
            When the store doesn't accept the target (see `Store.begin`); nothing is left of it then.
        """
        store = self.store(upload.destination)
        await self._set_aside(upload.id)
        # The record comes first, so that a crash in between leaves no bytes that nothing knows of.
        await self.save(upload)
        handle: Handle | None = None
        try:
            handle = await store.begin(await self.target(upload))
            upload = await self.save(replace(upload, handle=handle))
        except BaseException:
            if handle is not None:
                with contextlib.suppress(FolderUnavailable):  # then its orphan is found one day
                    await store.discard(handle)
            await self.records.delete(upload.id)
            raise
        return upload

    async def claim(self, upload: Upload) -> Upload:
        """Return an upload that `load_verified` returned, of which this server is the owner from now on.

        Raises
        ------
        BigUploadError
            As `begin`, when the server died before the upload was begun in its store.
        """
        never_begun = upload.handle is None and upload.state is State.RECEIVING
        if never_begun:
            target = replace(await self.target(upload), tried=upload.created)
            upload = replace(upload, handle=await self.store(upload.destination).begin(target))
        if never_begun or upload.owner != self._owner:
            upload = await self.save_whole(upload)
        return upload

    async def save(self, upload: Upload) -> Upload:
        """Enter what is known of the upload but for its parts; return it as entered."""
        upload = self._owned(upload)
        await self.records.save(upload)
        return upload

    async def save_whole(self, upload: Upload) -> Upload:
        """Enter all that is now known of the upload, and return it as entered."""
        upload = self._owned(upload)
        await self.records.save_whole(upload)
        self._forget(upload.id)
        return upload

    async def delete_record(self, upload_id: str) -> None:
        """Remove the record alone."""
        await self.records.delete(upload_id)
        self._forget(upload_id)

    async def stop(self) -> None:
        """End what runs in the background."""
        await self._read_back.stop()

    def load_any_now(self, upload_id: str) -> Upload:
        """Do as `load_any`; for a thread."""
        try:
            return self.records.load_now(upload_id)
        except UnreadableRecord:
            raise NotFound("The record of this upload can't be read; upload the file again.") from None

    def _owned(self, upload: Upload) -> Upload:
        return replace(upload, owner=self._owner, boot=self._boot)

    def _forget(self, upload_id: str) -> None:
        self._read_back.forget(upload_id)
        self.watch.forget(upload_id)

    async def _set_aside(self, upload_id: str) -> None:
        """Let another upload have the id of one that is over, whose record is kept for its bytes' sake."""
        with contextlib.suppress(NotFound, UnreadableRecord):
            earlier = await self.records.load(upload_id)
            if earlier.state in OVER:
                await self.save_whole(replace(earlier, id=secrets.token_hex(16)))
        await self.delete_record(upload_id)  # also a log that a dying server left without its record
