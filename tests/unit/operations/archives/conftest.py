"""An empty folder to extract into, and how that is done."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_bigupload.operations.archives import Bounds, Extracted, open_archive
from jupyter_bigupload.operations.archives.model import unheard

Extract = Callable[..., Extracted]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "extracted"
    path.mkdir()
    return path


@pytest.fixture
def extract(folder: Path) -> Extract:
    def run(data: bytes, name: str = "archive", bounds: Bounds = Bounds()) -> Extracted:  # noqa: B008  # frozen
        return open_archive(io.BytesIO(data), name).extract_into(folder, bounds, unheard)

    return run
