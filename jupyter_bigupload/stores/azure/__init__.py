"""Azure's block blobs. Needs the extra `azure`."""

from .multipart import AzureBlobs

__all__ = ["AzureBlobs"]
