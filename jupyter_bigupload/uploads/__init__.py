"""The upload service: lifecycle, locks, ranges, records."""

from .hooks import CommitHooks
from .index import Cursor
from .ledger import Ledger
from .lifecycle import State
from .locks import Locks
from .model import Limits, NewUpload, Upload
from .ranges import RangeSet
from .records import Records
from .service import UploadService
from .sweep import sweep

__all__ = [
    "CommitHooks",
    "Cursor",
    "Ledger",
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
