"""How what was uploaded is opened: as code to paste, and as an entry of an Intake catalog."""

from __future__ import annotations

from .catalog import enter
from .snippets import Snippet, snippets
from .source import Source

__all__ = ["Snippet", "Source", "enter", "snippets"]
