from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .child import Child


@pytest.fixture(scope="module")
def there() -> Iterator[Child]:
    """A process that has doltlite."""
    with Child() as child:
        yield child


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a database may be made."""
    return tmp_path / "data.db"
