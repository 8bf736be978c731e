"""The measurements as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from .contenders import Contender
from .latency import percentile
from .measure import Measurement

GIB = 1 << 30
MIB = 1 << 20

Runs = Mapping[str, Sequence[Measurement]]
"""Per contender's key, one measurement a run, in the order of the runs."""


def rate_table(contenders: Sequence[Contender], runs: Runs, *, processors: bool = True) -> str:
    """Show rates, how they compare with the limit's and with ours, and what the `processors` had to do."""
    head = ["", "file", "MB/s"]
    if processors:
        head += ["server CPU s/GiB", "browser CPU s/GiB"]
    rows = []
    for contender in contenders:
        taken = runs[contender.key]
        row = [contender.title, size_text(taken[0].size), rate_text([one.rate / 1e6 for one in taken])]
        if processors:
            row.append(spread([one.server.cpu_seconds * GIB / one.size for one in taken], 2))
            row.append(spread([one.browser.cpu_seconds * GIB / one.size for one in taken], 2))
        rows.append(row)
    if "whole" in runs:
        head.insert(3, "÷ limit")
        for row, contender in zip(rows, contenders, strict=True):
            row.insert(3, spread(_ratios(runs[contender.key], runs["whole"]), 2))
    if "bigupload" in runs:
        head.insert(3, "BigUpload ÷ it")
        for row, contender in zip(rows, contenders, strict=True):
            row.insert(3, spread(_ratios(runs["bigupload"], runs[contender.key]), 2))
    return markdown(head, rows)


def burden_table(contenders: Sequence[Contender], runs: Runs) -> str:
    """Show what one big upload asks of the server's memory, of the page's, and of others' patience."""
    rows = []
    for contender in contenders:
        (one,) = runs[contender.key]
        waits = ["n/a", "n/a", "n/a"]
        if one.latencies is not None:
            idle, uploading = one.latencies.idle, one.latencies.uploading
            waits = [
                f"{percentile(idle, 0.99) * 1e3:.1f} ({len(idle)})",
                f"{percentile(uploading, 0.99) * 1e3:.1f} ({len(uploading)})",
                f"{max(uploading) * 1e3:.1f}",
            ]
        rows.append(
            [
                contender.title,
                size_text(one.size),
                f"{one.server.peak_growth / MIB:.0f}",
                f"{one.page.peak_growth / MIB:.0f}",
                f"{one.browser.peak_growth / MIB:.0f}",
                *waits,
            ]
        )
    return markdown(
        [
            "",
            "file",
            "server memory + MiB",
            "page memory + MiB",
            "all of Chromium + MiB",
            "status p99 ms, idle (samples)",
            "status p99 ms, uploading (samples)",
            "status max ms, uploading",
        ],
        rows,
    )


def waiting_table(contenders: Sequence[Contender], runs: Runs) -> str:
    """Show how long others waited for the server, run by run."""
    rows = []
    for contender in contenders:
        latencies = [one.latencies for one in runs[contender.key] if one.latencies is not None]
        rows.append(
            [
                contender.title,
                *(
                    spread([percentile(taken, 0.99) * 1e3 for taken in each], 1)
                    for each in ([one.idle for one in latencies], [one.uploading for one in latencies])
                ),
            ]
        )
    return markdown(["", "status p99 ms, idle", "status p99 ms, uploading"], rows)


def _ratios(these: Sequence[Measurement], those: Sequence[Measurement]) -> list[float]:
    """Run by run, since neighbours in time share the machine's moods."""
    return [this.rate / that.rate for this, that in zip(these, those, strict=True)]


def rate_text(values: Sequence[float]) -> str:
    """With more digits where a link is slow."""
    slow = 10
    return spread(values, 0 if median(values) >= slow else 2)


def spread(values: Sequence[float], digits: int) -> str:
    """Median, and the range when there is one."""
    middle = f"{median(values):.{digits}f}"
    if len(values) == 1:
        return middle
    return f"{middle} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def size_text(size: int) -> str:
    """In GiB or MiB."""
    return f"{size / GIB:g} GiB" if size >= GIB else f"{size / MIB:g} MiB"


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table whose first column is text, and all others numbers."""
    alignment = [":--", *["--:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, alignment, *rows])
