"""Strict conversions: a value is kept only if it is equal to its text."""

from __future__ import annotations

from .conversion import conversion
from .expressions import Conversion, finite
from .messages import REASONS, message

__all__ = ["REASONS", "Conversion", "conversion", "finite", "message"]
