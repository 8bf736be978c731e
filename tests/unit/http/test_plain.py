"""What no client can bring about: a server that dies between the last two steps of a plain upload."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_bigupload.errors import Exists
from jupyter_bigupload.http.content_range.plain import PlainUploads, plain_id
from jupyter_bigupload.http.parsing.headers import ContentRange
from jupyter_bigupload.stores.base import OnConflict
from jupyter_bigupload.stores.local import LocalStore
from jupyter_bigupload.testing.store_inputs import pieces
from jupyter_bigupload.uploads import NewUpload
from tests.support.services import repository_of, service_of


async def test_the_record_of_a_finished_file_holds_up_no_other(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    records = tmp_path / "records"
    service = service_of(repository_of({"home": LocalStore(root)}, records), records)
    plain = PlainUploads(service)
    upload = await service.create(NewUpload("x", 3), upload_id=plain_id("x"))
    await service.write(upload.id, start=0, end=3, total=3, body=pieces(b"old"))
    await service.complete(upload.id)

    assert await plain.size("x") == 3
    assert not await plain.cancel("x")
    chunk = ContentRange(0, 3, 3)
    with pytest.raises(Exists):
        await plain.receive_chunk("x", chunk, pieces(b"new"), OnConflict.FAIL)
    assert (root / "x").read_bytes() == b"old"
    await plain.receive_chunk("x", chunk, pieces(b"new"), OnConflict.REPLACE)
    assert (root / "x").read_bytes() == b"new"
    assert (await service.unfinished()).uploads == []
