"""Every chunk brings the digest of its bytes, whoever computes it."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Request

from . import OWN_TAB
from .chunks import Listener
from .frontend import Frontend
from .payload import digest, write_payload

_NO_WORKERS = "window.Worker = class { constructor() { throw new DOMException('', 'SecurityError'); } };"


async def _upload(frontend: Frontend, tmp_path: Path) -> list[Request]:
    """Upload a file; return the requests of its chunks."""
    file = write_payload(tmp_path / "digested.bin", 20_000_001)
    chunks: list[Request] = []

    def note(request: Request) -> None:
        if "content-range" in request.headers:
            chunks.append(request)

    listener = Listener(frontend.page, request=note)
    await frontend.pick(file)
    await frontend.expect_state(file.name, "Done")
    listener.stop()
    assert digest(frontend.folder / file.name) == digest(file)
    return chunks


async def test_a_worker_computes_the_digest_of_each_chunk(frontend: Frontend, tmp_path: Path) -> None:
    chunks = await _upload(frontend, tmp_path)
    assert {chunk.headers["content-digest"].partition("=")[0] for chunk in chunks} == {"xxh3-128"}
    # A production build gives its scripts no names; no other worker comes from this extension.
    hashing = [worker.url for worker in frontend.page.workers if "/jupyter-bigupload/" in worker.url]
    assert 1 <= len(hashing) <= 2


@OWN_TAB
async def test_a_page_without_workers_computes_them_itself(frontend: Frontend, tmp_path: Path) -> None:
    await frontend.page.add_init_script(_NO_WORKERS)
    await frontend.reload()
    chunks = await _upload(frontend, tmp_path)
    assert {chunk.headers["content-digest"].partition("=")[0] for chunk in chunks} == {"xxh3-128"}
    assert not frontend.page.workers
