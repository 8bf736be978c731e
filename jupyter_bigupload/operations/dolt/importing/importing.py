"""Rows become a branch of a database, compared with what was sent, which waits to be committed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ....disk.space import require_space
from ....errors import BigUploadError, ImportDiffers, TooLarge
from ..database import branches, leftovers
from ..database.branches import Pending
from ..database.counting import Counts, counted
from ..database.database import Database, opened, patiently
from ..database.library import load
from ..database.locking import alone
from .comparing import require_equal, require_rows, require_same, require_updated
from .encoding import Digest, Encoder
from .planning import Plan, Wanted, plan
from .progress import Progress, Tell
from .reading_back import Part, ReadBack, Written
from .rows import Checked, RowColumn, Rows
from .writing import Writer

#: Where SQLite puts what it sorts; by default where a machine has its small files.
_TEMPORARY = "SQLITE_TMPDIR"


@dataclass(frozen=True)
class Room:
    """What an import may take of a disk, in bytes.

    Parameters
    ----------
    output : int
        By which the database may grow.
    min_free : int
        That stay free.
    """

    output: int = 10**12
    min_free: int = 0


@dataclass(frozen=True)
class Imported:
    """An import that waits, and what was counted."""

    pending: Pending
    checked: Checked


def import_rows(
    path: Path,
    rows: Rows,
    wanted: Wanted,
    operation_id: str,
    *,
    tell: Tell,
    room: Room = Room(),
    created: bool = False,
) -> Imported:
    """Load rows onto a branch of their own, compare them, and return what waits to be committed.

    Whatever is raised leaves the database at its commits. What a process leaves that dies meanwhile is
    removed by whoever writes to the database next.

    Parameters
    ----------
    path : Path
        Of the database, which is there (`require_database`), and may be empty.
    operation_id : str
        Its start names the branch.
    created : bool
        Whether the file was made for this import.

    Raises
    ------
    Uncommitted
        When there are changes of a person's own that are in no commit.
    ImportDiffers
        When what was read back is not what was sent.
    BigUploadError
        As `plan`, `Writer`, `translated` and `alone` raise. What the rows and `tell` raise is passed on.
    """
    _put_temporary_files_beside(path)
    load()
    progress = Progress(tell, rows.expected)
    with alone(path, progress.wait), opened(path, writes=True) as database, database.alive(progress.step):
        _ready(database, progress)
        base = branches.hash_of(database, "HEAD")
        planned = plan(database, wanted, rows.columns)
        loading = _Loading(
            database, planned, base, operation_id, progress=progress, room=room, created=created
        )
        try:
            return loading.load(rows)
        except BaseException:
            _undo(database, operation_id)
            raise
        finally:
            loading.close()


def look_ahead(path: Path, wanted: Wanted, columns: Sequence[RowColumn]) -> None:
    """Refuse what would be refused once the file is read, as far as that can be known before.

    Raises
    ------
    BigUploadError
        As `plan`; also when there are changes that are in no commit.
    """
    with opened(path) as database:
        branches.require_clean(database)
        plan(database, wanted, columns)


def _ready(database: Database, progress: Progress) -> None:
    """Remove what a dead import left, and check that nobody has changes that are in no commit."""
    leftovers.remove(database, progress.wait)
    branches.require_clean(database)


def _undo(database: Database, operation_id: str) -> None:
    """Remove the branch of an import that failed. Where that fails too, the next import does it."""
    sqlite3 = load()
    with contextlib.suppress(BigUploadError, sqlite3.Error):
        if database.connection.in_transaction:
            database.run("ROLLBACK")
        database.rows("SELECT dolt_checkout(?)", branches.main_branch(database))
        branches.remove(database, branches.loading(operation_id))
        leftovers.collect(database)


class _Loading:
    """One import at work, on a database whose lock is held."""

    def __init__(
        self,
        database: Database,
        planned: Plan,
        base: str,
        operation_id: str,
        *,
        progress: Progress,
        room: Room,
        created: bool,
    ) -> None:
        self._database = database
        self._plan = planned
        self._base = base
        self._id = operation_id
        self._progress = progress
        self._room = room
        self._created = created
        #: Whether it adds rows to what is there, and does nothing else.
        self._adds = planned.mode == "append" or database.table(planned.table) is None
        self._writer = Writer(database, planned, progress.wait)
        self._reader = ReadBack()
        self._unread: list[Part] = []
        #: The last commit of the branch.
        self._last = base
        self._size = database.path.stat().st_size

    def load(self, rows: Rows) -> Imported:
        database, planned, progress = self._database, self._plan, self._progress
        started = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        branch = branches.loading(self._id)
        before = database.count(planned.table) if planned.mode == "update" else 0
        patiently(
            lambda: database.rows("SELECT dolt_checkout('-b', ?, ?)", branch, self._base), progress.wait
        )
        sent = self._write(rows)
        checked = rows.checked()
        if (checked.rows_out, checked.rows_in) != (sent.rows, sent.rows + checked.rejects):
            raise ImportDiffers(
                f"Of {checked.rows_in:,} rows of the file, {sent.rows:,} came, and {checked}."
            )
        commit = self._commit("{}")
        counts, _ = counted(database.path, planned.table, self._base, commit)
        self._compare(sent, counts, before, commit)
        pending = Pending(
            branches.whole(self._id),
            planned.table,
            planned.mode,
            sent.rows,
            self._base,
            started,
            counts,
            str(sent),
            self._created,
        )
        self._commit(pending.as_json(), amends=True)
        patiently(
            lambda: database.rows("SELECT dolt_branch('-m', ?, ?)", branch, pending.import_id), progress.wait
        )
        return Imported(pending, checked)

    def close(self) -> None:
        """End what was begun."""
        self._reader.close()

    def _write(self, rows: Rows) -> Digest:
        encode, writer = Encoder(self._plan.sources, self._plan.types), self._writer
        writer.begin()
        for batch in rows.batches():
            writer.add(encode(batch))
            if writer.is_full:
                writer.go_on(self._have_read_back)
            self._progress.rows = writer.rows
            self._progress.step()
            self._require_room()
        writer.finish(self._commit_part)
        self._require_room()
        return writer.sent

    def _have_read_back(self) -> None:
        """Have what was written read back while the rest comes, where there are processors for both."""
        if (os.cpu_count() or 1) == 1 or not (self._adds or self._writer.blocks):
            return
        self._commit_part()
        self._reader.begin(self._written, self._unread.pop())

    def _commit_part(self) -> None:
        """Commit what was written so far, to be read back at the end."""
        before, self._last = self._last, self._commit("{}")
        self._unread.append(Part(before, self._last, self._writer.cut()))

    @property
    def _written(self) -> Written:
        blocks, planned = self._writer.blocks, self._plan
        return Written(
            self._database.path,
            planned.table,
            planned.targets,
            planned.types,
            self._adds,
            None if blocks is None else blocks.order,
        )

    def _compare(self, sent: Digest, counts: Counts, before: int, commit: str) -> None:
        """Hold what the database has against what was sent.

        Parameters
        ----------
        before : int
            How many rows an updated table had.
        """
        database, planned, tell = self._database, self._plan, self._progress.read_back
        if planned.mode == "update":
            after = database.count(planned.table)
            require_updated(database, self._writer, sent, rows=(before, after), counts=counts, tell=tell)
        elif self._writer.blocks or (self._adds and (planned.mode == "append" or self._last != self._base)):
            self._read_parts(sent, commit)
            require_rows(sent.rows, counts.added if self._adds else database.count(planned.table))
            if self._last != self._base:
                self._together(commit)
        else:
            require_same(database.path, planned, commit, sent, tell)

    def _read_parts(self, sent: Digest, commit: str) -> None:
        """Read what was not read back while it was written, and hold all of it against what was sent."""
        rest = Part(self._last, commit, self._writer.cut())
        if rest.run is not None or self._writer.blocks is None or self._writer.has_waited:
            self._unread.append(rest)
        found = Digest()
        for part in self._unread:
            found += self._written.digest(part, self._progress.read_back)
        require_equal(sent, found + self._reader.finish(self._progress.look))

    def _together(self, commit: str) -> None:
        """Make the commits of the branch one."""
        database, tables = self._database, "SELECT dolt_hashof_db(?)"
        patiently(lambda: database.rows("SELECT dolt_reset('--soft', ?)", self._base), self._progress.wait)
        if database.value(tables, self._commit("{}")) != database.value(tables, commit):
            raise ImportDiffers("The commits of the import are another one together. It was undone.")

    def _require_room(self) -> None:
        grown = self._database.path.stat().st_size - self._size
        if grown > self._room.output:
            raise TooLarge(
                f"The database grew by more than {self._room.output:,} bytes.", limit=self._room.output
            )
        require_space(self._database.path, 0, self._room.min_free)

    def _commit(self, message: str, *, amends: bool = False) -> str:
        """Commit the table, whatever the database is told to ignore; return the hash."""

        def call() -> Any:
            if amends:
                return self._database.value(
                    "SELECT dolt_commit('--amend', '--allow-empty', '-m', ?)", message
                )
            self._database.rows("SELECT dolt_add('-f', '--', ?)", self._plan.table)
            return self._database.value("SELECT dolt_commit('--allow-empty', '-m', ?)", message)

        return str(patiently(call, self._progress.wait))


def _put_temporary_files_beside(path: Path) -> None:
    """Have SQLite sort on the disk of the database, which has room for it; their names are gone at once."""
    os.environ[_TEMPORARY] = str(path.parent)
