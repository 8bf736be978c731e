"""What all buckets share: an object store behind the `Multipart` protocol as a `Store`."""

from .connections import close_connections
from .multipart import Multipart
from .store import BucketStore

__all__ = ["BucketStore", "Multipart", "close_connections"]
