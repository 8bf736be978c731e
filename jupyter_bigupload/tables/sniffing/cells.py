"""What a cell looks like: whether it is something that a table has."""

from __future__ import annotations

import re

_NUMBER = r"[-+]?[$€£]? ?(?:\d{1,3}(?:[., '\u00a0\u202f]\d{3})+|\d+)?(?:[.,]\d+)?(?:[eE][-+]?\d+)? ?[%€$]?"
_DAY = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ]\d{1,2}:\d\d.*)?"
_DATE = _DAY + r"|\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[aApP][mM])?"
_WORDS = r"[_#@/(<\['-]?[^\W_][^,;|\t\n\r\x1f\"]*"
_OTHERS = r"(?:https?|ftp|s3)://\S+|[^@\s,;]+@[^@\s,;]+\.\w+|-|\?|\.|\\N|\{.*\}|\[.*\]"
_KNOWN = re.compile(rf"\s*(?:{_NUMBER}|{_DATE}|{_WORDS}|{_OTHERS})\s*")
_VALUE = re.compile(rf"\s*(?:{_NUMBER}|{_DATE}|(?i:true|false))\s*")


def is_known(text: str) -> bool:
    """Return whether a text is like what is in one cell: empty, a number, a date, words and the like."""
    return _KNOWN.fullmatch(text) is not None


def is_value(text: str) -> bool:
    """Return whether a text is a number, a date or a time, and no name of a column."""
    return bool(text.strip()) and _VALUE.fullmatch(text) is not None
