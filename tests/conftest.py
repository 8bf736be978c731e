from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.server import RunningServer

# boto3 and Azure's libraries take a second to load, which a test that needs no store does not wait for.
if TYPE_CHECKING:
    from tests.support.object_stores import Azurite, Rclone, SeaweedFS

pytest_plugins = ["tests.tiers"]


@pytest.fixture(scope="session")
def server() -> Iterator[RunningServer]:
    """A plain Jupyter server that all tests share which change none of its settings."""
    # The tests' own disks are smaller than what is to stay free by default.
    with RunningServer(config={"BigUpload": {"min_free_space": 0}}) as running:
        yield running


@pytest.fixture(scope="session")
def object_stores() -> Iterator[Path]:
    """The folder of all object stores of this session, which goes with it."""
    with tempfile.TemporaryDirectory(prefix="bigupload-stores-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def seaweedfs(object_stores: Path) -> Iterator[SeaweedFS]:
    from tests.support.object_stores import SeaweedFS  # noqa: PLC0415  # slow to load, as above

    with SeaweedFS(object_stores / "seaweedfs") as store:
        yield store


@pytest.fixture(scope="session")
def rclone(object_stores: Path) -> Iterator[Rclone]:
    from tests.support.object_stores import Rclone  # noqa: PLC0415  # slow to load, as above

    with Rclone(object_stores / "rclone") as store:
        yield store


@pytest.fixture(scope="session")
def azurite(object_stores: Path) -> Iterator[Azurite]:
    from tests.support.object_stores import Azurite  # noqa: PLC0415  # slow to load, as above

    with Azurite(object_stores / "azurite") as store:
        yield store


@pytest.fixture
def bucket() -> str:
    """A name that no bucket has: a test makes its own with `make_bucket` of the store that it uses."""
    return f"test-{secrets.token_hex(8)}"
