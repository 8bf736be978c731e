"""Many files of a folder at once."""

from .files import LocalManyFiles

__all__ = ["LocalManyFiles"]
