"""One measured upload, from a fresh server and a fresh browser to a checked file."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from .browser import Span, chromium_page, chromium_processes, renderer_processes
from .contenders import Contender
from .latency import probing
from .links import Link, Loopback
from .memory import settle_memory
from .payload import Payload, sha256_of
from .processes import Cost, Meter, on_core, tree

_SETTLE_SECONDS = 2
"""From the page being there to the first byte: the page's own start-up work ends meanwhile."""
_IDLE_SECONDS = 10


@dataclass(frozen=True)
class Latencies:
    """Seconds that each `GET api/status` took."""

    idle: list[float]
    uploading: list[float]


@dataclass(frozen=True)
class Measurement:
    """What one upload took."""

    size: int
    """Bytes."""
    seconds: float
    server: Cost
    browser: Cost
    """All of Chromium's processes."""
    page: Cost
    """Its renderers only."""
    latencies: Latencies | None

    @property
    def rate(self) -> float:
        """Bytes a second."""
        return self.size / self.seconds


def measure(
    contender: Contender,
    payload: Payload,
    folder: Path,
    *,
    link: Link | None = None,
    probe: bool = False,
    apart: bool = False,
) -> Measurement:
    """Upload `payload` once, over `link` if there is one.

    Everything is written below `folder`, and removed again. `probe` also measures how quickly the server
    answers others, which costs some of the speed; only a Jupyter server has the resource for it. With `apart`
    the server has a core for itself, and the browser another.
    """
    scratch = Path(tempfile.mkdtemp(dir=folder))
    try:
        return _measure(contender, payload, scratch, link=link or Loopback(), probe=probe, apart=apart)
    finally:
        shutil.rmtree(scratch)


def _measure(
    contender: Contender, payload: Payload, scratch: Path, *, link: Link, probe: bool, apart: bool
) -> Measurement:
    with ExitStack() as stack:
        uploads = scratch / "uploads"
        uploads.mkdir()
        with on_core(0 if apart else None):
            server = stack.enter_context(contender.serve(uploads))
        with on_core(1 if apart else None):
            page = stack.enter_context(chromium_page(stack.enter_context(sync_playwright())))
        contender.open(page, stack.enter_context(link.reach(server)))
        link.narrow(page)
        settle_memory(scratch.parent, [payload.path])
        os.sync()  # what earlier uploads left in the page cache must not slow this one
        time.sleep(_SETTLE_SECONDS)

        watch = None
        idle = None
        if probe and server.token is not None:
            watch = stack.enter_context(probing(server.status_url, server.token, scratch / "latency.txt"))
            now = time.time()
            time.sleep(_IDLE_SECONDS)
            idle = watch.during(Span(now, time.time()))

        meters = (
            Meter(lambda: tree(server.process)),
            Meter(chromium_processes),
            Meter(renderer_processes),
        )
        for meter in meters:
            meter.start()
        span = contender.upload(page, payload, timeout=60 + payload.size / link.slowest)
        on_server, in_browser, in_page = (meter.stop() for meter in meters)

        latencies = None
        if watch is not None and idle is not None:
            latencies = Latencies(idle=idle, uploading=watch.during(span))
        _check(contender.landed(server, payload), payload)
    return Measurement(
        size=payload.size,
        seconds=span.seconds,
        server=on_server,
        browser=in_browser,
        page=in_page,
        latencies=latencies,
    )


def _check(landed: Path | None, payload: Payload) -> None:
    if landed is not None and sha256_of(landed) != payload.sha256:
        raise RuntimeError(f"{landed} is not what was sent")
