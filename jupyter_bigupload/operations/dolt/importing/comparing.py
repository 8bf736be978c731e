"""What an import has made, read back and held against what was sent.

doltlite has lost rows of large inserts (dolthub/doltlite#710). It is read by a connection of its own at the
commit, so that it comes from the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ....errors import ImportDiffers
from ..database.counting import Counts
from ..database.database import Database, opened
from ..database.failures import translated
from ..database.names import listed, quoted
from .encoding import Digest, Row
from .planning import Plan
from .reading_back import BATCH
from .writing import Writer


def require_same(path: Path, plan: Plan, commit: str, sent: Digest, tell: Callable[[int], None]) -> None:
    """Check that a table that took another's place has what was sent.

    Parameters
    ----------
    commit : str
        Its hash.
    tell : Callable
        Told how many rows were read back, now and then.

    Raises
    ------
    ImportDiffers
        When it has not.
    """
    sql = f"SELECT {listed(plan.targets)} FROM {quoted(plan.table)}"  # noqa: S608  # quoted
    with opened(path, commit) as database:
        require_equal(sent, digest_of(_read(database, sql), tell))


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
    require_equal(sent, digest_of(_read(database, writer.updated()), tell))


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
        while rows := cursor.fetchmany(BATCH):
            yield rows


def require_equal(sent: Digest, found: Digest) -> None:
    """Check that what was read is what was sent.

    Raises
    ------
    ImportDiffers
        When it is not.
    """
    require_rows(sent.rows, found.rows)
    if sent != found:
        raise _differs(f"the digest of its {sent.rows:,} rows is another")


def require_rows(sent: int, found: int) -> None:
    """Check that there are as many rows as were sent.

    Raises
    ------
    ImportDiffers
        When there are not.
    """
    if sent != found:
        raise _differs(f"{found:,} rows instead of {sent:,}")


def _differs(how: str) -> ImportDiffers:
    return ImportDiffers(f"What the database has of the import is not what was sent: {how}. It was undone.")
