"""tuspy and aiotus as programs: `python python_client.py tuspy|aiotus ARGUMENTS`, which are JSON.

They print where the upload is. One that is to be interrupted ends there, and is gone on with by another
process.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

MIB = 2**20


def tuspy(
    endpoint: str,
    headers: dict[str, str],
    file: str,
    name: str,
    *,
    storage: str,
    stop_at: int | None = None,
    checksum: bool = False,
    chunk_size: int = MIB,
) -> str:
    from tusclient.client import TusClient  # noqa: PLC0415  # only one of the two is loaded
    from tusclient.storage.filestorage import FileStorage  # noqa: PLC0415  # as above

    uploader = TusClient(endpoint, headers=headers).uploader(
        file,
        chunk_size=chunk_size,
        metadata={"filename": name},
        retries=30,
        retry_delay=0,
        store_url=True,
        url_storage=FileStorage(storage),  # type: ignore[no-untyped-call]  # as it is published
        upload_checksum=checksum,
    )
    uploader.upload(stop_at=stop_at)
    return str(uploader.url)


class Interrupted(io.FileIO):
    """A file whose reader dies at some byte."""

    stop_at: int | None = None

    def read(self, size: int | None = -1, /) -> bytes:
        if self.stop_at is not None and self.tell() >= self.stop_at:
            os._exit(0)
        return super().read(-1 if size is None else size) or b""


async def aiotus(
    endpoint: str,
    headers: dict[str, str],
    file: str,
    name: str,
    *,
    url: str | None = None,
    stop_at: int | None = None,
    parts: int = 1,
) -> str:
    import aiohttp  # noqa: PLC0415  # as above
    import yarl  # noqa: PLC0415  # as above
    from aiotus import RetryConfiguration, core, creation, retry  # noqa: PLC0415  # as above

    metadata: dict[str, bytes | None] = {"filename": name.encode()}
    patient = RetryConfiguration(retry_attempts=30, max_retry_period_seconds=0.05)
    if parts > 1:
        content = Path(file).read_bytes()
        size = len(content) // parts + 1
        pieces = [io.BytesIO(content[start : start + size]) for start in range(0, len(content), size)]
        found = await retry.upload_multiple(
            endpoint, pieces, metadata, config=patient, headers=headers, chunksize=MIB
        )
    elif url is None and stop_at is None:
        with Path(file).open("rb") as whole:
            found = await retry.upload(
                endpoint, whole, metadata, config=patient, headers=headers, chunksize=MIB
            )
    else:
        body = Interrupted(file)
        body.stop_at = stop_at
        async with aiohttp.ClientSession() as session:
            if url is None:
                found = await creation.create(session, yarl.URL(endpoint), body, metadata, headers=headers)
                os.write(1, str(found).encode())
            else:
                found = yarl.URL(url)
            await core.upload_buffer(session, found, body, chunksize=MIB, headers=headers)
    assert found is not None, "it has given up"
    return str(found)


def main() -> None:
    arguments: dict[str, Any] = json.loads(sys.argv[2])
    url = tuspy(**arguments) if sys.argv[1] == "tuspy" else asyncio.run(aiotus(**arguments))
    if arguments.get("stop_at") is None or sys.argv[1] == "tuspy":
        os.write(1, url.encode())


if __name__ == "__main__":
    main()
