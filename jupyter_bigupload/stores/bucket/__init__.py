"""What all buckets share: an object store behind the `Multipart` protocol as a `Store`."""

from .multipart import Multipart
from .store import BucketStore

__all__ = ["BucketStore", "Multipart"]
