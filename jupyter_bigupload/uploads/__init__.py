"""The upload service: lifecycle, locks, ranges, records."""

from .batches import BatchFile, BatchOutcomes, SentFile, SignedFile
from .hooks import CommitHooks, Saved
from .lifecycle import State
from .locks import Locks
from .model import Limits, NewUpload, Upload
from .parts import VerifiedPart
from .ranges import RangeSet
from .records.index import Cursor
from .records.store import Records
from .removal.sweep import sweep
from .repository import UploadRepository
from .service import UploadService
from .setup import UploadSetup

__all__ = [
    "BatchFile",
    "BatchOutcomes",
    "CommitHooks",
    "Cursor",
    "Limits",
    "Locks",
    "NewUpload",
    "RangeSet",
    "Records",
    "Saved",
    "SentFile",
    "SignedFile",
    "State",
    "Upload",
    "UploadRepository",
    "UploadService",
    "UploadSetup",
    "VerifiedPart",
    "sweep",
]
