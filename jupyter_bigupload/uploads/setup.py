"""What an upload service is made of, as plain values, which a worker process can be given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..stores.base import Store
from ..stores.signing import PartSigner
from .hooks import CommitHooks
from .locks import Locks
from .model import Limits
from .records.store import Records
from .repository import UploadRepository
from .service import UploadService


@dataclass(frozen=True)
class UploadSetup:
    """What `connect` makes an upload service of.

    Parameters
    ----------
    records : str
        Folder of the records: all services that share it share the uploads.
    stalled_after : float
        Seconds without a byte after which a writer loses its place to a newer one.
    """

    records: str
    stalled_after: float
    limits: Limits

    @classmethod
    def parse(cls, fields: Mapping[str, Any]) -> UploadSetup:
        """Return what `as_json` returned the fields of."""
        return cls(**{**fields, "limits": Limits(**fields["limits"])})

    def as_json(self) -> Mapping[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)

    def repository(self, stores: Mapping[str, Store]) -> UploadRepository:
        """Return the uploads, as a process of its own sees them."""
        return UploadRepository(stores=stores, records=Records(Path(self.records)))

    def connect(
        self,
        repository: UploadRepository,
        hooks: CommitHooks,
        signers: Mapping[str, PartSigner] = MappingProxyType({}),
    ) -> UploadService:
        """Return a service for them."""
        return UploadService(
            repository=repository,
            locks=Locks(Path(self.records), stalled_after=self.stalled_after),
            limits=self.limits,
            hooks=hooks,
            signers=signers,
        )
