"""Archives: what is in them, and their files in a folder, whoever made them.

All of it blocks, and belongs into a process of its own. docs/archives.md says what is refused, and why.
"""

from __future__ import annotations

from .archive import Archive
from .detection import open_archive
from .model import Bounds, Entry, Extracted, Progress

__all__ = ["Archive", "Bounds", "Entry", "Extracted", "Progress", "open_archive"]
