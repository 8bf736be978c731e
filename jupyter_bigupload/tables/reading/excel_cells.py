"""What is in the cells of a sheet."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import IO, Any, BinaryIO, NamedTuple

from .marked import FLAGS, Moment, NoValue, Number

_LARGEST_EXACT = 2**53
#: Beginnings and ends of elements of one row: each of 16,384 cells has a few.
_MOST_EVENTS = 2**19


class SheetRow(NamedTuple):
    """A row of a sheet.

    Parameters
    ----------
    line : int
        Its number there, from 1.
    values : list
        Up to the last one that there is: a text is one as it is; other things are `marked`.
    """

    line: int
    values: list[str | None]


def sheet_names(file: BinaryIO) -> list[str]:
    """Return the names of the sheets that have cells."""
    with _workbook(file) as reader:
        return list(_sheets(reader))


def sheet_rows(file: BinaryIO, name: str) -> Iterator[SheetRow]:
    """Yield the rows of a sheet, also empty ones that are in the file.

    Raises
    ------
    Exception
        Of any kind, when it is damaged.
    """
    from openpyxl.reader.excel import apply_stylesheet  # noqa: PLC0415  # an extra

    with _workbook(file) as reader:
        reader.read_strings()
        apply_stylesheet(reader.archive, reader.wb)
        with reader.archive.open(_sheets(reader)[name]) as xml:
            yield from _rows(xml, _Cells(reader.wb, reader.shared_strings))


def _rows(xml: IO[bytes], cells: _Cells) -> Iterator[SheetRow]:
    """Yield the rows in a sheet's XML.

    A row at a time is in memory, and nothing before it. Cells that are not there are not made, however many
    columns the sheet says that it has.
    """
    from openpyxl.xml.constants import SHEET_MAIN_NS  # noqa: PLC0415  # an extra
    from openpyxl.xml.functions import iterparse  # noqa: PLC0415

    cell_tag, row_tag, data_tag = (f"{{{SHEET_MAIN_NS}}}{tag}" for tag in ("c", "row", "sheetData"))
    data: Any = None
    line = events = column = 0
    values: dict[int, str | None] = {}
    for event, element in iterparse(xml, events=("start", "end")):
        events += 1
        if events > _MOST_EVENTS:
            raise ValueError("no row has that much")
        if event == "start":
            if element.tag == data_tag:
                data = element
        elif element.tag == cell_tag:
            column, value = cells.read(element, column + 1)
            values[column] = value
        elif element.tag == row_tag:
            line = int(element.get("r") or line + 1)
            yield SheetRow(line, _in_order(values))
            values, events, column = {}, 0, 0
            data.clear()
        elif element.tag == data_tag:
            return


class _Cells:
    """Reads cells, as openpyxl does."""

    def __init__(self, workbook: Any, texts: Any) -> None:
        from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser  # noqa: PLC0415

        self._formula = FORMULA_TAG
        self._workbook = workbook
        self._parser = WorkSheetParser(
            None,
            texts,
            data_only=True,
            epoch=workbook.epoch,
            date_formats=workbook._date_formats,  # noqa: SLF001
            timedelta_formats=workbook._timedelta_formats,  # noqa: SLF001
        )
        self._dates: dict[int, bool] = {}

    def read(self, element: Any, following: int) -> tuple[int, str | None]:
        """Return a cell's column, from 1, and its value."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of dates that are none: they are errors in cells
            cell = self._parser.parse_cell(element)
        column = cell["column"] if element.get("r") else following
        value, kind = cell["value"], cell["data_type"]
        if value is None:
            formula = element.find(self._formula)
            if formula is not None and element.get("t") != "str":
                return column, NoValue(f"={formula.text or ''}")
            return column, None
        return column, NoValue(value) if kind == "e" else self._text(value, cell["style_id"])

    def _text(self, value: Any, style: int) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return FLAGS[value]
        if isinstance(value, float):
            is_whole = value.is_integer() and 0 < abs(value) < _LARGEST_EXACT
            return Number(int(value) if is_whole else repr(value))
        if isinstance(value, datetime):
            is_date = value.time() == time() and self._is_date(style)
            return Moment(value.date().isoformat() if is_date else value.isoformat(" "))
        if isinstance(value, (date, time)):
            return Moment(value.isoformat())
        if isinstance(value, timedelta):
            seconds, rest = divmod(value // timedelta(microseconds=1), 10**6)
            minutes, second = divmod(seconds, 60)
            fraction = f".{rest:06}" if rest else ""
            return Moment(f"{minutes // 60:02}:{minutes % 60:02}:{second:02}{fraction}")
        return Number(value)

    def _is_date(self, style: int) -> bool:
        """Return whether a style shows dates without their time."""
        if style not in self._dates:
            from openpyxl.styles.numbers import BUILTIN_FORMATS, is_datetime  # noqa: PLC0415

            number = self._workbook._cell_styles[style].numFmtId  # noqa: SLF001
            own = self._workbook._number_formats  # noqa: SLF001
            form = BUILTIN_FORMATS.get(number) or own[number - 164]
            self._dates[style] = is_datetime(form) == "date"
        return self._dates[style]


def _in_order(values: dict[int, str | None]) -> list[str | None]:
    last = max((column for column, value in values.items() if value is not None), default=0)
    return [values.get(column) for column in range(1, last + 1)]


@contextlib.contextmanager
def _workbook(file: BinaryIO) -> Iterator[Any]:
    """Yield openpyxl's reader of a workbook, which has read what sheets there are.

    Its own function for that looks for the size of each sheet first, all through it where it does not say.
    """
    from openpyxl.reader.excel import ExcelReader  # noqa: PLC0415  # an extra

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is in it that is no table
        reader = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
        try:
            reader.read_manifest()
            reader.read_workbook()
            yield reader
        finally:
            reader.archive.close()


def _sheets(reader: Any) -> dict[str, str]:
    """Return the parts of a workbook that are sheets with cells, by their names."""
    return {
        sheet.name: rel.target
        for sheet, rel in reader.parser.find_sheets()
        if rel.target in reader.valid_files and "chartsheet" not in rel.Type
    }
