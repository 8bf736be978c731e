"""The kills of `kills` find what is wrong: with a server that has a defect they say so."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from .defects import code_of, folders, records
from .kills import kills
from .site import Site, open_site

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.long]

#: Seeds, by what becomes of the only file of the first round. With the first, the server dies as the file is
#: begun; with the others in the middle of 30 MiB.
BEGUN, UNDER_WAY, CANCELLED = 1530, 275, 3601

CORRUPT, NOT_DONE, SENT_AGAIN = "corrupt: ", "not done: ", "sent again: "
LEFT_OVER, ON_THE_DISK = "left over: ", "on the disk: "


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site() -> AsyncIterator[Site]:
    async with open_site(direct=True, grace=2) as site:
        yield site


@pytest.mark.parametrize(
    ("defect", "seed", "expected"),
    [
        pytest.param(defect, seed, expected, id=defect.__name__)
        for defect, seed, expected in (
            (folders.lose_a_chunk, BEGUN, {CORRUPT, SENT_AGAIN}),
            (folders.write_at_the_end, UNDER_WAY, {SENT_AGAIN}),
            (folders.write_other_bytes, BEGUN, {CORRUPT}),
            (folders.take_other_bytes, BEGUN, {NOT_DONE}),
            (folders.leave_the_partial, BEGUN, {LEFT_OVER, ON_THE_DISK}),
            (folders.leave_what_was_cancelled, CANCELLED, {LEFT_OVER, ON_THE_DISK}),
            (records.forget_a_part_over_a_restart, UNDER_WAY, {SENT_AGAIN}),
            (records.forget_uploads_over_a_restart, UNDER_WAY, {SENT_AGAIN}),
            (records.forget_the_end, BEGUN, {LEFT_OVER}),
        )
    ],
)
async def test_a_defect_is_noticed(
    site: Site, defect: Callable[[], None], seed: int, expected: set[str]
) -> None:
    await asyncio.to_thread(_start_with, site, defect)
    # The first round is meant to show it; where this machine is too busy to die as planned, a later one does.
    report = await kills(site, rounds=12, seed=seed)
    heard = {what for what in expected for failure in report.wrong if failure.startswith(what)}
    assert heard == expected, report.wrong
    # The defect alone.
    assert all(failure.startswith(tuple(expected)) for failure in report.wrong), report.wrong


def _start_with(site: Site, defect: Callable[[], None]) -> None:
    """Start the server with the defect, and with nothing of the one before."""
    server = site.server
    server.kill()
    for path in server.root.iterdir():
        path.unlink()
    shutil.rmtree(server.data_dir / "bigupload", ignore_errors=True)
    server.arguments = []
    server.configure(code_of(defect))
    server.start()
