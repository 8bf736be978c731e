"""Tables in other formats, of which nothing is lost without a word."""

from __future__ import annotations

from .convert import convert
from .model import Checked, Converted, Options, Target
from .rows import RowColumn, TableRows

__all__ = ["Checked", "Converted", "Options", "RowColumn", "TableRows", "Target", "convert"]
