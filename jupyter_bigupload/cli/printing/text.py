"""What a terminal is told: names that can't harm it, sizes, rates, and times."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timezone

_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB", "EB")
_STEP = 1000
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
#: Joiners, which emoji and some scripts are written with; all other format characters are escaped.
_JOINERS = {"\u200c", "\u200d"}
_UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def printable(text: str) -> str:
    r"""Return `text` on one line, with what is no visible character as an escape, such as `\x1b`.

    A name may have anything in it: commands to the terminal, line breaks, characters that turn the direction
    of writing. Nothing of that is ever printed raw.
    """
    if text.isprintable():
        return text
    return "".join(
        one if unicodedata.category(one) not in _UNPRINTABLE or one in _JOINERS else _escaped(one)
        for one in text
    )


def size_of(count: float) -> str:
    """Return a number of bytes in words, such as `1.2 GB`; in powers of 1000, as disks are sold."""
    value, unit = float(count), 0
    # From here on it would be rounded up to 1000 of the unit.
    while value >= _STEP - 0.5 and unit < len(_UNITS) - 1:
        value, unit = value / _STEP, unit + 1
    if unit == 0:
        return "1 byte" if count == 1 else f"{value:.0f} bytes"
    return f"{value:.1f} {_UNITS[unit]}" if value < 100 - 0.05 else f"{value:.0f} {_UNITS[unit]}"


def duration_of(seconds: float) -> str:
    """Return a time in words, such as `4 min 20 s`: two units at most."""
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        minutes, rest = divmod(whole, _MINUTE)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    if whole < _DAY:
        hours, rest = divmod(whole // _MINUTE, _MINUTE)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    days, rest = divmod(whole // _HOUR, 24)
    return f"{days} d {rest} h" if rest else f"{days} d"


def count_of(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it is not one: `1 file`, `1,203 files`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def local_time_of(moment: str | None) -> str:
    """Return a time of the server's (ISO 8601) in this computer's zone, to the minute; `never` for None."""
    if moment is None:
        return "never"
    try:
        parsed = datetime.fromisoformat(moment.replace("Z", "+00:00"))
    except ValueError:
        return printable(moment)
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=timezone.utc)
    return parsed.astimezone().strftime("%Y-%m-%d %H:%M")


def _escaped(one: str) -> str:
    return one.encode("unicode_escape", "backslashreplace").decode("ascii")
