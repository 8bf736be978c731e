"""The ways of a folder into a bucket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.support.object_stores import SeaweedFS

from ..browser import Span, chromium_processes, pick
from ..buckets.pages import CHOOSE
from ..buckets.store import Bucket, Store
from ..servers import bucket_server
from .base import Ready
from .contenders import sides_of
from .page import chromium, drop, open_bigupload
from .trees import Tree, check_bucket

AT_ONCE = 6
"""As many requests as Chromium has on their way to one server by HTTP/1.1."""

_HERE = Path(__file__).parent
_SIGNED_SECONDS = 24 * 3600


class DroppedOnPanel:
    """Ours: the folder is dropped on the panel, with the bucket chosen; `direct` past the server."""

    def __init__(self, key: str, title: str, tree: Tree, store: Store, *, direct: bool) -> None:
        self.key = key
        self.title = title
        self.tree = tree
        self._store = store
        self._direct = direct

    @contextmanager
    def prepare(self, scratch: Path) -> Iterator[Ready]:
        """Start JupyterLab and Chromium."""
        with (
            self._store.bucket() as bucket,
            bucket_server(scratch, bucket, direct=self._direct) as server,
            chromium() as page,
        ):
            if self._direct:
                _let_in(bucket, server.url.rstrip("/"))
            page.add_init_script(CHOOSE)
            open_bigupload(page, server)
            page.evaluate("window.jupyterapp.commands.execute('bigupload:show-transfers')")
            panel = page.locator(".jp-BigUpload-panel")
            expect(panel.get_by_role("combobox", name="Upload to")).to_contain_text("bucket")
            yield Ready(
                upload=lambda timeout: drop(page, panel, self.tree.path).wait_until_finished(timeout=timeout),
                check=lambda: check_bucket(bucket, self.tree),
                sides={**sides_of(server), "store": bucket.processes},
            )


class BarePage:
    """A page with a file field and nothing else sends each file to a URL that was signed beforehand."""

    key = "bare-page"
    title = f"a bare page, one PUT a file, {AT_ONCE} at a time"

    def __init__(self, tree: Tree, store: Store) -> None:
        self.tree = tree
        self._store = store

    @contextmanager
    def prepare(self, scratch: Path) -> Iterator[Ready]:  # it has nothing to write
        """Sign everything, and start Chromium."""
        with self._store.bucket() as bucket, _bare_page() as url, chromium() as page:
            _let_in(bucket, url)
            page.goto(f"{url}/bare_page.html")
            page.evaluate("([urls, atOnce]) => prepare(urls, atOnce)", [_signed(bucket, self.tree), AT_ONCE])

            def upload(timeout: float) -> Span:
                field = page.locator("input").element_handle()
                return pick(page, field, self.tree.path).wait_until_finished(timeout=timeout)

            yield Ready(
                upload=upload,
                check=lambda: check_bucket(bucket, self.tree),
                sides={"browser": chromium_processes, "store": bucket.processes},
            )


def _signed(bucket: Bucket, tree: Tree) -> dict[str, str]:
    """Return a URL for each file, by its key."""
    return {
        key: bucket.store.client.generate_presigned_url(
            "put_object", Params={"Bucket": bucket.name, "Key": key}, ExpiresIn=_SIGNED_SECONDS
        )
        for key in (f"{tree.name}/{name}" for name in tree.names)
    }


def _let_in(bucket: Bucket, origin: str) -> None:
    assert isinstance(bucket.store, SeaweedFS)
    bucket.store.set_cors(bucket.name, [origin])


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # as it is called there
        """Say nothing."""


@contextmanager
def _bare_page() -> Iterator[str]:
    """Serve this folder, where the page is; return the address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(_HERE))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
