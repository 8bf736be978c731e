"""Bars on a terminal: one for each file that is on its way, and one for all of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from .tally import Tally, part_of
from .text import printable

if TYPE_CHECKING:
    from ...client import Progress

#: Times a second that they are drawn.
_RATE = 8
#: Most files that get a bar of their own; the client sends fewer at once.
_MOST = 6
#: Cells of a terminal from which on each bar has its sizes beside it.
_WIDE = 60
_NAME, _NARROW_NAME = 0.4, 0.5
_SIZES = 18
_SHOW_CURSOR = b"\x1b[?25h\r\n"


class Bars:
    """Draws a tally on the terminal that standard error is, until it is closed; nothing of it is left."""

    def __init__(self, tally: Tally, console: Console | None = None) -> None:
        self._tally = tally
        self._console = console or Console(stderr=True)
        self._stopping = False
        self._live = Live(
            get_renderable=self.draw,
            console=self._console,
            refresh_per_second=_RATE,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def __enter__(self) -> Bars:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def stopping(self) -> None:
        """Show from now on that it ends; from a signal's handler too, so that it takes no lock."""
        self._stopping = True

    def draw(self) -> RenderableType:
        """Return what is to be seen now."""
        last = self._tally.last
        width = self._console.width
        if self._stopping:
            return Text("Stopping …")
        if last is None:
            return Text("Starting …")
        wide = width >= _WIDE
        words = self._tally.words(short=not wide)
        if not wide:
            words = f"{self._tally.bytes()}, {words}"
        return Group(self._table(last, width, wide=wide), Text(words, no_wrap=True, overflow="ellipsis"))

    def _table(self, last: Progress, width: int, *, wide: bool) -> Table:
        name_width = int(width * (_NAME if wide else _NARROW_NAME)) - 2
        table = Table.grid(padding=(0, 1), expand=True)
        table.add_column(width=name_width, no_wrap=True)
        table.add_column(ratio=1)
        table.add_column(width=4, justify="right", no_wrap=True)
        if wide:
            table.add_column(width=_SIZES, justify="right", no_wrap=True)
        for name, sent, size in self._rows(last, wide=wide):
            cells: list[RenderableType] = [
                Text(shortened(printable(name), name_width)),
                ProgressBar(total=size, completed=sent, pulse=size is None),
                Text("" if size is None else percent_of(sent, size)),
            ]
            if wide:
                cells.append(Text(part_of(sent, size)))
            table.add_row(*cells)
        return table

    def _rows(self, last: Progress, *, wide: bool) -> Iterator[tuple[str, int, int | None]]:
        under_way = self._tally.under_way
        for one in under_way[:_MOST]:
            yield one.path, one.sent, one.size
        if last.files > 1 or not under_way:
            yield self._tally.files(short=not wide), last.bytes_sent, last.bytes_total


def give_cursor_back() -> None:
    """Show the terminal's cursor again, from anywhere, when the process is about to end at once."""
    if sys.stderr.isatty():
        os.write(sys.stderr.fileno(), _SHOW_CURSOR)


def can_draw() -> bool:
    """Return whether standard error is a terminal that bars can be drawn on."""
    return sys.stderr.isatty() and not Console(stderr=True).is_dumb_terminal


def percent_of(sent: int, size: int) -> str:
    """Return a share in percent; 100 only for all of it."""
    return "100%" if sent >= size else f"{int(100 * sent / size)}%"


def shortened(text: str, width: int) -> str:
    """Return `text` in so many cells, with an ellipsis in its middle: both ends of a name tell the most."""
    if cell_len(text) <= width:
        return text
    if width <= 1:
        return "…"[:width]
    behind = (width - 1) // 2
    before = width - 1 - behind
    # Of the reverse, so that the cells are counted from the end; what is wide may leave one empty.
    end = chop_cells(text[::-1], behind)[0][::-1] if behind else ""
    return set_cell_size(f"{chop_cells(text, before)[0]}…{end}", width).rstrip()
