"""What is measured, a table each."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from .buckets import (
    BURDEN,
    DIRECT,
    THROUGH,
    BucketContender,
    BucketMeasurement,
    bucket_table,
    measure_bucket,
    open_store,
)
from .contenders import CONTENDERS, Contender
from .links import Bandwidth, LongAndLossy
from .measure import Measurement, measure
from .payload import Payload, create_payload, disk_rate
from .tables import MIB, burden_table, rate_table, waiting_table

MB = 10**6

Experiment = Callable[[argparse.Namespace, Path], str]
"""Measures in a folder what the command line asks for, and returns a table of Markdown."""


def speed(options: argparse.Namespace, folder: Path) -> str:
    """Rates over loopback, where the processors are what limits."""
    contenders = _chosen(options)
    with (
        _payload(folder, options.size) as payload,
        _payload(folder, options.slow_size) as slow,
    ):
        runs = _in_turns(
            contenders,
            options.runs,
            lambda one: measure(one, slow if one.key == "jupyterlab" else payload, folder),
        )
        disk = disk_rate(payload, folder)
    return f"{rate_table(contenders, runs)}\n\nThis disk alone, copied and fsynced: {disk / MB:.0f} MB/s."


def burden(options: argparse.Namespace, folder: Path) -> str:
    """Memory, and how quickly the server answers others."""
    contenders = _chosen(options)
    with (
        _payload(folder, options.big_size) as payload,
        _payload(folder, options.slow_size) as slow,
    ):
        once = _in_turns(
            contenders,
            1,
            lambda one: measure(one, slow if one.key == "jupyterlab" else payload, folder, probe=True),
        )
    return burden_table(contenders, once)


def apart(options: argparse.Namespace, folder: Path) -> str:
    """Rates, and how quickly the server answers others, on a core of its own.

    One after the other: to answer others costs processor time, too.
    """
    contenders = _chosen(options, "bigupload", "before", "bigupload-unverified", "whole", "limit")
    with _payload(folder, options.big_size) as payload:

        def runs(*, probe: bool) -> dict[str, list[Measurement]]:
            return _in_turns(
                contenders, options.runs, lambda one: measure(one, payload, folder, probe=probe, apart=True)
            )

        rates, waits = runs(probe=False), runs(probe=True)
    return f"{rate_table(contenders, rates)}\n\n{waiting_table(contenders, waits)}"


def link(options: argparse.Namespace, folder: Path) -> str:
    """Rates over a link of limited bandwidth: what verification costs there."""
    contenders = _chosen(options, "bigupload", "bigupload-unverified", "whole", "limit")
    way = Bandwidth(options.link_rate * MB)
    with _payload(folder, options.size) as payload:
        runs = _in_turns(contenders, options.runs, lambda one: measure(one, payload, folder, link=way))
    return f"Over a link of {options.link_rate:g} MB/s:\n\n{rate_table(contenders, runs)}"


def loss(options: argparse.Namespace, folder: Path) -> str:
    """Rates over a long link that loses segments: what parallel chunks gain there."""
    contenders = _chosen(options, "bigupload", "tus")
    way = LongAndLossy(round_trip=options.round_trip / 1000, loss=options.loss / 100)
    with _payload(folder, options.loss_size) as payload:
        runs = _in_turns(contenders, options.runs, lambda one: measure(one, payload, folder, link=way))
    head = f"Over a round trip of {options.round_trip:g} ms and a loss of {options.loss:g} %:"
    return f"{head}\n\n{rate_table(contenders, runs, processors=False)}"


def bucket(options: argparse.Namespace, folder: Path) -> str:
    """Rates into a bucket, past no server and through ours."""
    return _into_buckets(THROUGH, options, folder, mebibytes=options.size, turns=options.runs)


def direct(options: argparse.Namespace, folder: Path) -> str:
    """Rates from a page straight into a bucket."""
    return _into_buckets(DIRECT, options, folder, mebibytes=options.size, turns=options.runs)


def heavy(options: argparse.Namespace, folder: Path) -> str:
    """Memory of our server while a big file goes through it into a bucket."""
    return _into_buckets(BURDEN, options, folder, mebibytes=options.big_size, turns=1)


EXPERIMENTS: dict[str, Experiment] = {
    one.__name__: one for one in (speed, burden, apart, link, loss, bucket, direct, heavy)
}


def _chosen(options: argparse.Namespace, *among: str) -> list[Contender]:
    return [one for one in CONTENDERS if one.key in options.contenders and (not among or one.key in among)]


@contextmanager
def _payload(folder: Path, mebibytes: int) -> Iterator[Payload]:
    own = Path(tempfile.mkdtemp(dir=folder))
    try:
        yield create_payload(own, mebibytes * MIB)
    finally:
        shutil.rmtree(own)


def _into_buckets(
    contenders: Sequence[BucketContender],
    options: argparse.Namespace,
    folder: Path,
    *,
    mebibytes: int,
    turns: int,
) -> str:
    chosen = [one for one in contenders if one.key in options.contenders]
    with _payload(folder, mebibytes) as payload, open_store(folder, payload.size) as store:
        runs: dict[str, list[BucketMeasurement]] = _in_turns(
            chosen, turns, lambda one: measure_bucket(one, payload, folder, store)
        )
    where = "in memory" if store.in_memory else "on the disk, beside the file"
    return f"{bucket_table(chosen, runs)}\n\nThe bucket's bytes are {where}."


class _Named(Protocol):
    @property
    def key(self) -> str: ...


class _Rated(Protocol):
    @property
    def size(self) -> int: ...

    @property
    def rate(self) -> float: ...


C = TypeVar("C", bound=_Named)
M = TypeVar("M", bound=_Rated)


def _in_turns(contenders: Sequence[C], turns: int, upload: Callable[[C], M]) -> dict[str, list[M]]:
    runs: dict[str, list[M]] = {one.key: [] for one in contenders}
    for _ in range(turns):
        for contender in contenders:
            result = upload(contender)
            progress = f"{contender.key}: {result.size / MIB:.0f} MiB, {result.rate / MB:.2f} MB/s"
            print(progress, file=sys.stderr, flush=True)
            runs[contender.key].append(result)
    return runs
