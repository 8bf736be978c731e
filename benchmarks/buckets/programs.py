"""Programs that upload, each a process of its own: boto3, and one that speaks docs/wire.md."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from ..browser import Span
from ..payload import Payload
from ..processes import end, tree
from ..servers import bucket_server
from .base import Ready
from .memory_store import MemoryStore
from .store import PARALLEL, Bucket

_ROOT = Path(__file__).parent.parent.parent


class Boto3:
    """boto3's own `upload_file`, straight to the bucket: what a person would do in a notebook."""

    key = "boto3"
    title = "boto3 upload_file"

    @contextmanager
    def prepare(self, bucket: Bucket, payload: Payload, scratch: Path) -> Iterator[Ready]:
        """Start Python, with boto3 imported."""
        del scratch
        order = {
            "endpoint": bucket.endpoint,
            "bucket": bucket.name,
            "file": str(payload.path),
            "key": payload.name,
            "part": bucket.part,
            "parallel": PARALLEL,
            # Its checksums come behind a body, in a way that not every store reads.
            "checksums": "when_required" if isinstance(bucket.store, MemoryStore) else "when_supported",
        }
        with _program("benchmarks.buckets.boto3_program", order, bucket.store.environment) as program:
            yield Ready(upload=program.upload, client=program.processes)


class BigUploadProgram:
    """A plain Python client of our server: whole parts, each with the CRC that the bucket verifies.

    Parameters
    ----------
    package : Path or None
        The folder of another version of the package, for the server; None for the one here.
    """

    def __init__(
        self,
        key: str = "bucket-program",
        title: str = "BigUpload's server, from a Python program",
        package: Path | None = None,
    ) -> None:
        self.key = key
        self.title = title
        self._package = package

    @contextmanager
    def prepare(self, bucket: Bucket, payload: Payload, scratch: Path) -> Iterator[Ready]:
        """Start the server and the program."""
        with bucket_server(scratch, bucket, direct=False, package=self._package) as server:
            order = {
                "url": server.url,
                "token": server.token,
                "destination": "bucket",
                "file": str(payload.path),
                "path": payload.name,
                "parallel": PARALLEL,
            }
            with _program("benchmarks.buckets.wire_program", order, {}) as program:
                yield Ready(upload=program.upload, client=program.processes, server=server)


class _Program:
    """A process that says "ready" once everything is imported, and begins when it is told to."""

    def __init__(self, process: psutil.Popen) -> None:
        self._process = process
        if self._line(60) != "ready":
            raise RuntimeError("the program did not start")

    def processes(self) -> list[psutil.Process]:
        """Find them."""
        return tree(psutil.Process(self._process.pid))

    def upload(self, timeout: float) -> Span:
        """Let it begin, and wait until it says when it began and ended."""
        self._process.stdin.write(b"go\n")
        self._process.stdin.flush()
        start, ended = self._line(timeout).split()
        return Span(start=float(start), end=float(ended))

    def _line(self, timeout: float) -> str:
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if not selector.select(timeout):
                raise RuntimeError("the program did not answer in time")
        return str(self._process.stdout.readline().decode().strip())


@contextmanager
def _program(module: str, order: Mapping[str, object], environment: Mapping[str, str]) -> Iterator[_Program]:
    process = psutil.Popen(
        [sys.executable, "-m", module, json.dumps(order)],
        cwd=_ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield _Program(process)
    finally:
        end(process)
