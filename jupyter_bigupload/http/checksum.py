"""The digest of a finished file: `api/bigupload/digest`."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..destinations import HOME
from .base import RESOURCE, ServiceHandler


class DigestHandler(ServiceHandler):
    """Digests of files that are there."""

    @web.authenticated
    @authorized(action="read", resource=RESOURCE)
    async def get(self) -> None:
        """Answer the digest, or how far its computation is."""
        path = self.argument("path", "")
        destination = self.argument("destination", HOME)
        await self.place(destination, path)
        algorithm = self.argument("algorithm", "sha-256")
        checksum = await self.service.checksum(destination, path, algorithm)
        if checksum.digest is None:
            self.set_status(202)
            self.finish({"checked": checksum.checked, "size": checksum.size})
        else:
            self.finish({"digest": str(checksum.digest), "size": checksum.size})
