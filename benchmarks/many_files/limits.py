"""What a hundred thousand files ask of the page, of the server, and of others' patience."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from ..browser import Span, renderer_processes
from ..latency import percentile, probing
from ..processes import Cost, on_core
from ..servers import jupyter_server
from ..tables import MIB, markdown, spread
from .contenders import sides_of
from .measure import longest, metering, scratch_folder, settle
from .page import LISTING, chromium, drop, open_bigupload
from .tasks import LongTask, observe_tasks, tasks_during
from .trees import Tree, check_folder

MB = 10**6
LONG = 100
"""Milliseconds; a task of the main thread that takes longer is one too many."""

_IDLE_SECONDS = 10
_LISTED = 20
"""Most of the long tasks that are listed for each upload."""


@dataclass(frozen=True)
class Taken:
    """What one upload took."""

    files: int
    seconds: float
    counting: float
    """Seconds until the page knew all files."""
    costs: dict[str, Cost]
    """Of `server`, `browser` and `page` (Chromium's renderers)."""
    idle: list[float]
    """Seconds that each `GET api/status` took before the upload."""
    uploading: list[float]
    """The same during it."""
    tasks: Sequence[LongTask]
    """From 50 ms on, the longest first."""


def measure_limits(tree: Tree, folder: Path, *, apart: bool) -> Taken:
    """Drop a folder on JupyterLab's list, once; with `apart` server and browser have a core each."""
    with scratch_folder(folder) as scratch, ExitStack() as stack:
        with on_core(0 if apart else None):
            server = stack.enter_context(jupyter_server(scratch / "root"))
        page = stack.enter_context(chromium(core=1 if apart else None))
        open_bigupload(page, server)
        observe_tasks(page)
        settle(folder, tree)
        assert server.token is not None
        watch = stack.enter_context(probing(server.status_url, server.token, scratch / "latency.txt"))
        now = time.time()
        time.sleep(_IDLE_SECONDS)
        idle = watch.during(Span(now, time.time()))

        with metering({**sides_of(server), "page": renderer_processes}) as costs:
            clock = drop(page, page.locator(LISTING), tree.path)
            span = clock.wait_until_finished(timeout=longest(tree))
        taken = Taken(
            files=tree.count,
            seconds=span.seconds,
            counting=_counting(page, span),
            costs=costs,
            idle=idle,
            uploading=watch.during(span),
            tasks=tasks_during(page, span),
        )
        check_folder(server.folder / tree.name, tree)
    most = taken.tasks[0].milliseconds if taken.tasks else 0
    progress = f"{taken.files} files, {taken.files / taken.seconds:.1f} files/s, longest task {most:.0f} ms"
    print(progress, file=sys.stderr, flush=True)
    return taken


def limits_table(runs: Sequence[Taken]) -> str:
    """Show what was asked beside what was measured, and below it the tasks that were too long."""

    def row(what: str, asked: str, value: Callable[[Taken], float], digits: int = 0) -> list[str]:
        return [what, asked, spread([value(one) for one in runs], digits)]

    rows = [
        row("files/s", "", lambda one: one.files / one.seconds),
        row("counting the files, seconds", "", lambda one: one.counting, 1),
        row("longest task of the main thread, ms", f"≤ {LONG}", _longest_task),
        row(f"tasks over {LONG} ms", "0", lambda one: len(_too_long(one))),
        row("tasks over 50 ms", "", lambda one: len(one.tasks)),
        row("page memory + MB", "≤ 300", lambda one: one.costs["page"].peak_growth / MB),
        row("page memory before, MB", "", lambda one: one.costs["page"].resident / MB),
        row("server memory + MiB", "≤ 64", lambda one: one.costs["server"].peak_growth / MIB),
        row("status p99 ms, idle", "", lambda one: percentile(one.idle, 0.99) * 1000, 1),
        row("status p99 ms, uploading", "≤ 25", lambda one: percentile(one.uploading, 0.99) * 1000, 1),
        row("status max ms, uploading", "", lambda one: max(one.uploading) * 1000, 1),
        row("server CPU ms a file", "", lambda one: _processor(one, "server"), 2),
        row("browser CPU ms a file", "", lambda one: _processor(one, "browser"), 2),
    ]
    table = markdown(["", "asked", "measured"], rows)
    return "\n\n".join([table, *(_tasks_text(one) for one in runs if _too_long(one))])


def _tasks_text(one: Taken) -> str:
    tasks = _too_long(one)
    lines = [f"- after {task.at:.1f} s, {task.milliseconds:.0f} ms: {task.what}" for task in tasks[:_LISTED]]
    if len(tasks) > _LISTED:
        lines.append(f"- and {len(tasks) - _LISTED} more")
    return "\n".join([f"Tasks over {LONG} ms, the longest first:", "", *lines])


def _too_long(one: Taken) -> list[LongTask]:
    return [task for task in one.tasks if task.milliseconds > LONG]


def _longest_task(one: Taken) -> float:
    return max((task.milliseconds for task in one.tasks), default=0.0)


def _processor(one: Taken, side: str) -> float:
    return one.costs[side].cpu_seconds * 1000 / one.files


def _counting(page: Page, span: Span) -> float:
    """Return the seconds from the drop until its row said something else than that it counts."""
    seen: dict[str, float] = page.evaluate("window.statesSeen")
    after = [moment for state, moment in seen.items() if state != "listing"]
    return min(after) / 1000 - span.start
