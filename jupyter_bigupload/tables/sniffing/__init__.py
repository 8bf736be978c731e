"""What a file is, by its first bytes: format, encoding, dialect, and the types of its columns."""

from __future__ import annotations

from .names import unique
from .sampling import Sample, sample_of
from .types import Guess, guess

__all__ = ["Guess", "Sample", "guess", "sample_of", "unique"]
