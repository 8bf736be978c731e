"""Files and folders that are dropped on the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from . import IN_BOTH, IN_LAB
from .drops import Drag, drop
from .frontend import Frontend
from .patience import until
from .payload import write_payload


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with what folders have."""
    top = tmp_path / "Ünïcode & 100 % #1"
    (top / "deep" / "er").mkdir(parents=True)
    (top / "empty").mkdir()
    write_payload(top / "a.txt", 10)
    write_payload(top / "deep" / "er" / "b c.bin", 50_000)
    write_payload(top / "deep" / "nothing", 0)
    return top


def listing(frontend: Frontend) -> Locator:
    return frontend.page.locator(".jp-DirListing-content")


def label(frontend: Frontend) -> Locator:
    return frontend.page.locator(".jp-BigUpload-dropLabel")


def contents(folder: Path) -> dict[str, bytes | None]:
    """All files and folders below a folder, hidden ones aside; None for a folder."""
    return {
        str(path.relative_to(folder)): None if path.is_dir() else path.read_bytes()
        for path in folder.rglob("*")
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


@IN_BOTH
async def test_a_folder_on_the_list(frontend: Frontend, tree: Path) -> None:
    await drop(frontend.page, listing(frontend), tree)
    await until(
        lambda: (frontend.folder / tree.name).exists()
        and contents(frontend.folder / tree.name) == contents(tree),
        seconds=30,
        what="the folder",
    )
