"""The sweep is in nobody's way."""

from __future__ import annotations

import asyncio
from pathlib import Path

from jupyter_bigupload.stores.local import LocalStore
from jupyter_bigupload.testing.store_inputs import pieces
from jupyter_bigupload.uploads import NewUpload, sweep
from tests.support.services import repository_of, service_of

CHUNKS = 200


async def test_it_keeps_no_chunk_out(tmp_path: Path) -> None:
    """Also where a look at the upload takes long, as it does in a bucket."""
    root, records = tmp_path / "root", tmp_path / "records"
    root.mkdir()
    repository = repository_of({"home": LocalStore(root)}, records)
    service = service_of(repository, records)
    upload = await service.create(NewUpload("x", CHUNKS))

    async def sweep_all_the_time() -> None:
        while True:
            await sweep(service, repository)

    sweeping = asyncio.ensure_future(sweep_all_the_time())
    for at in range(CHUNKS):
        await service.write(upload.id, start=at, end=at + 1, total=CHUNKS, body=pieces(b"x"))
    assert not sweeping.done()
    sweeping.cancel()
