"""Defects of a server, to show that runs notice them: each function brings one into its own process."""

from __future__ import annotations

from collections.abc import Callable


def code_of(defect: Callable[[], None]) -> str:
    """Return what brings `defect` into a server, as its settings (`config_code` of `RunningServer`)."""
    return f"from {defect.__module__} import {defect.__name__}\n{defect.__name__}()\n"
