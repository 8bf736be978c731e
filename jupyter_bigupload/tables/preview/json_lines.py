"""The rows of JSON lines, any of them at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..reading import Connection, TypedColumn
from ..reading.json_lines import SEVERAL, line_dialect
from ..reading.json_objects import Objects, as_text, members
from ..reading.loading import BadRow, Loaded, TextRow
from ..recipe import Column, Format, Recipe
from ..sniffing import Sample
from ..sniffing.marked import guess_marked
from ..sniffing.names import unique
from ..source import Source
from .rows import INDEXING, Indexed, Row, estimate, rows_of_sample
from .shelves import Shelf, Window, structural


class JsonShelf(Shelf):
    """JSON lines."""

    def __init__(
        self, source: Source, sample: Sample, columns: Sequence[Column], indexed: Callable[[Sample], Indexed]
    ) -> None:
        self._sample = replace(sample, dialect=line_dialect(sample.dialect))
        self._source = source
        self._first, self._is_all = rows_of_sample(self._sample, SEVERAL)
        found, keys = self._looked()
        if columns:
            keys = [column.source for column in columns]
        guesses = [
            guess_marked([(line, text) for line, values in found if (text := values.get(key)) is not None])
            for key in keys
        ]
        names = unique(keys)
        made = [
            Column(key, name, one.type, one.format)
            for key, name, one in zip(keys, names, guesses, strict=True)
        ]
        self.recipe = Recipe(Format.JSON_LINES, sample.dialect, None, tuple(made))
        self.why = guesses
        self.columns = [TypedColumn(key, "VARCHAR") for key in keys]
        self._objects = Objects(keys)
        self._indexed = indexed(self._sample)

    def _looked(self) -> tuple[list[tuple[int, dict[str, str | None]]], list[str]]:
        """Return the values of the first rows, and their keys."""
        found, keys = [], {}
        for row in self._first:
            values = members(row.data)
            if not isinstance(values, BadRow):
                keys.update(dict.fromkeys(values))
                found.append((row.line, {key: as_text(value) for key, value in values.items()}))
        return found, list(keys)

    def rows(self) -> tuple[int, bool]:
        """Return what is counted, or about what there may be."""
        if self._is_all:
            return len(self._first), True
        seen, read = self._indexed.share
        if self._indexed.is_over:
            return seen, True
        if seen > len(self._first) and read:
            return max(seen, round(seen / read * self._source.size)), False
        return estimate(self._first, self._sample, self._source), False

    def load(self, connection: Connection, start: int, count: int) -> Window:
        """Read some rows; the index of lines knows where they are."""
        if start + count <= len(self._first) or self._is_all:
            rows: Sequence[Row] = self._first[start : start + count]
            if not self._is_all and self._source.complete and self._indexed.is_near:
                self._indexed.go_on(self._source, INDEXING)
        else:
            rows = self._indexed.find(self._source, start, count)
        values = self._objects.values([row.data for row in rows])
        loaded = Loaded(connection, ["VARCHAR"] * len(self.columns))
        loaded.add(TextRow(row.line, one) for row, one in zip(rows, values, strict=True))
        good = [row.line for row, one in zip(rows, values, strict=True) if not isinstance(one, BadRow)]
        bad = [
            structural(row.line, row.byte, one.reason, row.data.decode("utf-8", "backslashreplace"))
            for row, one in zip(rows, values, strict=True)
            if isinstance(one, BadRow)
        ]
        return Window(loaded.relation, good, bad)
