"""A server, a proxy before it, and what programs send: what all their runs against faults need."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx

from tests.browser.payload import digest
from tests.support.faults import FaultProxy, Link, Plan
from tests.support.forked_server import ForkedServer

from .programs.program import Job
from .site import SMALL_CHUNKS, write_files
from .wire import UPLOADS


class ProgramSite:
    """A server behind a proxy, and the files that programs send to it."""

    def __init__(self, server: ForkedServer, proxy: FaultProxy, folder: Path) -> None:
        self.server = server
        self.proxy = proxy
        self._folder = folder
        self._numbers = itertools.count()

    def job(self, size: int, *, direct: bool = False) -> Job:
        """Return a job with a new file of `size` bytes; with `direct`, without the proxy."""
        name = f"{next(self._numbers)}.bin"
        (file,) = write_files(self._folder, {name: size})
        url = self.server.url if direct else self.proxy.url
        return Job(url, self.server.token, file, name, self._folder / f"{name}.state")

    def calm(self) -> None:
        """From now on nothing goes wrong; what hangs is ended."""
        self.proxy.plan = Plan()
        self.proxy.link = Link()
        self.proxy.disconnect()

    def arrived(self, job: Job) -> bool:
        """Return whether the job's file is there, and what it was."""
        target = self.server.root / job.name
        return target.exists() and digest(target) == digest(job.file)

    def names(self) -> list[str]:
        """Return what is to be seen in the server's root: no partials."""
        return sorted(path.name for path in self.server.root.iterdir() if not path.name.startswith("."))

    def clear(self, job: Job) -> None:
        """Remove all that is of a job, there and here."""
        (self.server.root / job.name).unlink(missing_ok=True)
        job.file.unlink()
        shutil.rmtree(job.state)

    def abort_all(self) -> list[str]:
        """Abort every upload that is left; return the partials that stay all the same.

        A file may be there again: a request that came a second time, and late, brought it.
        """
        with httpx.Client(
            base_url=self.server.url,
            headers={"Authorization": f"token {self.server.token}"},
            timeout=60,
            trust_env=False,
        ) as client:
            for upload in client.get(UPLOADS).raise_for_status().json()["uploads"]:
                client.delete(f"{UPLOADS}/{upload['id']}")
        deadline = time.monotonic() + 15
        while (left := self._partials()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return left

    def _partials(self) -> list[str]:
        return [path.name for path in self.server.root.iterdir() if path.name.startswith(".")]


@contextlib.contextmanager
def open_program_site(*, bigupload: Mapping[str, object] | None = None) -> Iterator[ProgramSite]:
    """Start everything (see `ProgramSite`); `bigupload` are settings of the extension."""
    config = {
        "BigUpload": {
            "block_size": SMALL_CHUNKS,
            "stalled_after": 2.0,
            **(bigupload or {}),
        },
        "ServerApp": {"log_level": "WARN"},
    }
    with (
        ForkedServer(config=config) as server,
        FaultProxy(("127.0.0.1", server.port)) as proxy,
        tempfile.TemporaryDirectory() as folder,
    ):
        yield ProgramSite(server, proxy, Path(folder))
