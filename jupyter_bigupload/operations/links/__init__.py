"""Files from links, as an operation: what `fetching` reads, saved as uploads are."""

from .fetch import fetch
from .setup import LinkSetup

__all__ = ["LinkSetup", "fetch"]
