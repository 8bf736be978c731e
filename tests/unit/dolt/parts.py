"""Imports of several transactions."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jupyter_bigupload.operations.dolt.database.counting import Counts
from jupyter_bigupload.operations.dolt.importing import reading_back, writing

from .there import load_rows


def load_parts(path: Path, rows: Any, **wanted: Any) -> tuple[Counts, int]:
    """Import by small transactions; return what was counted, and how often the other process was asked."""
    asked = 0
    begin = reading_back.ReadBack.begin

    def counting(self: reading_back.ReadBack, written: Any, part: Any) -> None:
        nonlocal asked
        asked += 1
        begin(self, written, part)

    reading_back.ReadBack.begin, size = counting, writing.TRANSACTION  # type: ignore[method-assign]
    writing.TRANSACTION = 1500
    cpu_count, os.cpu_count = os.cpu_count, lambda: 2
    try:
        return load_rows(path, rows, **wanted).pending.counts, asked
    finally:
        reading_back.ReadBack.begin = begin  # type: ignore[method-assign]
        writing.TRANSACTION, os.cpu_count = size, cpu_count
