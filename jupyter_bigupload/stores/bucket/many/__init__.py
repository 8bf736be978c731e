"""Many files of a bucket at once."""

from .files import BucketManyFiles

__all__ = ["BucketManyFiles"]
