"""A create that is repeated with its key, because the server died before it could answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_bigupload.errors import QuotaExceeded
from jupyter_bigupload.stores.base import Handle, Target
from jupyter_bigupload.stores.local import LocalStore
from jupyter_bigupload.uploads import Limits, NewUpload, Records, UploadRepository, UploadService
from tests.support.services import service_of


class Killed(BaseException):
    """The server dies here: nothing after it happens, no cleaning up either."""


class DyingStore(LocalStore):
    """A folder whose server dies before it is asked for anything."""

    async def begin(self, target: Target) -> Handle:
        raise Killed


class KeptRecords(Records):
    """What is on the disk when a process is killed: nobody removes a record any more."""

    async def delete(self, upload_id: str) -> None:
        pass


def service(
    tmp_path: Path, store: LocalStore, records: Records, limits: Limits | None = None
) -> UploadService:
    return service_of(UploadRepository(stores={"home": store}, records=records), tmp_path / "records", limits)


async def test_it_begins_what_never_was(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    new, key = NewUpload("x", 5), "0" * 32
    dying = service(tmp_path, DyingStore(tmp_path / "root"), KeptRecords(tmp_path / "records"))
    with pytest.raises(Killed):
        await dying.create(new, upload_id=key, repeatable=True)
    restarted = service(tmp_path, LocalStore(tmp_path / "root"), Records(tmp_path / "records"))
    (recorded,) = (await restarted.unfinished()).uploads
    assert recorded.handle is None
    upload = await restarted.create(new, upload_id=key, repeatable=True)
    assert upload.id == key
    assert upload.handle is not None
    assert (await restarted.create(new, upload_id=key, repeatable=True)).handle == upload.handle


async def test_it_counts_once_against_the_quota(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    new, key = NewUpload("x", 5), "0" * 32
    limits = Limits(max_unfinished_size=9)
    uploads = service(tmp_path, LocalStore(tmp_path / "root"), Records(tmp_path / "records"), limits)
    created = await uploads.create(new, upload_id=key, repeatable=True)
    assert await uploads.create(new, upload_id=key, repeatable=True) == created
    with pytest.raises(QuotaExceeded):
        await uploads.create(new)
