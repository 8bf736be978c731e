"""tus-js-client to @tus/server with @tus/file-store, both as they come."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from pathlib import Path

from playwright.sync_api import Page

from ..browser import FINISH, Span, pick
from ..payload import Payload
from ..servers import Server, tus_server

_UPLOAD = f"""options => {{
  const field = document.querySelector('input[type=file]');
  field.onchange = () => new tus.Upload(field.files[0], {{
    endpoint: '/files',
    ...options,
    onSuccess: () => {{ {FINISH} }},
    onError: error => {{ window.benchmark.error = String(error); }}
  }}).start();
}}"""


class Tus:
    """One way of cutting the file; `chunk_bytes` None for all of it in one request, the default."""

    def __init__(self, key: str, title: str, chunk_bytes: int | None) -> None:
        self.key = key
        self.title = title
        self._options = {} if chunk_bytes is None else {"chunkSize": chunk_bytes}

    def serve(self, folder: Path) -> AbstractContextManager[Server]:
        """Start @tus/server."""
        return tus_server(folder)

    def open(self, page: Page, server: Server) -> None:
        """Show the page that has tus-js-client."""
        page.goto(server.url)
        page.evaluate(_UPLOAD, self._options)

    def upload(self, page: Page, payload: Payload, *, timeout: float) -> Span:
        """Choose the file."""
        field = page.locator("input[type=file]").element_handle()
        return pick(page, field, payload.path).wait_until_finished(timeout=timeout)

    def landed(self, server: Server, payload: Payload) -> Path:
        """Return the file, which the store names by an id and describes in `<id>.json`."""
        (record,) = server.folder.glob("*.json")
        return server.folder / str(json.loads(record.read_text())["id"])
