"""`python -m benchmarks.http2`: rates of the BigUpload button through proxies that speak HTTP/2.

Over HTTP/2 a proxy lets only so many bytes of a request come in each round trip. Chromium reaches each proxy
over TLS, on a way as long as `--round-trips` says (`relay.py`), and the proxy reaches JupyterLab. With
`--before COMMIT` the server and the page of that commit take turns with those here. Each upload has a fresh
browser, which remembers nothing of the way.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from playwright.sync_api import Page

from .contenders import BEFORE
from .contenders.bigupload import BigUpload
from .measure import Measurement, measure
from .payload import create_payload
from .proxies import PROXIES, Proxy
from .relay import long_way
from .servers import Server
from .tables import MIB, markdown, spread
from .versions import built_package_of

_MB = 10**6
#: By proxy, round trip (milliseconds) and version.
_Runs = dict[tuple[str, float, str], list[Measurement]]


@dataclass(frozen=True)
class _Way:
    """A proxy, and before it a way that takes its time: none where `round_trip` (seconds) is 0."""

    proxy: Proxy
    round_trip: float
    slowest: float = 500_000

    @contextmanager
    def reach(self, server: Server) -> Iterator[Server]:
        """Return the beginning of the way, in the server's place."""
        target = urlsplit(server.url).port
        assert target is not None
        with self.proxy.before(target) as port:
            if self.round_trip == 0:
                yield _at(server, port)
            else:
                with long_way(port, self.round_trip, "slow") as beginning:
                    yield _at(server, beginning)

    def narrow(self, page: Page) -> None:
        """Leave the page alone."""


def _at(server: Server, port: int) -> Server:
    return replace(server, url=f"https://127.0.0.1:{port}/")


def main() -> None:
    """Measure what the command line asks for, and print the table."""
    options = _options()
    chosen = {key: PROXIES[key] for key in options.proxies}
    for key in [key for key, proxy in chosen.items() if not proxy.is_installed]:
        print(f"{chosen.pop(key).program} is not on the PATH: {key} is left out", file=sys.stderr)
    folder = Path(tempfile.mkdtemp(prefix="bigupload-benchmark-"))
    runs: _Runs = {}
    try:
        versions = [BigUpload("here", "here", verified=True)]
        if options.before:
            BEFORE.package = built_package_of(options.before, folder / "before")
            versions.insert(0, BEFORE)
        payload = create_payload(folder, options.size * _MB)
        for run in range(options.runs):
            for round_trip in options.round_trips:
                for key, proxy in chosen.items():
                    for version in versions:
                        taken = measure(version, payload, folder, link=_Way(proxy, round_trip / 1000))
                        runs.setdefault((key, round_trip, version.key), []).append(taken)
                        which = f"{run + 1}: {key}, {round_trip:g} ms, {version.key}"
                        print(f"{which}: {taken.rate / _MB:.1f} MB/s", file=sys.stderr, flush=True)
    finally:
        shutil.rmtree(folder)
    print(f"{options.size} MB, MB/s:\n")
    print(_table(chosen, options.round_trips, [version.key for version in versions], runs))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.http2",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--before", metavar="COMMIT", help="of this repository, to be measured beside what is here")
    add("--runs", type=int, default=3, help="how often each is measured (%(default)s)")
    add("--size", type=int, default=200, help="MB of the file (%(default)s)")
    add(
        "--round-trips",
        type=float,
        nargs="+",
        default=[0, 50],
        help="milliseconds from the browser to the proxy and back (0 50)",
    )
    add("--proxies", choices=PROXIES, nargs="+", default=[*PROXIES], help="which (all that are installed)")
    return parser.parse_args()


def _table(
    proxies: dict[str, Proxy], round_trips: Sequence[float], versions: Sequence[str], runs: _Runs
) -> str:
    """Return a row for each way: rates, compared with those before and with the first proxy's, and memory."""
    first = next(iter(proxies))
    rows = []
    for round_trip in round_trips:
        best = median(one.rate for one in runs[first, round_trip, "here"])
        for key, proxy in proxies.items():
            rates = {
                version: [one.rate / _MB for one in runs[key, round_trip, version]] for version in versions
            }
            row = [proxy.title, f"{round_trip:g} ms", *(spread(rates[version], 1) for version in versions)]
            if "before" in rates:
                turns = zip(rates["here"], rates["before"], strict=True)
                row.append(spread([here / before for here, before in turns], 2))
            row.append(f"{median(rates['here']) * _MB / best:.2f}")
            grown = (one.server.peak_growth / MIB for one in runs[key, round_trip, "here"])
            rows.append([*row, f"{median(grown):.0f}"])
    compared = ["÷ before"] if "before" in versions else []
    head = ["through", "round trip", *versions, *compared, f"÷ {proxies[first].title}", "server memory + MiB"]
    return markdown(head, rows)


if __name__ == "__main__":
    main()
