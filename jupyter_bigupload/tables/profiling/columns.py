"""What is in the columns of a relation: exact, but for the number of distinct values of large ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..reading import literal

BINS = 20
_TOP = 10
#: Values that may be among the most frequent.
_LIKELY = 40
#: Characters of a value that are told.
LONGEST = 2000
#: Rows among which distinct values are counted one by one.
FEW_ROWS = 100_000
_WHOLE = {
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
}
_FLOATS = {"FLOAT", "DOUBLE"}
_HALF = 2**62
#: Columns that are looked at at once, and those of which values are counted one by one: each takes MiBs then.
_TOGETHER, _TOGETHER_COUNTED = 40, 12
_ZONED = "TIMESTAMP WITH TIME ZONE"
#: Whole numbers that stand for dates and times, and what makes these of them again.
_TIMES = {
    "DATE": ("CAST({0} - DATE '1970-01-01' AS BIGINT)", "(DATE '1970-01-01' + CAST({0} AS INTEGER))"),
    "TIME": ("epoch_us({0})", "(TIME '00:00:00' + to_microseconds({0}))"),
    "TIMESTAMP": ("epoch_us({0})", "make_timestamp({0})"),
    _ZONED: ("epoch_us({0})", "make_timestamptz({0})"),
}


class Ask(Protocol):
    """Runs a query."""

    def __call__(self, query: str, part: tuple[int, int] | None = None) -> Sequence[Sequence[Any]]:
        """Return its rows. One that may take long is the part with this number of so many."""
        ...


@dataclass(frozen=True)
class Looked:
    """A column that is looked at.

    Parameters
    ----------
    native : str
        DuckDB's type of it.
    value : str
        SQL of its values.
    fits : str
        SQL of whether what it is made of fits.
    """

    native: str
    value: str
    fits: str = "true"

    @property
    def is_number(self) -> bool:
        """Whether it has a range with equal parts."""
        return self.native in _WHOLE | _FLOATS | _TIMES.keys() or self.native.startswith("DECIMAL")

    @property
    def has_order(self) -> bool:
        """Whether it has a least and a greatest value that say something."""
        return self.is_number or self.native in ("VARCHAR", "BOOLEAN") or self.native.startswith("TIMESTAMP")


def profile_of(ask: Ask, relation: str, columns: Sequence[Looked], *, is_small: bool) -> list[dict[str, Any]]:
    """Return what is in each column: a `profile` of the wire, with `distinct_exact`.

    Parameters
    ----------
    ask : Ask
        Runs a query. There are two, each of which reads the relation once; twice as many for so many columns
        that DuckDB had no memory for them at once, and so on.
    is_small : bool
        Whether it has so few rows that distinct values can be counted one by one.
    """
    size = _TOGETHER_COUNTED if is_small else _TOGETHER
    parts = [columns[start : start + size] for start in range(0, len(columns), size)]
    made: list[dict[str, Any]] = []
    for number, some in enumerate(parts):
        made += _some(ask, relation, some, (number, len(parts)), is_small=is_small)
    return made


def _some(
    ask: Ask, relation: str, columns: Sequence[Looked], part: tuple[int, int], *, is_small: bool
) -> list[dict[str, Any]]:
    """Return what is in some columns, which are part of all."""
    this, all_parts = part
    values = ", ".join(
        f"{one.value} AS v{number}, {one.fits} AS f{number}" for number, one in enumerate(columns)
    )
    source = f"(SELECT {values} FROM {relation})"  # noqa: S608  # of expressions of our own
    parts = [_first(number, one, is_small=is_small) for number, one in enumerate(columns)]
    ((rows, *found),) = ask(f"SELECT count(*), {', '.join(parts)} FROM {source}", (2 * this, 2 * all_parts))  # noqa: S608
    each = len(found) // len(columns)
    firsts = [found[at * each : (at + 1) * each] for at in range(len(columns))]
    made = [_profile(rows, one, first, is_small=is_small) for one, first in zip(columns, firsts, strict=True)]
    spreads = [
        _spread(number, one, first) for number, (one, first) in enumerate(zip(columns, firsts, strict=True))
    ]
    asked = [spread for spread in spreads if spread is not None]
    if asked:
        places = ", ".join(f"{spread.place} AS p{spread.number}" for spread in asked)
        placed = f"(SELECT {places} FROM {source})"  # noqa: S608  # of expressions of our own
        query = f"SELECT {', '.join(spread.counted for spread in asked)} FROM {placed}"  # noqa: S608
        (counts,) = ask(query, (2 * this + 1, 2 * all_parts))
        (told,) = ask(f"SELECT {', '.join(spread.told for spread in asked)}")
        for spread, count, texts in zip(asked, counts, told, strict=True):
            made[spread.number]["histogram"] = spread.histogram(count or {}, texts)
    return made


def _first(number: int, column: Looked, *, is_small: bool) -> str:
    value = f"v{number}"
    ordered = f"CASE WHEN isfinite({value}) THEN {value} END" if column.native in _FLOATS else value
    distinct = f"count(DISTINCT {value})" if is_small else f"approx_count_distinct({value})"
    least, greatest = (f"min({ordered})", f"max({ordered})") if column.has_order else ("NULL", "NULL")
    number_of = _number(column, ordered)
    bounds = (f"min({number_of})", f"max({number_of})") if column.is_number else ("NULL", "NULL")
    likely = "NULL" if column.is_number else f"approx_top_k({_text(value)}, {_LIKELY})"
    return ", ".join(
        (
            f"count({value}), {distinct}, {_text(least)}, {_text(greatest)}",
            f"{bounds[0]}, {bounds[1]}, count_if(NOT f{number}), {likely}",
        )
    )


def _text(value: str) -> str:
    return f"left(CAST({value} AS VARCHAR), {LONGEST})"


def _number(column: Looked, value: str) -> str:
    """Return SQL of a number that is as far from others as the value is."""
    if column.native in _TIMES:
        return _TIMES[column.native][0].format(value)
    return value if column.native in _WHOLE else f"CAST({value} AS DOUBLE)"


def _profile(rows: int, column: Looked, first: Sequence[Any], *, is_small: bool) -> dict[str, Any]:
    count, distinct, least, greatest, _, _, rejects, _ = first
    return {
        "rows": rows,
        "nulls": rows - count - (rejects or 0),
        "distinct": min(distinct, count),
        "distinct_exact": is_small or not count,
        "min": least,
        "max": greatest,
        "histogram": [],
        "rejects": rejects or 0,
    }


@dataclass(frozen=True)
class _Spread:
    """How values are spread.

    Parameters
    ----------
    number : int
        Of the column.
    place : str
        SQL of what is counted: a value's part of the range, or the value.
    counted : str
        SQL of a map, or a list, of the counts.
    told : str
        SQL of a list of texts for its keys.
    histogram : Callable
        Makes JSON of both.
    """

    number: int
    place: str
    counted: str
    told: str
    histogram: Callable[[Any, Sequence[Any]], list[dict[str, Any]]]


def _spread(number: int, column: Looked, first: Sequence[Any]) -> _Spread | None:
    count, distinct, _, _, low, high, _, likely = first
    if not count:
        return None
    if not column.is_number:
        return _frequent(number, likely or (), is_unique=distinct > _LIKELY and distinct * 10 >= count * 9)
    if low is None:
        return None
    value = f"v{number}"
    if column.native in _WHOLE or column.native in _TIMES:
        size = -(-(int(high) - int(low) + 1) // BINS)
        edges = [int(low) + at * size for at in range(BINS) if int(low) + at * size <= high]
        ends = [min(edge + size - 1, int(high)) for edge in edges]
        # 128 bits take several times as long. Of 64 the difference may need one more.
        is_small = abs(int(low)) < _HALF and abs(int(high)) < _HALF
        wide = "BIGINT" if is_small else "HUGEINT"
        place = f"(CAST({_number(column, value)} AS {wide}) - {int(low)}) // {size}"
    else:
        width = (high - low) / BINS
        if not math.isfinite(width):
            return None
        edges = [low + at * width for at in range(BINS)] if width else [low]
        ends = [*edges[1:], high]
        finite = (
            f"CASE WHEN isfinite({value}) THEN {_number(column, value)} END"
            if column.native in _FLOATS
            else _number(column, value)
        )
        place = (
            f"least({BINS - 1}, floor(({finite} - ({low!r})) / {width!r}))" if width else f"0 * ({finite})"
        )
    # `histogram` takes MiBs of memory for each column, and counts integers no faster.
    counts_of = ", ".join(f"count_if(p{number} = {at})" for at in range(len(edges)))
    told = f"[{', '.join(_shown(column, edge) for edge in (*edges, *ends))}]"

    def histogram(counts: Sequence[int], texts: Sequence[Any]) -> list[dict[str, Any]]:
        half = len(texts) // 2
        return [{"from": texts[at], "to": texts[half + at], "count": counts[at]} for at in range(half)]

    return _Spread(number, f"CAST({place} AS INTEGER)", f"[{counts_of}]", told, histogram)


def _shown(column: Looked, number: float) -> str:
    """Return SQL of the text of a number that stands for a value."""
    if column.native in _TIMES:
        return f"CAST({_TIMES[column.native][1].format(number)} AS VARCHAR)"
    if column.native in _WHOLE:
        return literal(str(number))
    return literal(f"{number:.6g}")


def _frequent(number: int, likely: Sequence[str], *, is_unique: bool) -> _Spread | None:
    if is_unique or not likely:
        return None
    value, words = _text(f"v{number}"), ", ".join(map(literal, likely))
    place = f"CASE WHEN {value} IN ({words}) THEN {value} END"

    def histogram(counts: Mapping[Any, int], _: Sequence[Any]) -> list[dict[str, Any]]:
        most = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:_TOP]
        return [{"value": value, "count": count} for value, count in most]

    return _Spread(number, place, f"histogram(p{number})", "[]", histogram)
