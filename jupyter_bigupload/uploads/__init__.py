"""The upload service: lifecycle, locks, ranges, records."""

from .hooks import CommitHooks
from .lifecycle import State
from .locks import Locks
from .model import Limits, NewUpload, Upload
from .ranges import RangeSet
from .records.index import Cursor
from .records.store import Records
from .removal.sweep import sweep
from .repository import Ledger
from .service import UploadService

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
