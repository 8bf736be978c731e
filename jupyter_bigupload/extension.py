"""The Jupyter server extension: its settings, and the one place where the parts are put together."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import hashlib
import os
import subprocess
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path

from jupyter_core.paths import jupyter_config_dir, jupyter_data_dir
from jupyter_server.extension.application import ExtensionApp, JupyterServerExtensionException
from jupyter_server.services.contents.fileio import FileManagerMixin
from traitlets import Bool, Dict, List, TraitError, Unicode
from traitlets.config import Config

from .destinations import DestinationSetup, HealthChecks, UnusableDestination, disconnect
from .downloads import Downloads
from .errors import BigUploadError
from .http.base import Services
from .http.contents import ContentsBridge
from .http.routes import ROUTES
from .link_settings import LinkSettings
from .operations import processes
from .operations.answering import Answering
from .operations.job import Limits as OperationLimits
from .operations.kinds import kinds
from .operations.records import OperationRecords
from .operations.service import OperationService
from .operations.supervisor import Supervisor
from .operations.tables import KeptRecipes
from .settings import Seconds, WholeNumber
from .uploads import Limits, UploadSetup, sweep

_HOUR = 3600.0
_DAY = 24 * _HOUR
_CENTURY = 36_525 * _DAY


class BigUpload(LinkSettings, ExtensionApp):
    """Uploads of any size: resumable, parallel, and never half a file."""

    name = "jupyter_bigupload"
    extension_url = "/api/bigupload/uploads"
    load_other_extensions = True

    max_upload_size = WholeNumber(
        0, zero="no limit", help="Largest file that may be uploaded, in bytes; 0 for no limit."
    )
    max_unfinished_size = WholeNumber(
        0,
        zero="no limit",
        help="Most bytes that all unfinished uploads may have together; 0 for no limit.",
    )
    min_free_space = WholeNumber(
        100 * 2**20, help="Bytes that stay free on the disk: an upload that would take them is refused."
    )
    read_back = Bool(
        Limits.read_back,
        config=True,
        help="Whether every file is read from the disk again and held against the digests of what was sent, "
        "before its name appears. It costs the time of reading it.",
    )
    chunk_size = WholeNumber(
        Limits.chunk_size,
        least=2**18,
        help="Largest chunk that the page sends, in bytes. Smaller ones cost speed on fast networks.",
    )
    block_size = WholeNumber(
        Limits.block_size,
        least=2**18,
        help="Bytes of a longer body without a digest after which what came is kept for good.",
    )
    parallel = WholeNumber(
        Limits.parallel,
        least=1,
        most=100,
        unit="chunks",
        help="Most chunks of one file that the page may send at once; it takes no more than bring more.",
    )
    expire_after = Seconds(
        Limits.expire_after,
        most=_CENTURY,
        zero="never",
        help="Seconds after which an unfinished upload that nobody goes on with is removed; 0 for never.",
    )
    stalled_after = Seconds(
        10.0,
        most=_DAY,
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
    hint_above = WholeNumber(
        10**9,
        zero="never",
        help="Bytes from which on the page recommends a bucket, where there is one, over the home folder; "
        "0 for never.",
    )

    operations_at_once = WholeNumber(
        2,
        least=1,
        most=100,
        unit="operations",
        help="Most operations that run at once; others wait.",
    )
    operation_timeout = Seconds(
        OperationLimits.timeout,
        most=_DAY,
        help="Seconds without progress after which an operation is ended.",
    )
    operation_memory = WholeNumber(
        OperationLimits.memory,
        zero="no limit",
        help="Most memory of an operation, in bytes; 0 for no limit.",
    )
    operation_output = WholeNumber(
        OperationLimits.output, help="Most bytes that one operation may write, of an archive for instance."
    )
    operation_files = WholeNumber(
        OperationLimits.files, unit="files", help="Most files that one operation may make."
    )

    _mistake: str | None = None
    _background: tuple[asyncio.Future[None], ...] = ()

    def _config_file_name_default(self) -> str:
        """Return the name that administrators expect; the base class says "jupyter" twice."""
        return f"{self.name}_config"

    def update_config(self, config: Config) -> None:
        """Take settings; a mistake in them keeps the extension from starting.

        jupyter_server would go on without the rest of them, and serve with what limits there are by then.
        """
        try:
            super().update_config(config)
        except TraitError as error:
            self._mistake = self._mistake or str(error)

    def initialize(self) -> None:  # type: ignore[override]  # as in ExtensionApp, of all classes
        """Put the parts together.

        Raises
        ------
        JupyterServerExtensionException
            When there is a mistake in the settings: then nothing is served.
        """
        if self._mistake is not None:
            raise JupyterServerExtensionException(self._mistake)
        super().initialize()

    def initialize_settings(self) -> None:
        """Build the service."""
        assert self.serverapp is not None  # noqa: S101  # settings are made for a server
        manager = self.serverapp.contents_manager
        root = Path(self.serverapp.root_dir) if isinstance(manager, FileManagerMixin) else None
        records = Path(self.records_dir or Path(jupyter_data_dir(), "bigupload"))
        if root is not None and not self.records_dir:
            records /= hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:16]
        setup = DestinationSetup(
            root=None if root is None else str(root),
            no_root=f"{type(manager).__name__} keeps its files on no disk of this machine: "
            "BigUpload can't upload to it.",
            spool=str(records / "spool"),
            min_free_space=self.min_free_space,
            configured=self.destinations,
            scratch_url=os.environ.get("SCRATCH_BUCKET", ""),
            user=os.environ.get("JUPYTERHUB_USER", ""),
            personal_folder=jupyter_config_dir() if self.user_destinations else None,
            hint_above=self.hint_above,
        )
        destinations = setup.connect()
        for one in destinations.all():
            if isinstance(one, UnusableDestination):
                self.log.warning("destination %r can't be used: %s", one.name, one.failure)
        bridge = ContentsBridge(manager)
        uploads = self._upload_setup(records)
        self._repository = uploads.repository(destinations.stores)
        self._service = uploads.connect(self._repository, bridge, destinations.signers)
        self._operations = self._operation_service(records / "operations", setup, uploads, bridge)
        self._answering = Answering(
            {
                "destinations": setup.as_json(),
                "uploads": uploads.as_json(),
                "memory": self.operation_memory,
            },
            records / "answering.log",
        )
        self._services = Services(
            self._service,
            bridge,
            destinations,
            HealthChecks(),
            self._operations,
            Downloads(records / "downloads"),
            self._answering,
            KeptRecipes(Path(jupyter_data_dir(), "bigupload", "recipes")),
        )

    def initialize_handlers(self) -> None:
        """Say which URL goes where."""
        self.handlers.extend((pattern, handler, {"services": self._services}) for pattern, handler in ROUTES)

    async def _start_jupyter_server_extension(self, _serverapp: object) -> None:
        """Begin to sweep, now and every hour."""
        if self._mistake is not None:
            # Here, since what is logged before is hidden by the traceback that follows it.
            self.log.critical("BigUpload takes no uploads, because of its settings: %s", self._mistake)
            return
        # What is loaded by now stays for good. To look through all of it again and again, because the events
        # of a thousand files come and go, would hold up everybody for 0.1 s or more each time (ADR 30).
        gc.collect()
        gc.freeze()
        self._background = (
            asyncio.ensure_future(self._sweep()),
            asyncio.ensure_future(self._operations.run()),
        )

    async def stop_extension(self) -> None:
        """End what runs in the background; operations go on without this server."""
        if not self._background:
            return
        for task in self._background:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self._answering.close()
        await self._service.stop()
        await disconnect()

    def _upload_setup(self, records: Path) -> UploadSetup:
        return UploadSetup(
            records=str(records),
            stalled_after=self.stalled_after,
            limits=Limits(
                max_upload_size=self.max_upload_size,
                max_unfinished_size=self.max_unfinished_size,
                chunk_size=self.chunk_size,
                block_size=self.block_size,
                parallel=self.parallel,
                expire_after=self.expire_after,
                read_back=self.read_back,
            ),
        )

    def _operation_service(
        self, folder: Path, setup: DestinationSetup, uploads: UploadSetup, bridge: ContentsBridge
    ) -> OperationService:
        records = OperationRecords(folder)
        limits = OperationLimits(
            timeout=self.operation_timeout,
            memory=self.operation_memory,
            output=self.operation_output,
            files=self.operation_files,
            min_free_space=self.min_free_space,
        )

        links = self.link_setup()
        offered = {name: kind for name, kind in kinds().items() if links or name != "fetch"}

        def start(operation_id: str) -> subprocess.Popen[bytes]:
            orders = {
                "records": str(folder),
                "operation": operation_id,
                "limits": asdict(limits),
                "hidden": bridge.allow_hidden,
                "destinations": setup.as_json(),
                "uploads": uploads.as_json(),
                "links": links and links.as_json(),
            }
            return processes.start(records.folder_of(operation_id), records.output_path(operation_id), orders)

        supervisor = Supervisor(
            records,
            start,
            self._repository.load_any_now,
            root=None if setup.root is None else Path(setup.root),
            most=self.operations_at_once,
            limits=limits,
        )
        return OperationService(
            records, offered, supervisor, self._service, bridge, active=self._note_activity
        )

    def _note_activity(self) -> None:
        """Keep idle culling away; it looks at whatever setting has a name that ends so."""
        assert self.serverapp is not None  # noqa: S101  # settings are made for a server
        self.serverapp.web_app.settings["bigupload_last_activity"] = datetime.now(timezone.utc)

    async def _sweep(self) -> None:
        while True:
            try:
                await sweep(self._service, self._repository)
            except (OSError, BigUploadError):
                self.log.exception("could not sweep unfinished uploads")
            await asyncio.sleep(_HOUR)
