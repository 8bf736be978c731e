"""Files that are damaged, or made to do damage: each is no table, and nothing worse."""

from __future__ import annotations

import io
import random
import resource
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jupyter_bigupload.errors import BigUploadError, NotATable
from jupyter_bigupload.tables.converting import Options, convert
from jupyter_bigupload.tables.preview import preview
from jupyter_bigupload.tables.recipe import Format, Recipe
from jupyter_bigupload.tables.source import Source

from .files import LIMITS, source_at, typed

TABLE = pa.table(
    {
        "a": list(range(3000)),
        "word": pa.array([f"k{number % 7}" for number in range(3000)]).dictionary_encode(),
        "list": [[number] for number in range(3000)],
    }
)
#: Bytes by which a process may grow while it finds out that a file is none.
_MOST_GROWN = 400 * 2**20


def source(data: bytes, name: str = "a") -> Source:
    return Source(name, len(data), "1", lambda: io.BytesIO(data))


def parquet() -> bytes:
    made = io.BytesIO()
    pq.write_table(TABLE, made, row_group_size=1000)
    return made.getvalue()


def arrow() -> bytes:
    made = io.BytesIO()
    with pa.ipc.new_file(made, TABLE.schema) as out:
        out.write_table(TABLE, max_chunksize=700)
    return made.getvalue()


def workbook(rows: int = 3) -> dict[str, bytes]:
    book = openpyxl.Workbook()
    for number in range(rows):
        book.active.append([number, str(number)])
    made = io.BytesIO()
    book.save(made)
    with zipfile.ZipFile(made) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return made.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("make", [parquet, arrow])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_files_that_are_cut(tmp_path: Path, make: Callable[[], bytes], part: float) -> None:
    data = make()
    cut = data[: int(part * len(data))]
    with pytest.raises(NotATable):
        preview(source(cut))
    (tmp_path / "given").write_bytes(cut)
    kind = Format.PARQUET if make is parquet else Format.ARROW
    recipe = Recipe(kind, columns=tuple(typed(a="as_is", word="as_is", list="as_is")))
    with pytest.raises(NotATable):
        convert(source_at(tmp_path / "given"), recipe, tmp_path / "made", Options(), limits=LIMITS)
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    "data",
    [
        b"PAR1",
        b"PAR1PAR1",
        parquet()[:-8] + struct.pack("<I", 2**31 - 1) + b"PAR1",
        parquet()[:-4] + b"PARE",
        b"ARROW1\0\0",
        b"ARROW1\0\0" + struct.pack("<II", 2**32 - 1, 2**31 - 1),
        b"ARROW1\0\0" + struct.pack("<IIII", 2**32 - 1, 8, 2**31, 0),
        b"\xff\xff\xff\xff" + b"\x10\0\0\0" + b"\xff" * 16,
        b"PK\x03\x04" + b"xl/" * 100,
        zipped({"xl/workbook.xml": b"<a/>"}),
        zipped({**workbook(), "xl/workbook.xml": b"<workbook"}),
        zipped({**workbook(), SHEET: b"<worksheet><sheetData><row><c><v>"}),
        zipped({**workbook(), SHEET: workbook()[SHEET].replace(b'<row r="1"', b'<row r="99999999999"')}),
        zipped({**workbook(), SHEET: workbook()[SHEET].replace(b'"B1"', b'"ZZZ1"')}),
        zipped({**workbook(), SHEET: workbook()[SHEET].replace(b't="n"', b't="s"')}),
    ],
)
def test_files_that_are_made_up(data: bytes) -> None:
    with pytest.raises(NotATable):
        preview(source(data, "a.xlsx"))


def test_a_workbook_that_unpacks_to_gigabytes() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    zeros = b"<si><t>a</t></si>" * (9 * 2**20)
    data = zipped({**workbook(), "xl/sharedStrings.xml": zeros})
    del zeros
    grown_before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(NotATable, match="larger than 128 MiB"):
        preview(source(data))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert (after - max(before, grown_before)) * 1024 < _MOST_GROWN


@pytest.mark.parametrize(
    "content",
    [
        b"<row>" + b"<c/>" * 500_000 + b"</row>",
        b"<cols>" + b"<col/>" * 500_000 + b"</cols>",
    ],
)
def test_a_sheet_of_nothing_but_elements(content: bytes) -> None:
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    sheet = head + content + b"</sheetData></worksheet>"
    data = zipped({**workbook(), SHEET: sheet})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(NotATable):
        preview(source(data))
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < _MOST_GROWN


def test_entities_of_a_sheet_are_not_multiplied() -> None:
    entities = b"".join(
        b'<!ENTITY e%d "%s">' % (number, b"&e%d;" % (number - 1) * 10) for number in range(1, 12)
    )
    head = b'<!DOCTYPE w [<!ENTITY e0 "x">' + entities + b"]>"
    body = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    cell = b'<row><c t="str"><v>&e11;</v></c></row></sheetData></worksheet>'
    with pytest.raises(NotATable):
        preview(source(zipped({**workbook(), SHEET: head + body + cell})))


@pytest.mark.parametrize("make", [parquet, arrow])
def test_bytes_that_are_others(make: Callable[[], bytes]) -> None:
    made = make()
    some = random.Random(14)  # noqa: S311  # the same ones each time
    for _ in range(25):
        data = bytearray(made)
        for _ in range(some.choice((1, 3, 10))):
            data[some.choice((some.randrange(len(data)), -some.randrange(1, 1500)))] = some.randrange(256)
        try:
            preview(source(bytes(data)), count=5)
        except BigUploadError as error:
            assert isinstance(error, NotATable)  # noqa: PT017  # it may be none at all
