from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from jupyter_bigupload.testing.server import RunningServer

# The same examples in every run: a failure is one that the next person sees too.
settings.register_profile("suite", derandomize=True, deadline=None, database=None)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def server() -> Iterator[RunningServer]:
    """A plain Jupyter server that all tests share which change none of its settings."""
    # The tests' own disks are smaller than what is to stay free by default.
    with RunningServer(config={"BigUpload": {"min_free_space": 0}}) as running:
        yield running
