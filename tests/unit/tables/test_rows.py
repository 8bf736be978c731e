"""The index of rows: held against DuckDB, against Python's csv module, and against itself, read slowly."""

# ruff: noqa: FBT001  # hypothesis passes what it draws by position

from __future__ import annotations

import csv
import gzip
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_bigupload.errors import NotATable
from jupyter_bigupload.tables.reading import Connection, CsvText
from jupyter_bigupload.tables.recipe import Dialect
from jupyter_bigupload.tables.rows import RowIndex, begin, index
from jupyter_bigupload.tables.rows.blocks import Blocks
from jupyter_bigupload.tables.rows.records import Records
from jupyter_bigupload.tables.source import Source

_CONNECTION = Connection()
#: What texts are made of, so that oddities of quotes and of line ends are frequent.
_ATOMS = ["a", "1", ",", '"', "\n", " ", '","', '"\n', '\n"', '""', "é", '"b"', ",c", "\\", "\n\n"]


def _source(data: bytes) -> Source:
    return Source("a.csv", len(data), "1", lambda: io.BytesIO(data))


def _texts(*more: str, without: str = "") -> st.SearchStrategy[str]:
    atoms = [one for one in (*_ATOMS, *more) if not set(one) & set(without)]
    return st.lists(st.sampled_from(atoms), max_size=24).map("".join)


def _counted_by_duckdb(data: bytes, dialect: Dialect, columns: int, made: RowIndex) -> int:
    """Rows of the table, and those that are none: each of them counts once."""
    sql = _CONNECTION.sql
    for table in ("reject_errors", "reject_scans"):
        sql.execute(f"DROP TABLE IF EXISTS {table}")
    text = CsvText.of(
        _CONNECTION, _source(data), dialect, columns, newlines=made.newlines, is_broken=made.is_broken
    )
    rows = len(sql.execute(f"SELECT * FROM {text.relation}").fetchall())  # noqa: S608  # a test's own
    # Several errors of one row have the same position.
    rejected = _CONNECTION.rows("SELECT count(DISTINCT line_byte_position) FROM reject_errors")
    return rows + int(rejected[0][0])


@given(
    _texts(),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.integers(1, 3),
    st.booleans(),
    st.sampled_from(['"', "\\", ""]),
)
def test_as_many_rows_as_duckdb_reads_and_rejects(
    text: str,
    newline: str,
    columns: int,
    header: bool,
    escape: str,
) -> None:
    data = text.replace("\n", newline).encode()
    dialect = Dialect(header=header, escape=escape)
    made = index(_source(data), dialect, columns)
    assert made.rows == _counted_by_duckdb(data, dialect, columns, made)


@given(_texts("\r", "\r\n", "\n"), st.integers(1, 3), st.booleans())
def test_several_kinds_of_line_ends(text: str, columns: int, header: bool) -> None:
    data = text.encode()
    made = index(_source(data), Dialect(header=header), columns)
    assert made.rows == _counted_by_duckdb(data, Dialect(header=header), columns, made)


@given(_texts("||", "|", '||"', '"||', "\t", "'", without=","), st.sampled_from(["||", "|", "\t", " "]))
def test_other_delimiters(text: str, delimiter: str) -> None:
    dialect = Dialect(header=False, delimiter=delimiter)
    made = index(_source(text.encode()), dialect, 2)
    assert made.rows == _counted_by_duckdb(text.encode(), dialect, 2, made)


@given(_texts("#", "#\n", "\n#", without=" "))
def test_comments(text: str) -> None:
    dialect = Dialect(header=False, comment="#")
    made = index(_source(text.encode()), dialect, 2)
    assert made.rows == _counted_by_duckdb(text.encode(), dialect, 2, made)


