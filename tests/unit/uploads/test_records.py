from __future__ import annotations

import asyncio
import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_bigupload.digests import ALGORITHMS, Digest
from jupyter_bigupload.disk.writing import replace_file
from jupyter_bigupload.errors import NotFound
from jupyter_bigupload.stores.base import OnConflict
from jupyter_bigupload.threads import in_thread
from jupyter_bigupload.uploads import RangeSet, Records, State, Upload, UploadRepository
from jupyter_bigupload.uploads.model import Failure
from jupyter_bigupload.uploads.parts import Parts, VerifiedPart
from jupyter_bigupload.uploads.records.format import DamagedRecord, ForeignRecord, decode, encode
from jupyter_bigupload.uploads.records.parts_log import decode_log, encode_begun, encode_part
from jupyter_bigupload.uploads.removal.removal import Removal


def part(start: int, end: int, value: bytes = b"0123456789abcdef") -> VerifiedPart:
    return VerifiedPart(start, end, Digest("xxh3-128", value))


_UPLOAD = Upload(
    id="0123456789abcdef",
    destination="home",
    path="data/ünïcode 文件.bin",
    size=2500,
    last_modified=1_790_000_000_000,
    on_conflict=OnConflict.RENAME,
    created=1.5,
    updated=2.25,
    owner="k",
    state=State.RECEIVING,
    digest="xxh3-128",
    boot="b",
    parts=Parts.of([part(0, 10), part(20, 30)]),
    handle={"folder": "/x", "inode": 7},
)

_TEXT = st.text(max_size=20)
_COUNT = st.integers(0, 2**63 - 1)
_PARTS = st.lists(
    st.builds(
        VerifiedPart,
        start=_COUNT,
        end=_COUNT,
        digest=st.builds(Digest, st.sampled_from(sorted(ALGORITHMS)), st.binary(max_size=32)),
    ),
    max_size=4,
).map(Parts.of)
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
    owner=_TEXT,
    state=st.sampled_from(State),
    digest=st.none() | st.sampled_from(sorted(ALGORITHMS)),
    boot=_TEXT,
    parts=_PARTS,
    handle=st.none() | st.dictionaries(_TEXT, _TEXT | _COUNT, max_size=3),
    failure=st.none() | st.builds(Failure, reason=_TEXT, message=_TEXT),
)


@given(_UPLOADS)
def test_every_field_comes_back(upload: Upload) -> None:
    assert decode(encode(upload), upload.parts) == upload


@given(_PARTS)
def test_every_part_comes_back(parts: Parts) -> None:
    log = b"".join(encode_part("id", each, 1.5) for each in parts)
    logged = decode_log("id", encode_begun("id", "home", {"folder": "ü", "inode": 7}) + log)
    assert logged.parts == parts
    assert logged.begun == ("home", {"folder": "ü", "inode": 7})
    assert logged.updated == (1.5 if parts.parts else 0)


@given(st.data())
def test_a_damaged_line_costs_its_own_part_alone(data: st.DataObject) -> None:
    lines = [encode_part("id", part(n * 10, n * 10 + 10), n) for n in range(5)]
    struck = data.draw(st.integers(0, 4))
    at = data.draw(st.integers(1, len(lines[struck]) - 2))
    changed = bytearray(lines[struck])
    changed[at] ^= data.draw(st.integers(1, 255).filter(lambda change: changed[at] ^ change != ord("\n")))
    lines[struck] = bytes(changed)
    logged = decode_log("id", b"".join(lines))
    assert [each.start for each in logged.parts] == [n * 10 for n in range(5) if n != struck]


@pytest.mark.parametrize("torn", [1, 10, 40])
async def test_a_line_that_a_dying_server_left_torn(tmp_path: Path, torn: int) -> None:
    records = Records(tmp_path)
    await records.save(replace(_UPLOAD, parts=Parts()))
    upload = await records.append(await records.load(_UPLOAD.id), part(0, 10), 3)
    with records.log_path(_UPLOAD.id).open("ab") as log:
        log.write(encode_part(_UPLOAD.id, part(10, 20), 4)[:torn])
    upload = await Records(tmp_path).load(_UPLOAD.id)
    assert upload.received == RangeSet.of([(0, 10)])
    await records.append(upload, part(20, 30), 5)
    found = await Records(tmp_path).load(_UPLOAD.id)
    assert found.received == RangeSet.of([(0, 10), (20, 30)])
    assert found.updated == 5


async def test_the_log_of_another_upload_is_not_believed(tmp_path: Path) -> None:
    records = Records(tmp_path)
    other = replace(_UPLOAD, id="other")
    await records.save_whole(_UPLOAD)
    await records.save_whole(other)
    records.log_path(_UPLOAD.id).write_bytes(records.log_path("other").read_bytes())
    assert (await records.load(_UPLOAD.id)).parts == Parts()


async def test_what_is_in_memory_is_not_believed_once_the_files_change(tmp_path: Path) -> None:
    records, another_server = Records(tmp_path), Records(tmp_path)
    await records.save_whole(_UPLOAD)
    await another_server.save(replace(_UPLOAD, size=7))
    assert (await records.load(_UPLOAD.id)).size == 7
    await another_server.append(await another_server.load(_UPLOAD.id), part(50, 60), 9)
    assert (await records.load(_UPLOAD.id)).received.covers(50, 60)


async def test_what_belongs_to_no_record_is_tidied_away(tmp_path: Path) -> None:
    records = Records(tmp_path)
    await records.save_whole(_UPLOAD)
    (tmp_path / "gone.parts").write_bytes(b"x")
    (tmp_path / "old.json.new").write_bytes(b"x")
    (tmp_path / "young.json.new").write_bytes(b"x")
    os.utime(tmp_path / "old.json.new", (0, 0))
    await records.tidy()
    kept = {f"{_UPLOAD.id}.json", f"{_UPLOAD.id}.parts", "young.json.new"}
    assert {path.name for path in tmp_path.iterdir()} == kept


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
    with pytest.raises(ForeignRecord):
        decode(hashlib.sha256(newer).hexdigest().encode() + b"\n" + newer)


async def test_a_record_of_another_version_is_left_to_it(tmp_path: Path) -> None:
    records = Records(tmp_path)
    _, _, body = encode(_UPLOAD).partition(b"\n")
    newer = json.dumps({**json.loads(body), "version": 99}).encode()
    data = hashlib.sha256(newer).hexdigest().encode() + b"\n" + newer
    records.path(_UPLOAD.id).write_bytes(data)
    repository = UploadRepository(stores={}, records=records)
    with pytest.raises(NotFound):
        await repository.load(_UPLOAD.id)
    assert not await Removal(repository).clear_damaged(_UPLOAD.id)
    assert records.path(_UPLOAD.id).read_bytes() == data


async def test_save_load_delete(tmp_path: Path) -> None:
    records = Records(tmp_path / "not" / "there yet")
    assert await records.ids() == []
    with pytest.raises(NotFound):
        await records.load(_UPLOAD.id)
    await records.save_whole(_UPLOAD)
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
    await records.save_whole(_UPLOAD)
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
