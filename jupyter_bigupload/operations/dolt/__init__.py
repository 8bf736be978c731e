"""Databases of doltlite, which keep the history of their tables: rows come in, are looked at, and committed.

An import works on a branch of its own. What a person has is touched by the commit that they ask for, and by
nothing before it. doltlite takes the place of `sqlite3` in its whole process, so everything here runs in
processes that do nothing else (`library.load`).
"""

from __future__ import annotations

from .diff import diff
from .history import history

__all__ = ["diff", "history"]
