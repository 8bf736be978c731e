"""Long tasks of a page's main thread, and what they were as far as Chromium tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from ..browser import Span

# A task is long from 50 ms on. What ran in it, Chromium tells of the frame that it held up.
_OBSERVE = """() => {
  const tasks = [];
  const frames = [];
  const at = moment => performance.timeOrigin + moment;
  const watch = (type, note) =>
    new PerformanceObserver(list => list.getEntries().forEach(note)).observe({type});
  watch('longtask', ({startTime, duration}) => tasks.push({start: at(startTime), duration}));
  watch('long-animation-frame', frame => frames.push({
    start: at(frame.startTime),
    duration: frame.duration,
    layout: frame.styleAndLayoutStart && at(frame.styleAndLayoutStart),
    scripts: frame.scripts.map(script => ({
      start: at(script.startTime),
      duration: script.duration,
      layout: script.forcedStyleAndLayoutDuration,
      invoker: script.invoker,
      function: script.sourceFunctionName,
      file: script.sourceURL.split('?')[0].split('/').at(-1),
      character: script.sourceCharPosition
    }))
  }));
  window.longTasks = {tasks, frames};
}"""

_LEAST = 5
"""Milliseconds of a script that is named."""
_UNKNOWN = "no script of 5 ms: garbage collection, or the browser's own work"


@dataclass(frozen=True)
class LongTask:
    """One that kept the main thread busy for more than 50 ms."""

    at: float
    """Seconds since the upload began."""
    milliseconds: float
    what: str


def observe_tasks(page: Page) -> None:
    """Note long tasks from now on."""
    page.evaluate(_OBSERVE)


def tasks_during(page: Page, span: Span) -> list[LongTask]:
    """Return those that began within `span`, the longest first."""
    seen: dict[str, list[dict[str, Any]]] = page.evaluate("window.longTasks")
    frames = seen["frames"]
    found = [
        LongTask(task["start"] / 1000 - span.start, task["duration"], _what(task, frames))
        for task in seen["tasks"]
        if span.start <= task["start"] / 1000 <= span.end
    ]
    return sorted(found, key=lambda task: task.milliseconds, reverse=True)


def _what(task: Mapping[str, Any], frames: Sequence[Mapping[str, Any]]) -> str:
    """Name what ran in a task; several do where it was held up several times."""
    end = task["start"] + task["duration"]
    parts = []
    for frame in frames:
        for script in frame["scripts"]:
            if _share(script["start"], script["start"] + script["duration"], task) >= _LEAST:
                forced = f", {script['layout']:.0f} of it layout" if script["layout"] >= 1 else ""
                where = f"{script['function'] or '(anonymous)'} in {script['file']}:{script['character']}"
                parts.append(f"{script['invoker']}: {where}, {script['duration']:.0f} ms{forced}")
        if frame["layout"] and task["start"] <= frame["layout"] < end:
            painted = _share(frame["layout"], frame["start"] + frame["duration"], task)
            if painted >= _LEAST:
                parts.append(f"style, layout and paint, {painted:.0f} ms")
    return "; ".join(parts) or _UNKNOWN


def _share(start: float, end: float, task: Mapping[str, Any]) -> float:
    """Return how many milliseconds of a task lie between two moments."""
    return float(min(end, task["start"] + task["duration"]) - max(start, task["start"]))
