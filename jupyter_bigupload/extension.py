"""The Jupyter server extension: its settings, and the one place where the parts are put together."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
from pathlib import Path

from jupyter_core.paths import jupyter_config_dir, jupyter_data_dir
from jupyter_server.extension.application import ExtensionApp
from jupyter_server.services.contents.fileio import FileManagerMixin
from traitlets import Bool, Dict, Float, Int, List, Unicode

from .errors import BigUploadError, Unsupported
from .http.base import Parts
from .http.contents import ContentsBridge
from .http.routes import ROUTES
from .stores.connect import connector
from .stores.destination_file import DestinationFile
from .stores.destinations import (
    HOME,
    AnyDestination,
    Destination,
    Destinations,
    UnusableDestination,
)
from .stores.local import LocalStore
from .stores.reach import Reach
from .uploads import Ledger, Limits, Locks, Records, UploadService, sweep

_HOUR = 3600.0
_HOME_TITLE = "Home folder"


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

    destinations = List(
        Dict(),
        config=True,
        help="Buckets that can be uploaded to besides the home folder, each with a name and a url: "
        "s3://bucket/prefix, gs://bucket/prefix or az://container/prefix.",
    )
    user_destinations = Bool(
        True,  # noqa: FBT003  # traitlets has its default first
        config=True,
        help="Whether people may name buckets of their own, in bigupload.yaml in Jupyter's config folder.",
    )
    hint_above = Int(
        10**9,
        min=0,
        config=True,
        help="Bytes from which on the page recommends a bucket, where there is one, over the home folder; "
        "0 for never.",
    )

    def initialize_settings(self) -> None:
        """Build the service."""
        assert self.serverapp is not None  # noqa: S101  # settings are made for a server
        manager = self.serverapp.contents_manager
        records = Path(self.records_dir or Path(jupyter_data_dir(), "bigupload"))
        if isinstance(manager, FileManagerMixin):
            root = Path(self.serverapp.root_dir)
            home: AnyDestination = _home(LocalStore(root, min_free_space=self.min_free_space))
            if not self.records_dir:
                records /= hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:16]
        else:
            failure = Unsupported(
                f"{type(manager).__name__} keeps its files on no disk of this machine: "
                "BigUpload can't upload to it."
            )
            home = UnusableDestination(HOME, _HOME_TITLE, failure, "folder")
        destinations = Destinations(
            home=home,
            connect=connector(records / "spool", self.min_free_space),
            configured=self.destinations,
            scratch_url=os.environ.get("SCRATCH_BUCKET", ""),
            user=os.environ.get("JUPYTERHUB_USER", ""),
            file=DestinationFile(Path(jupyter_config_dir())) if self.user_destinations else None,
            hint_above=self.hint_above,
        )
        for one in destinations.all():
            if isinstance(one, UnusableDestination):
                self.log.warning("destination %r can't be used: %s", one.name, one.failure)
        self._ledger = Ledger(stores=destinations.stores, records=Records(records))
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
            signers=destinations.signers,
        )
        self._parts = Parts(self._service, bridge, destinations, Reach())

    def initialize_handlers(self) -> None:
        """Say which URL goes where."""
        self.handlers.extend((pattern, handler, {"parts": self._parts}) for pattern, handler in ROUTES)

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
            except (OSError, BigUploadError):
                self.log.exception("could not sweep unfinished uploads")
            await asyncio.sleep(_HOUR)


def _home(store: LocalStore) -> Destination:
    return Destination(HOME, _HOME_TITLE, "folder", store)
