"""Rows that are read back while more are written: by a process of its own, `python -m …dolt.reading_back`.

It reads what each commit of the import's branch has more than the one before, so that all of them together
have what came. It ends with the process that started it, whose pipe it reads.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ...errors import ImportDiffers, StorageFailed
from .counting import Counts, counted
from .database import opened
from .encoding import Digest, Row
from .failures import translated
from .names import quoted
from .stored import REAL, stored_as

#: Rows read at once.
BATCH = 10_000
#: Seconds between two looks at whether it is over, and bytes read of what it says.
_LOOK, _PIPE = 0.2, 2**16
#: Batches after which it says that it has read some: so seldom that the pipe holds all of it.
_TELLS = 20


class ReadBack:
    """The other process, which begins with the first commits.

    Parameters
    ----------
    path : Path
        Of the database.
    table : str
        Which rows were added to.
    targets, types : Sequence[str]
        Of the columns that were written, the names, and the types as recipes name them.
    """

    def __init__(self, path: Path, table: str, targets: Sequence[str], types: Sequence[str]) -> None:
        self._orders = [str(path), table, list(targets), list(types)]
        self._process: subprocess.Popen[str] | None = None

    def begin(self, before: str, after: str) -> None:
        """Have it read what one commit has more than another."""
        if self._process is None:
            command = [sys.executable, "-m", __name__]
            self._process = subprocess.Popen(  # noqa: S603  # ourselves
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            self._write(self._orders)
        self._write([before, after])

    def finish(self, tell: Callable[[bool], None]) -> Digest:
        """Return the digest of all that it read.

        Parameters
        ----------
        tell : Callable
            Told again and again meanwhile whether it has read any more.

        Raises
        ------
        ImportDiffers
            When rows were not only added.
        StorageFailed
            When it could not read them; its output, which is this process's, says why.
        """
        if self._process is None:
            return Digest()
        process = self._process
        assert process.stdin is not None and process.stdout is not None  # noqa: PT018, S101  # pipes
        process.stdin.close()
        fd, said = process.stdout.fileno(), b""
        while True:
            is_ready = bool(select.select([fd], [], [], _LOOK)[0])
            more = os.read(fd, _PIPE) if is_ready else b""
            if is_ready and not more:
                break
            said += more
            tell(is_ready)
        if process.wait():
            raise StorageFailed("What was written could not be read back.")
        answer: dict[str, Any] = json.loads(said.splitlines()[-1])
        if answer["differs"] is not None:
            raise ImportDiffers(answer["differs"])
        return Digest(answer["rows"], answer["total"])

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

    def _write(self, value: Sequence[object]) -> None:
        assert self._process is not None and self._process.stdin is not None  # noqa: PT018, S101  # begun
        try:
            self._process.stdin.write(json.dumps(value) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise StorageFailed("What was written could not be read back.") from None


def added_rows(  # noqa: PLR0917  # what names them
    path: Path, table: str, targets: Sequence[str], types: Sequence[str], before: str, after: str
) -> Iterator[Sequence[Row]]:
    """Yield what a commit has more in a table than another, in batches.

    Raises
    ------
    ImportDiffers
        When rows were not only added.
    """
    counts, _ = counted(path, table, before, after)
    if counts != Counts(added=counts.added):
        raise ImportDiffers("Rows that were there before the import are others. It was undone.")
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


def main() -> None:
    """Read what standard input names, and print what was found."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the worker is told, and ends this
    orders = json.loads(sys.stdin.readline())
    path, table, targets, types = orders
    digest, differs = Digest(), None
    try:
        for line in sys.stdin:
            before, after = json.loads(line)
            for number, batch in enumerate(added_rows(Path(path), table, targets, types, before, after)):
                digest.add(batch)
                if number % _TELLS == 0:
                    print(digest.rows, flush=True)  # noqa: T201  # that it is alive
    except ImportDiffers as error:
        differs = error.message
    print(json.dumps({"rows": digest.rows, "total": digest.total, "differs": differs}))  # noqa: T201  # its answer


if __name__ == "__main__":
    main()
