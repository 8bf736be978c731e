"""The upload service: lifecycle, locks, ranges, records."""

from .lifecycle import State
from .locks import Locks
from .model import Limits, NewUpload, Upload
from .ranges import RangeSet
from .records import Records
from .service import CommitHooks, UploadService
from .sweep import sweep

__all__ = [
    "CommitHooks",
    "Limits",
    "Locks",
    "NewUpload",
    "RangeSet",
    "Records",
    "State",
    "Upload",
    "UploadService",
    "sweep",
]
