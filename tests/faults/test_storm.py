"""Each kind of fault once, through the page; `python -m tests.faults.storm` does it a thousand times."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.browser.patience import until
from tests.support.faults import Link, Plan, Rule, Unavailable

from .kinds import KINDS, MIB, MIXED, OF_WHOLE_FILES, Kind, is_ours
from .site import WHOLE_FILES, Site, open_site, write_files
from .storm import storm

pytestmark = pytest.mark.asyncio(loop_scope="module")

FEW = 4

#: How many faults at the least, and files that are under way together.
HOW_MANY = pytest.mark.parametrize(
    ("faults", "together"),
    [pytest.param(1, 1, id="one"), pytest.param(FEW, 3, id="few", marks=pytest.mark.long)],
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site() -> AsyncIterator[Site]:
    async with open_site() as site:
        yield site


#: Under which nothing but the time that it takes is another.
SLOW = {"delay", "bandwidth"}


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(kind, id=kind.name, marks=[pytest.mark.long] if kind.name in SLOW else [])
        # Those that need a page with a clock of its own come last, and share it with all at once.
        for kind in sorted(KINDS, key=lambda kind: kind.skip is not None)
        if kind.chunk_size is None
    ],
)
@HOW_MANY
async def test_every_upload_ends_identical(site: Site, kind: Kind, faults: int, together: int) -> None:
    tally = await storm(site, kind, faults=faults, together=together, seed=1)
    assert tally.wrong == []
    assert tally.injected >= faults
    assert tally.identical == tally.uploads, tally


@HOW_MANY
async def test_all_at_once(site: Site, faults: int, together: int) -> None:
    """Then an upload may also end with a clear error."""
    tally = await storm(site, MIXED, faults=faults, together=together, seed=1)
    assert tally.wrong == []
    assert tally.identical


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site_of_whole_files() -> AsyncIterator[Site]:
    async with open_site(bigupload=WHOLE_FILES) as site:
        yield site


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(kind, id=kind.name, marks=[] if kind.name in OF_WHOLE_FILES else [pytest.mark.long])
        for kind in sorted((*KINDS, MIXED), key=lambda kind: kind.skip is not None)
        if kind.chunk_size is None
    ],
)
async def test_every_whole_file_ends_identical(site_of_whole_files: Site, kind: Kind) -> None:
    tally = await storm(site_of_whole_files, kind, faults=FEW, seed=4)
    assert tally.wrong == []
    assert tally.injected >= FEW
    assert tally.identical == tally.uploads or kind is MIXED, tally


async def test_below_the_body_limit_of_a_proxy() -> None:
    (kind,) = (kind for kind in KINDS if kind.chunk_size is not None)
    async with open_site(bigupload={"chunk_size": kind.chunk_size}) as site:
        tally = await storm(site, kind, faults=1, seed=1)
    assert tally.injected
    assert tally.wrong == []
    assert tally.identical == tally.uploads, tally


async def test_by_its_own_patience_alone(site: Site) -> None:
    """Nobody tells the page that the network is back."""
    (kind,) = (kind for kind in KINDS if kind.name == "reset in the request")
    tally = await storm(site, kind, faults=FEW, seed=2, hurry_every=None)
    assert tally.wrong == []
    assert tally.identical == tally.uploads, tally


async def test_cancelling_amid_faults_leaves_nothing(site: Site, tmp_path: Path) -> None:
    files = write_files(tmp_path, {"a.bin": 8 * MIB, "b.bin": 8 * MIB})
    site.proxy.link = Link(bandwidth=4 * MIB)
    site.proxy.disconnect()
    site.proxy.plan = Plan([Rule(Unavailable(502, reached=True), is_ours, chance=0.2)], seed=3)
    keys = await site.engine.upload(files)
    acknowledged = site.engine.traffic.acknowledged
    await until(lambda: site.engine.traffic.acknowledged > acknowledged, seconds=60, what="a first chunk")
    await site.engine.cancel(keys)
    site.calm()
    assert {outcome.state for outcome in await site.engine.look(keys)} == {"cancelled"}
    assert await site.what_stays() == []
    assert list(site.server.root.iterdir()) == []
