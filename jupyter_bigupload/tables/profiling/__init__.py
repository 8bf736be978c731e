"""What is in a table: of each column the nulls, the distinct values, the range, and how values are spread."""

from __future__ import annotations

from .columns import Looked, profile_of
from .whole import profile

__all__ = ["Looked", "profile", "profile_of"]
