"""The Jupyter server extension: its settings, and the one place where the parts are put together."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir
from jupyter_server.extension.application import ExtensionApp
from jupyter_server.services.contents.fileio import FileManagerMixin
from traitlets import Bool, Float, Int, Unicode

from .http.contents import ContentsBridge
from .http.routes import ROUTES
from .stores.base import Store
from .stores.local import LocalStore
from .uploads import Ledger, Limits, Locks, Records, UploadService, sweep

_HOUR = 3600.0


class BigUpload(ExtensionApp):
    """Uploads of any size: resumable, parallel, and never half a file."""

    name = "jupyter_bigupload"
    extension_url = "/api/bigupload/uploads"
    load_other_extensions = True

    max_upload_size = Int(
        0, min=0, config=True, help="Largest file that may be uploaded, in bytes; 0 for no limit."
    )
    max_unfinished_size = Int(
        0,
        min=0,
        config=True,
        help="Most bytes that all unfinished uploads may have together; 0 for no limit.",
    )
    min_free_space = Int(
        100 * 2**20,
        min=0,
        config=True,
        help="Bytes that stay free on the disk: an upload that would take them is refused.",
    )
    read_back = Bool(
        Limits.read_back,
        config=True,
        help="Whether every file is read from the disk again and held against the digests of what was sent, "
        "before its name appears. It costs the time of reading it.",
    )
    chunk_size = Int(
        Limits.chunk_size,
        min=2**18,
        config=True,
        help="Largest chunk that the page sends, in bytes. Smaller ones cost speed on fast networks.",
    )
    parallel = Int(
        Limits.parallel,
        min=1,
        config=True,
        help="Most chunks of one file that the page sends at once.",
    )
    expire_after = Float(
        Limits.expire_after,
        min=0,
        config=True,
        help="Seconds after which an unfinished upload that nobody goes on with is removed.",
    )
    stalled_after = Float(
        10.0,
        min=0,
        config=True,
        help="Seconds without a byte after which a connection loses its place to a newer one.",
    )
    records_dir = Unicode(
        config=True,
        help="Folder for the records of unfinished uploads. By default one for each root folder, "
        "below Jupyter's data folder.",
    )

    def initialize_settings(self) -> None:
        """Build the service."""
        assert self.serverapp is not None  # noqa: S101  # settings are made for a server
        manager = self.serverapp.contents_manager
        stores: dict[str, Store] = {}
        records = Path(self.records_dir or Path(jupyter_data_dir(), "bigupload"))
        if isinstance(manager, FileManagerMixin):
            root = Path(self.serverapp.root_dir)
            stores["home"] = LocalStore(root, min_free_space=self.min_free_space)
            if not self.records_dir:
                records /= hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:16]
        else:
            self.log.warning(
                "%s keeps its files on no disk of this machine: BigUpload can't upload to it.",
                type(manager).__name__,
            )
        self._ledger = Ledger(stores=stores, records=Records(records))
        bridge = ContentsBridge(manager)
        self._service = UploadService(
            ledger=self._ledger,
            locks=Locks(records, stalled_after=self.stalled_after),
            limits=Limits(
                max_upload_size=self.max_upload_size,
                max_unfinished_size=self.max_unfinished_size,
                chunk_size=self.chunk_size,
                parallel=self.parallel,
                expire_after=self.expire_after,
                read_back=self.read_back,
            ),
            hooks=bridge,
        )
        self._parts = {"service": self._service, "contents": bridge}

    def initialize_handlers(self) -> None:
        """Say which URL goes where."""
        self.handlers.extend((pattern, handler, self._parts) for pattern, handler in ROUTES)

    async def _start_jupyter_server_extension(self, _serverapp: object) -> None:
        """Begin to sweep, now and every hour."""
        self._sweeping = asyncio.ensure_future(self._sweep())

    async def stop_extension(self) -> None:
        """End what runs in the background."""
        self._sweeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._sweeping
        await self._service.stop()

    async def _sweep(self) -> None:
        while True:
            try:
                await sweep(self._service, self._ledger)
            except OSError:
                self.log.exception("could not sweep unfinished uploads")
            await asyncio.sleep(_HOUR)
