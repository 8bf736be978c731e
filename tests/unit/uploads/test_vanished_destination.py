"""A destination was taken from the settings while uploads to it were unfinished."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_bigupload.errors import NotFound, Unsupported
from jupyter_bigupload.stores.base import Store
from jupyter_bigupload.stores.local import LocalStore
from jupyter_bigupload.testing.store_inputs import pieces
from jupyter_bigupload.uploads import Limits, NewUpload, Upload, UploadRepository, UploadService, sweep
from tests.support.services import repository_of, service_of


def restarted(
    tmp_path: Path, *names: str, expire_after: float = 3600.0
) -> tuple[UploadService, UploadRepository]:
    stores: dict[str, Store] = {}
    for name in names:
        (tmp_path / name).mkdir(exist_ok=True)
        stores[name] = LocalStore(tmp_path / name)
    records = tmp_path / "records"
    repository = repository_of(stores, records)
    return service_of(repository, records, Limits(expire_after=expire_after)), repository


@pytest.fixture
async def lost(tmp_path: Path) -> Upload:
    """Begun, and partly there."""
    before, _ = restarted(tmp_path, "home", "data")
    upload = await before.create(NewUpload("x", 5, destination="data"))
    await before.create(NewUpload("y", 5))
    return await before.write(upload.id, start=0, end=2, total=5, body=pieces(b"xx"))


async def test_it_is_listed_as_it_was_recorded(tmp_path: Path, lost: Upload) -> None:
    service, _ = restarted(tmp_path, "home")
    listed = {upload.id: upload for upload in (await service.unfinished()).uploads}
    assert len(listed) == 2
    assert listed[lost.id].received == lost.received
    assert service.writer.part_size(listed[lost.id]) is None


async def test_it_goes_on_once_the_destination_is_back(tmp_path: Path, lost: Upload) -> None:
    without, _ = restarted(tmp_path, "home")
    with pytest.raises(Unsupported, match="data"):
        await without.write(lost.id, start=2, end=5, total=5, body=pieces(b"yyy"))
    service, _ = restarted(tmp_path, "home", "data")
    await service.write(lost.id, start=2, end=5, total=5, body=pieces(b"yyy"))
    await service.complete(lost.id)
    assert (tmp_path / "data" / "x").read_bytes() == b"xxyyy"


async def test_it_can_be_cancelled(tmp_path: Path, lost: Upload) -> None:
    service, _ = restarted(tmp_path, "home")
    await service.abort(lost.id)
    with pytest.raises(NotFound):
        await service.status(lost.id)


async def test_it_expires_like_any_other(tmp_path: Path, lost: Upload) -> None:
    service, repository = restarted(tmp_path, "home", expire_after=1e-9)
    await sweep(service, repository)
    assert await repository.records.ids() == []
