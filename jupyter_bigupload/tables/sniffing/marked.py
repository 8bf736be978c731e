"""The types of columns whose values say what they are, one by one."""

from __future__ import annotations

from collections.abc import Sequence

from ..reading.marked import Nested, NoValue
from .types import Guess, guess

_TIMES = {"date", "time", "timestamp", "timestamptz"}
#: Texts that make a column one of texts, and are told.
_TOLD = 3


def guess_marked(values: Sequence[tuple[int, str]]) -> Guess:
    """Return the type of a column with these values: line and text, marked for what it is.

    What is a text is no number, whatever it looks like; it may be a date, of which JSON has none.
    """
    known = [(line, text) for line, text in values if type(text) is not NoValue]
    texts = [(line, text) for line, text in known if type(text) is str]
    if any(type(text) is Nested for _, text in known):
        return Guess("text")
    if not texts:
        return guess(known)
    if len(texts) < len(known):
        others = guess([(line, text) for line, text in known if type(text) is not str])
        return Guess("text", None, others.type if others.type != "text" else None, texts[:_TOLD])
    found = guess(known)
    return found if found.type in _TIMES or found.ambiguous else Guess("text")
