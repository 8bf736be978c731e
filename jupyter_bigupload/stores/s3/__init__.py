"""S3, and everything that speaks like it. Needs the extra `s3`."""

from .multipart import S3

__all__ = ["S3"]
