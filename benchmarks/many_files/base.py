"""What is needed of a way that many files go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import psutil

from ..browser import Span
from .trees import Tree

Processes = Callable[[], list[psutil.Process]]
"""Finds the processes of one side."""


@dataclass(frozen=True)
class Ready:
    """All that takes part is running, and has only to be told to begin.

    Parameters
    ----------
    upload : Callable
        Upload, at most for so many seconds, and return when that began and ended.
    check : Callable
        Raise an error unless every file is there, and whole.
    sides : Mapping
        Who has work to do: `server`, `browser`, `store`.
    """

    upload: Callable[[float], Span]
    check: Callable[[], None]
    sides: Mapping[str, Processes] = field(default_factory=dict)


class Contender(Protocol):
    """One way to bring many files there."""

    @property
    def key(self) -> str:
        """For the command line."""

    @property
    def title(self) -> str:
        """For the tables."""

    @property
    def tree(self) -> Tree:
        """What it uploads."""

    def prepare(self, scratch: Path) -> AbstractContextManager[Ready]:
        """Start fresh processes for one upload; all that they write is in `scratch`."""
