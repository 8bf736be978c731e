"""The values that batches work with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...digests import Digest
from ...errors import BigUploadError
from ...stores.base import OnConflict
from ...stores.many import Outcome
from ...stores.signing import SignedRequest


@dataclass(frozen=True)
class BatchFile:
    """One file of a batch, as its client describes it.

    Parameters
    ----------
    path : str
        Path of the file from the destination's root, with `/`; missing folders are made.
    size : int
        Bytes.
    digest : Digest or None
        What its bytes have, of a known algorithm.
    last_modified : int or None
        The file's own modification time as the client reports it, milliseconds since 1970.
    """

    path: str
    size: int
    digest: Digest | None = None
    on_conflict: OnConflict = OnConflict.FAIL
    last_modified: int | None = None


@dataclass(frozen=True)
class SentFile:
    """A file that a client says it has sent to the store.

    Parameters
    ----------
    id : str
        With which it was signed.
    """

    id: str
    file: BatchFile


@dataclass(frozen=True)
class SignedFile:
    """A file that a client may send to the store, by `request`.

    Parameters
    ----------
    id : str
        By which it is told from a file that was there before.
    """

    id: str
    request: SignedRequest


@dataclass(frozen=True)
class BatchOutcomes:
    """What became of each folder and of each file, in their order."""

    folders: Sequence[Outcome]
    files: Sequence[Outcome]


#: Why each path may not be touched, as far as that is known before; None where it may.
Refusals = Sequence[BigUploadError | None]
