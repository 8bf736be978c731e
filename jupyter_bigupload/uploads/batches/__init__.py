"""Many files at once: to write, find and remove them."""

from .batches import Batches
from .model import BatchFile, BatchOutcomes

__all__ = ["BatchFile", "BatchOutcomes", "Batches"]
