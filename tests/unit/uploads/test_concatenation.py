"""An upload that is made of others."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jupyter_bigupload.errors import Incomplete, InconsistentSize, NotFound
from jupyter_bigupload.stores.base import Store
from jupyter_bigupload.stores.local import LocalStore
from jupyter_bigupload.uploads import Limits, NewUpload, State, UploadService
from tests.support.services import repository_of, service_of

PARTS = [b"a" * 70_000, b"b" * 3, b"c" * 2_000_000]


async def body(data: bytes) -> AsyncIterator[bytes]:
    yield data


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    for name in ("home", "other"):
        (tmp_path / name).mkdir()
    return tmp_path


def started(folders: Path) -> UploadService:
    stores: dict[str, Store] = {name: LocalStore(folders / name) for name in ("home", "other")}
    return service_of(
        repository_of(stores, folders / "records"), folders / "records", Limits(block_size=2**20)
    )


async def sent(service: UploadService, number: int, data: bytes, size: int | None = None) -> str:
    upload = await service.create(NewUpload(f"part-{number}", len(data) if size is None else size))
    await service.appending.append(upload.id, offset=0, length=len(data), body=body(data))
    return upload.id


@pytest.mark.parametrize("destination", ["home", "other"])
async def test_it_has_all_bytes_in_order(folders: Path, destination: str) -> None:
    service = started(folders)
    sources = [await sent(service, number, data) for number, data in enumerate(PARTS)]
    whole = b"".join(PARTS)
    final = await service.create(NewUpload("whole", len(whole), destination))
    joined = await service.concatenation.join(final.id, sources)
    assert joined.received.covers(0, len(whole))
    assert await service.concatenation.join(final.id, sources) == joined
    assert (await service.complete(final.id)).state is State.DONE
    assert (folders / destination / "whole").read_bytes() == whole
    for source in sources:
        assert (await service.status(source)).state is State.RECEIVING
        await service.abort(source)
    assert [path.name for path in (folders / "home").iterdir()] == (
        ["whole"] if destination == "home" else []
    )


async def test_bytes_that_changed_before_they_were_copied_are_asked_for_again(folders: Path) -> None:
    service = started(folders)
    sources = [await sent(service, number, data) for number, data in enumerate(PARTS)]
    (damaged,) = (folders / "home").glob(".part-0*")
    with damaged.open("r+b") as file:
        file.write(b"x")
    final = await service.create(NewUpload("whole", sum(map(len, PARTS))))
    await service.concatenation.join(final.id, sources)
    with pytest.raises(Incomplete) as refused:
        await service.complete(final.id)
    assert refused.value.details["missing"] == [(0, len(PARTS[0]))]
    assert not (folders / "home" / "whole").exists()


async def test_parts_that_are_not_whole_gone_or_of_another_size(folders: Path) -> None:
    service = started(folders)
    short = await sent(service, 0, b"abc", size=4)
    whole = await sent(service, 1, b"abc")
    final = await service.create(NewUpload("whole", 7))
    with pytest.raises(Incomplete):
        await service.concatenation.join(final.id, [whole, short])
    with pytest.raises(InconsistentSize):
        await service.concatenation.join(final.id, [whole])
    with pytest.raises(NotFound):
        await service.concatenation.join(final.id, [whole, "0" * 32])


async def test_a_server_that_dies_in_between_goes_on_where_it_was(folders: Path) -> None:
    service = started(folders)
    sources = [await sent(service, number, data) for number, data in enumerate(PARTS)]
    whole = b"".join(PARTS)
    final = await service.create(NewUpload("whole", len(whole)))
    with pytest.raises(NotFound):
        await service.concatenation.join(final.id, [*sources[:2], "0" * 32])
    again = started(folders)
    assert (await again.status(final.id)).received.prefix == len(PARTS[0]) + len(PARTS[1])
    await again.concatenation.join(final.id, sources)
    await again.complete(final.id)
    assert (folders / "home" / "whole").read_bytes() == whole


async def test_released_parts_are_done_and_have_no_bytes(folders: Path) -> None:
    service = started(folders)
    sources = [await sent(service, number, data) for number, data in enumerate(PARTS)]
    final = await service.create(NewUpload("whole", sum(map(len, PARTS))))
    await service.concatenation.join(final.id, sources)
    await service.complete(final.id)
    for _ in range(2):
        await service.concatenation.release([*sources, sources[0]])
    assert [path.name for path in (folders / "home").iterdir()] == ["whole"]
    for source, data in zip(sources, PARTS, strict=True):
        upload = await service.status(source)
        assert (upload.state, upload.size) == (State.DONE, len(data))
    assert list((await service.unfinished()).uploads) == []
    # Another server finds the same.
    assert (await started(folders).status(sources[0])).state is State.DONE
    # They can't be in another file any more.
    other = await service.create(NewUpload("other", len(PARTS[0])))
    with pytest.raises(NotFound):
        await service.concatenation.join(other.id, sources[:1])
