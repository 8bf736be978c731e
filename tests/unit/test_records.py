from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_bigupload.disk import in_thread, replace_file
from jupyter_bigupload.errors import NotFound
from jupyter_bigupload.stores.base import OnConflict
from jupyter_bigupload.uploads import RangeSet, Records, State, Upload
from jupyter_bigupload.uploads.model import Failure
from jupyter_bigupload.uploads.records import DamagedRecord, decode, encode

_UPLOAD = Upload(
    id="0123456789abcdef",
    destination="home",
    path="data/ünïcode 文件.bin",
    size=2500,
    last_modified=1_790_000_000_000,
    on_conflict=OnConflict.RENAME,
    created=1.5,
    updated=2.25,
    keeper="k",
    state=State.RECEIVING,
    received=RangeSet.of([(0, 10), (20, 30)]),
    handle={"folder": "/x", "inode": 7},
)

_TEXT = st.text(max_size=20)
_COUNT = st.integers(0, 2**63 - 1)
_UPLOADS = st.builds(
    Upload,
    id=st.from_regex(r"[0-9a-z-]{1,64}", fullmatch=True),
    destination=_TEXT,
    path=_TEXT,
    size=st.none() | _COUNT,
    last_modified=st.none() | _COUNT,
    on_conflict=st.sampled_from(OnConflict),
    created=st.floats(0, 1e10),
    updated=st.floats(0, 1e10),
    keeper=_TEXT,
    state=st.sampled_from(State),
    received=st.lists(st.tuples(_COUNT, _COUNT).map(sorted).map(tuple), max_size=4).map(RangeSet.of),
    handle=st.none() | st.dictionaries(_TEXT, _TEXT | _COUNT, max_size=3),
    failure=st.none() | st.builds(Failure, reason=_TEXT, message=_TEXT),
)


@given(_UPLOADS)
def test_every_field_comes_back(upload: Upload) -> None:
    assert decode(encode(upload)) == upload


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 66, 200, -1])
def test_a_truncated_record_is_never_believed(length: int) -> None:
    with pytest.raises(DamagedRecord):
        decode(encode(_UPLOAD)[:length])


@given(st.integers(0, len(encode(_UPLOAD)) - 1), st.integers(1, 255))
def test_a_changed_byte_is_noticed(at: int, change: int) -> None:
    data = bytearray(encode(_UPLOAD))
    data[at] ^= change
    with pytest.raises(DamagedRecord):
        decode(bytes(data))


def test_a_record_of_another_version_is_never_guessed_at() -> None:
    _, _, body = encode(_UPLOAD).partition(b"\n")
    fields = json.loads(body)
    newer = json.dumps({**fields, "version": fields["version"] + 1}).encode()
    with pytest.raises(DamagedRecord):
        decode(hashlib.sha256(newer).hexdigest().encode() + b"\n" + newer)


async def test_save_load_delete(tmp_path: Path) -> None:
    records = Records(tmp_path / "not" / "there yet")
    assert await records.ids() == []
    with pytest.raises(NotFound):
        await records.load(_UPLOAD.id)
    await records.save(_UPLOAD)
    assert await records.load(_UPLOAD.id) == _UPLOAD
    # What another process, which has nothing in memory, sees.
    assert await Records(tmp_path / "not" / "there yet").load(_UPLOAD.id) == _UPLOAD
    assert await records.ids() == [_UPLOAD.id]
    await records.delete(_UPLOAD.id)
    await records.delete(_UPLOAD.id)
    with pytest.raises(NotFound):
        await records.load(_UPLOAD.id)


async def test_the_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    await Records(tmp_path / "records").save(_UPLOAD)
    assert (tmp_path / "records").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "hostile",
    ["", "..", ".", "../secret", "/etc/passwd", "a/b", "a.json", "A", "a\0b", "é", "a" * 65, "a\n"],
)
async def test_an_id_that_is_a_path_or_worse(tmp_path: Path, hostile: str) -> None:
    (tmp_path / "secret.json").write_bytes(encode(replace(_UPLOAD, id="secret")))
    records = Records(tmp_path / "records")
    for use in (records.load, records.delete):
        with pytest.raises(NotFound):
            await use(hostile)
    with pytest.raises(NotFound):
        await records.save(replace(_UPLOAD, id=hostile))
    assert [path.name for path in tmp_path.rglob("*")] == ["secret.json"]


async def test_a_reader_sees_the_old_record_or_the_new_one(tmp_path: Path) -> None:
    records = Records(tmp_path)
    await records.save(_UPLOAD)
    sizes = range(200)
    writing = asyncio.ensure_future(_save_all(records, sizes))
    seen = set()
    while not writing.done():
        seen.add((await records.load(_UPLOAD.id)).size)
        await asyncio.sleep(0)
    await writing
    assert seen <= {_UPLOAD.size, *sizes}
    assert (await records.load(_UPLOAD.id)).size == 199


async def test_a_save_that_broke_off_leaves_the_old_record(tmp_path: Path) -> None:
    records = Records(tmp_path)
    await records.save(_UPLOAD)
    # What a process leaves that was killed before the last step of `replace_file`.
    records.path(_UPLOAD.id).with_name(f"{_UPLOAD.id}.json.new").write_bytes(b"half")
    assert await records.load(_UPLOAD.id) == _UPLOAD
    assert await records.ids() == [_UPLOAD.id]
    await records.save(replace(_UPLOAD, size=1))
    assert (await records.load(_UPLOAD.id)).size == 1


async def test_a_failed_save_keeps_the_old_content(tmp_path: Path) -> None:
    path = tmp_path / "record"
    replace_file(path, b"old")
    (tmp_path / "record.new").mkdir()  # nothing can be written under the name of the step before the last
    with pytest.raises(IsADirectoryError):
        await in_thread(replace_file)(path, b"new")
    assert path.read_bytes() == b"old"


async def _save_all(records: Records, sizes: range) -> None:
    for size in sizes:
        await records.save(replace(_UPLOAD, size=size))