@given(st.lists(st.lists(st.text(st.sampled_from('ab1,"\n\r é#'), max_size=5), min_size=2, max_size=2)))
def test_as_many_rows_as_the_csv_module_writes(rows: list[list[str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\r\n").writerows(rows)
    data = file.getvalue().encode()
    made = index(_source(data), Dialect(header=False), 2)
    assert made.rows == len(rows)
    assert made.lines == len(data.decode().replace("\r\n", "\n").replace("\r", "\n").split("\n")) - 1
    found = list(made.places(_source(data), range(len(rows))))
    assert [place.row for place in found] == list(range(len(rows)))
    for place, row in zip(found, rows, strict=True):
        assert next(csv.reader(io.StringIO(data[place.offset :].decode(), newline=""))) == row


@given(_texts("\r"), st.booleans(), st.booleans(), st.sampled_from(['"', "\\"]))
def test_the_fast_way_counts_as_the_slow_one(
    text: str,
    quoted: bool,
    one: bool,
    escape: str,
) -> None:
    block = text.encode() + b"\n"
    dialect = Dialect(escape=escape)
    records = Records(dialect, has_one_column=one)
    blocks = Blocks(dialect, records, has_one_column=one)
    fast = blocks.count(block, quoted=quoted)
    slow = blocks._slowly(block, quoted=quoted)  # noqa: SLF001
    assert (fast.rows, fast.lines, fast.quoted) == (slow.rows, slow.lines, slow.quoted)
    if not fast.quoted:
        assert fast.newlines == slow.newlines


@given(_texts("\r\n"), st.integers(1, 9), st.lists(st.integers(1, 40), max_size=6))
def test_blocks_of_any_size_and_files_that_grow(text: str, block: int, sizes: list[int]) -> None:
    data = text.encode()
    whole = index(_source(data), Dialect(header=False), 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("jupyter_bigupload.tables.rows.indexing._BLOCK", block)
        grown = begin(_source(b""), Dialect(header=False), 2)
        arrived = 0
        for size in sizes:
            arrived = min(len(data), arrived + size)
            grown.advance(replace(_source(data[:arrived]), complete=False))
            assert grown.rows <= whole.rows
        grown.advance(_source(data))
        assert (grown.rows, grown.lines, grown.position) == (whole.rows, whole.lines, len(data))
        places = list(grown.places(_source(data), range(whole.rows)))
    assert places == list(whole.places(_source(data), range(whole.rows)))


def test_what_is_behind_the_start() -> None:
    data = b'\xef\xbb\xbfReport of "May\n\n"id","na\nme"\n1,a\n2,b\n'
    made = index(_source(data), Dialect(skip=2), 2)
    assert made.rows == 2
    assert list(made.places(_source(data), [0, 1])) == [(32, 0, 5), (36, 1, 6)]
    text = CsvText.of(_CONNECTION, _source(data), Dialect(skip=2), 2)
    assert _CONNECTION.rows(f"SELECT * FROM {text.relation}") == [("1", "a"), ("2", "b")]  # noqa: S608
    assert text.start.header == ["id", "na\nme"]


def test_a_row_in_the_middle_of_a_large_file_is_found_without_the_rest() -> None:
    data = b"".join(b'%d,"a ""%d"""\n' % (row, row) for row in range(300_000))
    made = index(_source(data), Dialect(header=False), 2)
    assert made.rows == 300_000
    reads: list[int] = []

    class Counting(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            piece = super().read(size)
            reads.append(len(piece))
            return piece

    source = replace(_source(data), open=lambda: Counting(data))
    (place,) = made.places(source, [234_567])
    assert data[place.offset :].startswith(b"234567,")
    assert place.line == 234_568
    assert sum(reads) < 2.2 * 2**20


def test_packed_and_in_another_encoding() -> None:
    text = "id;name\r\n" + "".join(f"{row};é{row}\r\n" for row in range(1000))
    packed = gzip.compress(text.encode("cp1252"))
    dialect = Dialect(delimiter=";", encoding="cp1252", compression="gzip")
    made = index(_source(packed), dialect, 2)
    assert (made.rows, made.position) == (1000, len(text.encode()))


def test_a_line_without_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_bigupload.tables.rows.indexing.LONGEST_LINE", 2**20)
    with pytest.raises(NotATable, match="longer than 1 MiB"):
        index(_source(b"a" * 3 * 2**20), Dialect(header=False), 1)


def test_it_can_be_ended() -> None:
    class Cancelled(Exception):
        pass

    def progress(done: int, total: int) -> None:
        assert 0 < done <= total
        raise Cancelled

    with pytest.raises(Cancelled):
        index(_source(b"a,b\n"), Dialect(header=False), 2, progress)
