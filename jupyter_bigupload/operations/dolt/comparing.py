"""What an import has made, read back and held against what was sent.

doltlite has lost rows of large inserts (dolthub/doltlite#710). It is read by a connection of its own at the
commit, so that it comes from the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ...errors import ImportDiffers
from .counting import Counts
from .database import Database, opened
from .encoding import Digest, Encoder, Row
from .failures import translated
from .names import listed, quoted
from .planning import Plan
from .writing import Writer

#: Rows read at once.
_BATCH = 10_000
#: Columns that a diff has besides those of both sides: two commits with their dates, and its kind.
_MORE = 5


def require_same(
    path: Path,
    plan: Plan,
    commits: tuple[str, str],
    sent: Digest,
    *,
    counts: Counts,
    tell: Callable[[int], None],
) -> None:
    """Check that a table that was made, or appended to, has what was sent, and nothing else.

    Parameters
    ----------
    commits : tuple of str
        Hashes of the commit that the import began from, and of its own.
    tell : Callable
        Told how many rows were read back, now and then.

    Raises
    ------
    ImportDiffers
        When it has not.
    """
    before, after = commits
    with opened(path, after) as database:
        if plan.mode == "create":
            sql = f"SELECT {listed(plan.targets)} FROM {quoted(plan.table)}"  # noqa: S608  # quoted
            _compare(sent, digest_of(_read(database, sql), tell))
            return
        if counts != Counts(added=sent.rows):
            raise _differs(f"{counts} instead of {sent.rows:,} rows that were added")
        names = [column.name for column in database.columns(plan.table)]
        # A diff has whole numbers of a column of floats as integers.
        sources = [names.index(name) for name in plan.targets]
        encode = Encoder(sources, plan.types, 2 * len(names) + _MORE)
        sql = f"SELECT * FROM {quoted(f'dolt_diff_{plan.table}')}(?, ?)"  # noqa: S608  # quoted
        added = (encode(rows) for rows in _read(database, sql, before, after))
        _compare(sent, digest_of(added, tell))


def require_updated(
    database: Database,
    writer: Writer,
    sent: Digest,
    *,
    rows: tuple[int, int],
    counts: Counts,
    tell: Callable[[int], None],
) -> None:
    """Check that a table that was updated has each row that was sent, as it was sent.

    Parameters
    ----------
    database : Database
        The connection that wrote, which alone knows what came.
    rows : tuple of int
        How many the table had before, and has now.

    Raises
    ------
    ImportDiffers
        When it has not.
    """
    before, after = rows
    if before + counts.added - counts.removed != after:
        raise _differs(f"{before:,} rows became {after:,}, of which {counts.added:,} were added")
    _compare(sent, digest_of(_read(database, writer.updated()), tell))


def digest_of(batches: Iterator[Sequence[Row]], tell: Callable[[int], None]) -> Digest:
    """Return the digest of rows."""
    digest = Digest()
    for batch in batches:
        digest.add(batch)
        tell(digest.rows)
    return digest


def _read(database: Database, sql: str, *values: str) -> Iterator[list[Row]]:
    with translated():
        cursor = database.connection.execute(sql, values)
        while rows := cursor.fetchmany(_BATCH):
            yield rows


def _compare(sent: Digest, found: Digest) -> None:
    if sent.rows != found.rows:
        raise _differs(f"{found.rows:,} rows instead of {sent.rows:,}")
    if sent != found:
        raise _differs(f"the digest of its {sent.rows:,} rows is another")


def _differs(how: str) -> ImportDiffers:
    return ImportDiffers(f"What the database has of the import is not what was sent: {how}. It was undone.")
