"""Strict conversions: a value is kept only if it is equal to its text."""

from __future__ import annotations

from .conversion import conversion
from .expressions import Conversion, finite
from .messages import REASONS, message
from .nesting import as_text, is_nested, is_plain

__all__ = ["REASONS", "Conversion", "as_text", "conversion", "finite", "is_nested", "is_plain", "message"]
