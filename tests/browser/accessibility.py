"""What axe finds wrong with a part of a page."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page

_AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"


async def require_accessible(page: Page, selector: str) -> None:
    """Nothing in what is in sight is against the rules that axe knows."""
    await page.add_script_tag(path=_AXE)
    found = await page.evaluate("selector => axe.run(selector).then(({violations}) => violations)", selector)
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
