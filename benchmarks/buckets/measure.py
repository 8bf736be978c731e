"""One measured upload into a bucket, from fresh processes to a checked object."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from ..memory import settle_memory
from ..payload import Payload
from ..processes import Cost, Meter, tree
from .base import BucketContender
from .store import Store

_SETTLE_SECONDS = 2
_SLOWEST = 4_000_000
"""Bytes a second; an upload that is slower is given up."""


@dataclass(frozen=True)
class BucketMeasurement:
    """What one upload took."""

    size: int
    """Bytes."""
    seconds: float
    client: Cost
    server: Cost | None
    """None where no server of ours took part."""
    store: Cost

    @property
    def rate(self) -> float:
        """Bytes a second."""
        return self.size / self.seconds


def measure_bucket(
    contender: BucketContender, payload: Payload, folder: Path, store: Store
) -> BucketMeasurement:
    """Upload `payload` once, into a bucket of its own."""
    scratch = Path(tempfile.mkdtemp(dir=folder))
    try:
        with store.bucket() as bucket, contender.prepare(bucket, payload, scratch) as ready:
            settle_memory(folder, [payload.path])
            os.sync()  # what earlier uploads left in the page cache must not slow this one
            time.sleep(_SETTLE_SECONDS)
            server = ready.server
            meters = {"client": Meter(ready.client), "store": Meter(bucket.processes)}
            if server is not None:
                meters["server"] = Meter(lambda: tree(server.process))
            for meter in meters.values():
                meter.start()
            span = ready.upload(60 + payload.size / _SLOWEST)
            costs = {name: meter.stop() for name, meter in meters.items()}
            if bucket.sha256_of(payload.name) != payload.sha256:
                raise RuntimeError(f"what {contender.key} uploaded is not what was sent")
            return BucketMeasurement(
                size=payload.size,
                seconds=span.seconds,
                client=costs["client"],
                server=costs.get("server"),
                store=costs["store"],
            )
    finally:
        shutil.rmtree(scratch)
