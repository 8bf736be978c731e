"""Real object stores in processes of their own, for tests and measurements: never a mock.

Each is a context manager that starts its server on free ports of the loopback interface and ends it by its
process id. `settings()` and `environment` are what a `BigUpload` needs to use it.
"""

from __future__ import annotations

from .azure_identity import AzureIdentity
from .azurite import Azurite
from .rclone import Rclone
from .seaweedfs import SeaweedFS

__all__ = ["AzureIdentity", "Azurite", "Rclone", "SeaweedFS"]
