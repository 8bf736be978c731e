"""The rows of a text by a scanner of our own: how many, and where each is."""

from __future__ import annotations

from .indexing import Place, Progress, RowIndex, begin, head, index
from .layout import Layout, fields, layout, rows_of

__all__ = ["Layout", "Place", "Progress", "RowIndex", "begin", "fields", "head", "index", "layout", "rows_of"]
