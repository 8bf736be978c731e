"""Tables in the files of destinations: opened where they are, looked at, and kept."""

from __future__ import annotations

from .sources import TableFiles

__all__ = ["TableFiles"]
