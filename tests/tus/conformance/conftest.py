"""The server that the suite is held against: ours, or the one that the environment names (see README.md)."""

from __future__ import annotations

import os
from collections.abc import Iterator

import httpx
import pytest

from tests.support.server import RunningServer

from .tus import Tus, Upload

#: The largest file of our own server: a limit, so that what is said of one can be tested.
_MOST = 2**30


def _headers(lines: str) -> dict[str, str]:
    return {
        name.strip(): value.strip()
        for name, _, value in (line.partition(":") for line in lines.splitlines() if line.strip())
    }


def _get(headers: dict[str, str]) -> Iterator[Tus]:
    def read(upload: Upload) -> bytes | None:
        answer = httpx.get(upload.url, headers=headers, trust_env=False)
        return answer.content if answer.is_success else None

    tus = Tus(os.environ["TUS_URL"], headers, read)
    yield tus
    tus.close()


@pytest.fixture(scope="session")
def tus() -> Iterator[Tus]:
    """The server under test."""
    if "TUS_URL" in os.environ:
        yield from _get(_headers(os.environ.get("TUS_HEADERS", "")))
        return
    with RunningServer(config={"BigUpload": {"min_free_space": 0, "max_upload_size": _MOST}}) as server:

        def read(upload: Upload) -> bytes | None:
            return (server.root / upload.name).read_bytes()

        tus = Tus(f"{server.url}api/bigupload/tus", {"Authorization": f"token {server.token}"}, read)
        yield tus
        tus.close()
        server.require_no_traceback()
