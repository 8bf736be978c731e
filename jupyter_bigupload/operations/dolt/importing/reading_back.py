"""Rows that are read back while more are written: by a process of its own, `python -m …dolt.reading_back`.

It reads what each commit of the import's branch has more than the one before, so that all of them together
have what came: by blocks, where rows were written in the order of their key, else by doltlite's diff. It ends
with the process that started it, whose pipe it reads.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ....errors import ImportDiffers, StorageFailed
from ..database.counting import Counts, counted, counted_at
from ..database.database import opened
from ..database.failures import translated
from ..database.names import quoted
from ..database.stored import REAL, stored_as
from . import blocks
from .blocks import Order, Run
from .encoding import Digest, Row, packed

#: Rows read at once.
BATCH = 10_000
#: Seconds between two looks at whether it is over, and bytes read of what it says.
_LOOK, _PIPE = 0.2, 2**16
#: Parts that it has before it at most.
_AHEAD = 2
#: Rows after which it says that it has read some.
_TELLS = 200_000


@dataclass(frozen=True)
class Part:
    """What a commit of an import has more than the one before.

    Parameters
    ----------
    before, after : str
        The commits.
    run : Run or None
        The blocks, where rows are in order.
    """

    before: str
    after: str
    run: Run | None = None


@dataclass(frozen=True)
class Written:
    """What is read back.

    Parameters
    ----------
    table : str
        Which rows were written to.
    targets, types : Sequence[str]
        Of the columns that were written, the names, and the types as recipes name them.
    adds : bool
        Whether nothing else may have changed in the table; else it takes another's place.
    order : Order or None
        By which blocks are in order.
    """

    path: Path
    table: str
    targets: Sequence[str]
    types: Sequence[str]
    adds: bool
    order: Order | None = None

    def digest(self, part: Part, tell: Callable[[int], None]) -> Digest:
        """Return the digest of a part; `tell` is told how many rows of it were read, again and again.

        Raises
        ------
        ImportDiffers
            When rows were not only added, or not as many.
        """
        found = Digest()
        if part.run is None:
            for batch in added_rows(self.path, self.table, self.targets, self.types, part.before, part.after):
                found.add(batch)
                tell(found.rows)
            return found
        assert self.order is not None  # noqa: S101  # there are blocks
        with opened(self.path, part.after) as database:  # once: that takes longer, the larger the file is
            if self.adds:
                counts = counted_at(database, self.table, (part.before, part.after))
                require_only_added(Counts() if counts is None else counts[0])
            for block in blocks.read_run(database, self.table, self.targets, self.order, part.run):
                found.add_block(len(block[0]), packed(block))
                tell(found.rows)
        return found


class ReadBack:
    """The other process, which begins with the first part, and what it has found.

    It has few parts before it, so that those which are left at the end are shared with this process.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._written: Written | None = None
        self._waiting: deque[Part] = deque()
        #: Parts that it has, and what it said that is not a line yet.
        self._given = 0
        self._said = b""
        self._found = Digest()

    def begin(self, written: Written, part: Part) -> None:
        """Have a part read.

        Raises
        ------
        ImportDiffers, StorageFailed
            As `finish`, of another part.
        """
        self._written = written
        self._waiting.append(part)
        if self._process is None:
            command = [sys.executable, "-m", __name__]
            self._process = subprocess.Popen(  # noqa: S603  # ourselves
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            self._write({**asdict(written), "path": str(written.path)})
        self._hear(0)
        self._give()

    def finish(self, tell: Callable[[bool], None]) -> Digest:
        """Return the digest of all parts.

        Parameters
        ----------
        tell : Callable
            Told again and again meanwhile whether any more was read.

        Raises
        ------
        ImportDiffers
            When rows were not only added.
        StorageFailed
            When it could not read them; its output, which is this process's, says why.
        """
        while self._waiting or self._given:
            self._give()
            if self._waiting and self._written is not None:
                self._found += self._written.digest(self._waiting.pop(), lambda _: tell(True))  # noqa: FBT003
            tell(self._hear(0 if self._waiting else _LOOK))
        return self._found

    def _give(self) -> None:
        while self._waiting and self._given < _AHEAD:
            self._given += 1
            self._write(asdict(self._waiting.popleft()))

    def _hear(self, seconds: float) -> bool:
        """Take in what it says, waiting for it for some seconds; return whether it said anything."""
        assert self._process is not None and self._process.stdout is not None  # noqa: PT018, S101  # begun
        fd = self._process.stdout.fileno()
        if not select.select([fd], [], [], seconds)[0]:
            return False
        more = os.read(fd, _PIPE)
        if not more:
            raise _unreadable()
        *lines, self._said = (self._said + more).split(b"\n")
        for answer in map(json.loads, lines):
            if isinstance(answer, dict):
                if answer["differs"] is not None:
                    raise ImportDiffers(answer["differs"])
                self._given -= 1
                self._found += Digest(answer["rows"], answer["total"])
        return True

    def close(self) -> None:
        """End it, whatever it does."""
        if self._process is None:
            return
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None  # noqa: S101  # it was asked for
            with contextlib.suppress(OSError):
                pipe.close()
        self._process.wait()

    def _write(self, value: Mapping[str, object]) -> None:
        assert self._process is not None and self._process.stdin is not None  # noqa: PT018, S101  # begun
        try:
            self._process.stdin.write(json.dumps(value) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise _unreadable() from None


def _unreadable() -> StorageFailed:
    return StorageFailed("What was written could not be read back.")


def added_rows(  # noqa: PLR0917  # what names them
    path: Path, table: str, targets: Sequence[str], types: Sequence[str], before: str, after: str
) -> Iterator[Sequence[Row]]:
    """Yield what a commit has more in a table than another, in batches.

    Raises
    ------
    ImportDiffers
        When rows were not only added.
    """
    require_only_added(counted(path, table, before, after)[0])
    with opened(path, after) as database:
        diff = f"{quoted(f'dolt_diff_{table}')}(?, ?)"
        with translated():
            nothing = f"SELECT * FROM {diff} LIMIT 0"  # noqa: S608  # quoted
            shown = database.connection.execute(nothing, (before, after)).description
        there = [column.name for column in database.columns(table)]
        # The columns of the later side come first. Their names may be others, where one is like another.
        names = [quoted(shown[there.index(name)][0]) for name in targets]
        # A diff has whole numbers of a column of floats as integers.
        pairs = zip(names, types, strict=True)
        columns = [f"CAST({name} AS REAL)" if stored_as(kind) == REAL else name for name, kind in pairs]
        with translated():
            sql = f"SELECT {', '.join(columns)} FROM {diff}"  # noqa: S608  # quoted
            cursor = database.connection.execute(sql, (before, after))
            while rows := cursor.fetchmany(BATCH):
                yield rows


def require_only_added(counts: Counts) -> None:
    """Check that a commit has all rows of another, as they were.

    Raises
    ------
    ImportDiffers
        When it has not.
    """
    if counts != Counts(added=counts.added):
        raise ImportDiffers("Rows that were there before the import are others. It was undone.")


class _Alive:
    """Says now and then that rows were read, so seldom that the pipe holds all of it."""

    def __init__(self) -> None:
        self._told = 0

    def __call__(self, rows: int) -> None:
        """Say it, if it was not said lately."""
        if not 0 <= rows - self._told < _TELLS:
            self._told = rows
            print(rows, flush=True)  # noqa: T201  # what is asked for


def main() -> None:
    """Read what standard input names, and print what was found."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the worker is told, and ends this
    written = _written(json.loads(sys.stdin.readline()))
    for line in sys.stdin:
        found, differs = Digest(), None
        try:
            found = written.digest(_part(json.loads(line)), _Alive())
        except ImportDiffers as error:
            differs = error.message
        answer = {"rows": found.rows, "total": found.total, "differs": differs}
        print(json.dumps(answer), flush=True)  # noqa: T201  # its answer


def _written(fields: dict[str, Any]) -> Written:
    order = fields["order"] and Order(**fields["order"])
    return Written(**{**fields, "path": Path(fields["path"]), "order": order})


def _part(fields: dict[str, Any]) -> Part:
    return Part(**{**fields, "run": fields["run"] and Run(**fields["run"])})


if __name__ == "__main__":
    main()
