"""The transfers panel of a page that has buckets, as a person sees and uses it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, expect

from ..frontend import Frontend
from .places import Place
from .traffic import PartLog, Traffic

_UPLOAD_SECONDS = 60


class BucketPanel:
    """The panel of one page, and what its page sends."""

    def __init__(self, frontend: Frontend) -> None:
        self.frontend = frontend
        self.page = frontend.page
        self.traffic = Traffic(frontend.page)
        self.parts = PartLog(frontend.page)

    def stop_listening(self) -> None:
        self.traffic.stop()
        self.parts.stop()

    async def open(self) -> None:
        """Bring the panel to the front."""
        await self.frontend.show_panel()
        await expect(self.picker).to_be_visible()

    # Where files go

    @property
    def picker(self) -> Locator:
        return self.page.get_by_role("combobox", name="Upload to")

    def option(self, title: str) -> Locator:
        """A destination in the picker's list."""
        here = self.page.locator(".jp-BigUpload-optionTitle", has_text=re.compile(f"^{re.escape(title)}$"))
        return self.page.get_by_role("option").filter(has=here)

    async def choose(self, place: Place) -> None:
        """Open the panel, and choose a destination in it."""
        await self.open()
        await self.picker.click()
        await self.option(place.title).click()
        await expect(self.picker).to_have_text(place.title)

    async def choose_home(self) -> None:
        await self.open()
        await self.picker.click()
        title = self.page.locator(".jp-BigUpload-optionTitle")
        await self.page.get_by_role("option").filter(has=title).first.click()

    # What goes there

    def row(self, file: Path, place: Place, folder: str = "") -> Locator:
        """The transfer of a file to a folder of a destination."""
        where = f"{place.title}/{folder}" if folder else place.title
        return self.frontend.transfers.get_by_role("listitem", name=f"{file.name} in {where}", exact=True)

    def button(self, verb: str, file: Path, place: Place) -> Locator:
        return self.row(file, place).get_by_role("button", name=f"{verb} {file.name}", exact=True)

    async def expect_state(self, file: Path, place: Place, state: str, *, folder: str = "") -> None:
        shown = self.row(file, place, folder).locator(".jp-BigUpload-state")
        await expect(shown).to_have_text(state, timeout=_UPLOAD_SECONDS * 1000)

    async def upload(self, file: Path) -> dict[str, Any]:
        """Return what the server says of the unfinished upload of a file."""
        answer = await self.page.context.request.get(f"{self.frontend.server.url}api/bigupload/uploads")
        uploads: list[dict[str, Any]] = (await answer.json())["uploads"]
        (upload,) = (upload for upload in uploads if upload["path"].endswith(file.name))
        return upload

    # What is there

    @property
    def contents(self) -> Locator:
        """The browser of a bucket."""
        return self.page.get_by_role("region", name=re.compile("^Contents of "))

    def objects(self) -> Locator:
        """The lines of the browser, without its head."""
        return self.contents.locator("tbody").get_by_role("row")

    def object(self, name: str) -> Locator:
        return self.contents.get_by_role("row").filter(
            has=self.page.locator(".jp-BigUpload-name", has_text=re.compile(f"^{re.escape(name)}$"))
        )

    async def browse(self) -> None:
        await self.page.get_by_role("button", name="Browse", exact=True).click()
        await expect(self.contents).to_be_visible()
