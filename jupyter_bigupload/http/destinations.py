"""The places that uploads can go to: `api/bigupload/destinations`."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..destinations import AnyDestination, Destination, UnusableDestination
from ..errors import BigUploadError
from .base import RESOURCE, ServiceHandler


class DestinationsHandler(ServiceHandler):
    """All of them."""

    @web.authenticated
    @authorized(action="read", resource=RESOURCE)
    async def get(self) -> None:
        """List them, those that the request names checked."""
        wanted = self.argument("check", "")
        await self.destinations.refresh()
        if wanted and wanted != "all":
            await self.health.check(self.destinations.find(wanted))
        elif wanted:
            usable = [one for one in self.destinations.all() if isinstance(one, Destination)]
            await asyncio.gather(*map(self.health.check, usable))
        self.finish(
            {
                "destinations": [self._as_json(one) for one in self.destinations.all()],
                "hint_above": self.destinations.hint_above,
            }
        )

    def _as_json(self, destination: AnyDestination) -> dict[str, Any]:
        return {
            "name": destination.name,
            "title": destination.title,
            "kind": destination.kind,
            "url": destination.url,
            "direct": isinstance(destination, Destination) and destination.signer is not None,
            "digest": _digest(destination),
            "browse": isinstance(destination, Destination) and destination.objects is not None,
            "note": destination.note,
            "file": destination.file,
            **self._state(destination),
        }

    def _state(self, destination: AnyDestination) -> dict[str, Any]:
        failure: BigUploadError | None
        if isinstance(destination, UnusableDestination):
            failure = destination.failure
        else:
            found = self.health.last(destination)
            if found is None:
                return {"state": "unknown", "reason": None, "message": None}
            failure = found.failure
        if failure is None:
            return {"state": "ok", "reason": None, "message": None}
        return {"state": "failed", "reason": failure.reason, "message": failure.message}


def _digest(destination: AnyDestination) -> str | None:
    """Return the algorithm of the digests of what goes straight there; None where nothing may."""
    if not isinstance(destination, Destination) or destination.signer is None:
        return None
    return next(iter(destination.store.capabilities.checksums), None)
