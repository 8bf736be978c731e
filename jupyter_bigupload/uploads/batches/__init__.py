"""Many files at once: to write, sign, find and remove them."""

from .batches import Batches
from .model import BatchFile, BatchOutcomes, SentFile, SignedFile
from .signed import SignedFiles

__all__ = ["BatchFile", "BatchOutcomes", "Batches", "SentFile", "SignedFile", "SignedFiles"]
