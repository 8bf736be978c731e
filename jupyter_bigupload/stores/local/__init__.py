"""Files in a folder of this machine, or of a file server that it has mounted."""

from .store import LocalStore

__all__ = ["LocalStore"]
