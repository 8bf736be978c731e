from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.object_stores import Azurite, SeaweedFS
from tests.support.server import RunningServer

from ..applications import prepare_pages
from ..frontend import Frontend
from ..payload import MIB, write_payload
from .panel import BucketPanel
from .places import Places
from .ways import Direct, ThroughTheServer, Way


@pytest.fixture(scope="session")
def places(seaweedfs: SeaweedFS, azurite: Azurite) -> Places:
    return Places(seaweedfs, azurite)


@pytest.fixture(scope="session")
def server(places: Places) -> Iterator[RunningServer]:
    """A server of its own, which has buckets; both applications are on it."""
    with places.server() as running:
        prepare_pages(running)
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def panel(frontend: Frontend, places: Places) -> AsyncIterator[BucketPanel]:
    """The panel of a page; where it was told to upload to is forgotten afterwards."""
    places.let_in(frontend.server)
    panel = BucketPanel(frontend)
    yield panel
    panel.stop_listening()
    await frontend.page.evaluate("localStorage.clear()")


@pytest.fixture
def way(panel: BucketPanel, places: Places, request: pytest.FixtureRequest) -> Way:
    if request.param == "direct":
        return Direct(panel, places.direct)
    return ThroughTheServer(panel, places.plain)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Of ten parts, the last one shorter; its name is new, as the buckets are those of all tests."""
    return write_payload(tmp_path / f"run-{secrets.token_hex(4)}.bin", 48 * MIB - 7)
