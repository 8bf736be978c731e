"""Forgotten uploads go, now and then."""

from __future__ import annotations

import logging

from ...errors import BigUploadError, Locked, NotFound
from ..repository import UploadRepository
from ..service import UploadService

log = logging.getLogger(__name__)


async def sweep(service: UploadService, repository: UploadRepository) -> None:
    """Remove every upload whose time has come, and what is left of those that have no record any more.

    Live ones stay, and a failure keeps no other from going.
    """
    for upload_id in await service.expiry.due():
        try:
            if await service.expiry.expire(upload_id):
                log.info("upload %s expired", upload_id)
        except (NotFound, Locked):
            continue  # ended meanwhile, or live
        except BigUploadError as error:
            log.warning("could not sweep upload %s: %s", upload_id, error)
    await repository.records.tidy()
    await service.orphans.remove()
