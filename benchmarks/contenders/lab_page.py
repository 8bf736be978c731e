"""JupyterLab in the browser: the page that three contenders start from."""

from __future__ import annotations

from playwright.sync_api import Page

from ..servers import Server


def open_lab(page: Page, server: Server) -> None:
    """Log in, and wait until the file browser shows the server's folder."""
    page.goto(f"{server.url}lab?token={server.token}")
    page.locator(".jp-FileBrowser .jp-DirListing-content").wait_for(timeout=60_000)
    page.wait_for_load_state("networkidle")
