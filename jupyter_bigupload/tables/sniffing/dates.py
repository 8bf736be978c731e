"""Ways to write dates and times: a pattern for each, and the format that reads it."""

from __future__ import annotations

import datetime as dt
import functools
import re
from dataclasses import dataclass

_DAY, _MONTH = r"(?P<d>0[1-9]|[12]\d|3[01])", r"(?P<m>0[1-9]|1[0-2])"
_SHORT_DAY, _SHORT_MONTH = r"(?P<d>[1-9]|[12]\d|3[01])", r"(?P<m>[1-9]|1[0-2])"
_YEAR, _SHORT_YEAR = r"(?P<y>\d{4})", r"\d\d"
_ABBREVIATED = r"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_NAME = r"(?i:january|february|march|april|may|june|july|august|september|october|november|december)"
_FRACTION = r"\.\d{1,6}"
_HOUR, _MINUTE = r"(?:[01]\d|2[0-3])", r":[0-5]\d"
_HALF, _SHORT_HALF = r"(?:0[1-9]|1[0-2])", r"(?:[1-9]|1[0-2])"
_SHORT_HOUR = r"(?:\d|1\d|2[0-3])"
_ZONE = r"(?:Z|[+-](?:0\d|1[0-5])(?::?[0-5]\d)?)"

_CLOCKS = (
    (_HOUR + _MINUTE, "%H:%M"),
    (_HOUR + _MINUTE * 2, "%H:%M:%S"),
    (_HOUR + _MINUTE * 2 + _FRACTION, "%H:%M:%S.%f"),
    (_SHORT_HOUR + _MINUTE, "%-H:%M"),
    (_SHORT_HOUR + _MINUTE * 2, "%-H:%M:%S"),
    (_HALF + _MINUTE + " (?i:am|pm)", "%I:%M %p"),
    (_HALF + _MINUTE * 2 + " (?i:am|pm)", "%I:%M:%S %p"),
    (_SHORT_HALF + _MINUTE + " (?i:am|pm)", "%-I:%M %p"),
    (_SHORT_HALF + _MINUTE * 2 + " (?i:am|pm)", "%-I:%M:%S %p"),
)


@dataclass(frozen=True)
class Written:
    """A way to write dates or times.

    Parameters
    ----------
    type : str
        `date`, `time`, `timestamp` or `timestamptz`.
    format : str or None
        As `strftime` has it; None for ISO 8601.
    order : str
        Which of day, month and year comes first: two ways that differ in it are not to be mixed up.
    day, clock : re.Pattern or None
        Of the date, and of what follows it behind a blank.
    """

    type: str
    format: str | None
    order: str
    day: re.Pattern[str] | None
    clock: re.Pattern[str] | None = None

    def fits(self, text: str) -> bool:
        """Return whether a text is a date or a time in this way, and one that there is."""
        if self.day is None:
            return self.clock is not None and self.clock.fullmatch(text) is not None
        match = self.day.match(text)
        if match is None or not self._has_clock(text, match.end()):
            return False
        found = match.groupdict()
        day, month, year = found.get("d"), found.get("m"), found.get("y")
        if day is None or month is None or int(day) <= 28:  # noqa: PLR2004  # every month has so many
            return year is None or int(year) > 0
        try:
            # Of years with two digits 2000 is like the one in four that has a 29th of February.
            dt.date(int(year or 2000), int(month), int(day))
        except ValueError:
            return False
        return True

    def _has_clock(self, text: str, end: int) -> bool:
        """Return whether what follows the date is as it should be: nothing, where there is no clock."""
        if self.clock is None:
            return end == len(text)
        return self.clock.fullmatch(text, end) is not None


@functools.cache
def ways() -> tuple[Written, ...]:
    """Return all ways: dates, times, timestamps and timestamps with a zone, ISO 8601 first."""
    dates, clock = list(_dates()), _HOUR + _MINUTE + "(?:" + _MINUTE + "(?:" + _FRACTION + "0*)?)?"
    iso = f"{_YEAR}-{_MONTH}-{_DAY}"
    clocks = [(re.compile(f" {pattern}"), form) for pattern, form in _CLOCKS]
    made = [Written("date", *one) for one in dates]
    made += [Written("time", None, "", None, re.compile(clock))]
    made += [Written("time", form, "", None, re.compile(pattern)) for pattern, form in _CLOCKS[3:]]
    made += [Written("timestamp", None, "y", re.compile(iso), re.compile(f"[ T]{clock}"))]
    made += [
        Written("timestamp", f"{form} {hours}", order, date, pattern)
        for form, order, date in dates
        if form is not None
        for pattern, hours in clocks
    ]
    made += [Written("timestamptz", None, "y", re.compile(iso), re.compile(f"[ T]{clock} ?{_ZONE}"))]
    return tuple(made)


def _dates() -> list[tuple[str | None, str, re.Pattern[str]]]:
    made: list[tuple[str | None, str, str]] = [(None, "y", f"{_YEAR}-{_MONTH}-{_DAY}")]
    for mark in "./-":
        one = re.escape(mark)
        made += [
            (f"%d{mark}%m{mark}%Y", "d", f"{_DAY}{one}{_MONTH}{one}{_YEAR}"),
            (f"%-d{mark}%-m{mark}%Y", "d", f"{_SHORT_DAY}{one}{_SHORT_MONTH}{one}{_YEAR}"),
            (f"%Y{mark}%m{mark}%d", "y", f"{_YEAR}{one}{_MONTH}{one}{_DAY}"),
            (f"%Y{mark}%-m{mark}%-d", "y", f"{_YEAR}{one}{_SHORT_MONTH}{one}{_SHORT_DAY}"),
            (f"%d{mark}%m{mark}%y", "d", f"{_DAY}{one}{_MONTH}{one}{_SHORT_YEAR}"),
            (f"%-d{mark}%-m{mark}%y", "d", f"{_SHORT_DAY}{one}{_SHORT_MONTH}{one}{_SHORT_YEAR}"),
        ]
        if mark != ".":
            made += [
                (f"%m{mark}%d{mark}%Y", "m", f"{_MONTH}{one}{_DAY}{one}{_YEAR}"),
                (f"%-m{mark}%-d{mark}%Y", "m", f"{_SHORT_MONTH}{one}{_SHORT_DAY}{one}{_YEAR}"),
                (f"%m{mark}%d{mark}%y", "m", f"{_MONTH}{one}{_DAY}{one}{_SHORT_YEAR}"),
                (f"%-m{mark}%-d{mark}%y", "m", f"{_SHORT_MONTH}{one}{_SHORT_DAY}{one}{_SHORT_YEAR}"),
            ]
    for name, code in ((_ABBREVIATED, "%b"), (_NAME, "%B")):
        for day, form in ((r"(?:0[1-9]|[12]\d|3[01])", "%d"), (r"(?:[1-9]|[12]\d|3[01])", "%-d")):
            made += [(f"{form}{one}{code}{one}%Y", "d", f"{day}{one}{name}{one}{_YEAR}") for one in " -"]
            made.append((f"{code} {form}, %Y", "m", f"{name} {day}, {_YEAR}"))
    return [(form, order, re.compile(pattern)) for form, order, pattern in made if form != "%Y-%m-%d"]
