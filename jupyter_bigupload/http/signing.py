"""Parts that a page sends straight to a bucket: signed here, confirmed here, never seen here."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..stores.signing import SignedRequest
from .base import RESOURCE, ServiceHandler
from .parsing.fields import as_iso, count, digest
from .uploads import as_receipt


class SignHandler(ServiceHandler):
    """Permission to send one part."""

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def post(self, upload_id: str) -> None:
        """Answer the request with which the page sends the part."""
        fields = self.read_json()
        signed = await self.service.direct.sign(
            upload_id, count(fields, "start"), count(fields, "end"), digest(fields, "digest")
        )
        # The bytes go elsewhere, so this is all that culling sees of them.
        self.note_activity()
        self.finish(as_request(signed))


class PartsHandler(ServiceHandler):
    """What the store took."""

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def post(self, upload_id: str) -> None:
        """Enter a part that the page says the store took."""
        fields = self.read_json()
        start, end = count(fields, "start"), count(fields, "end")
        upload = await self.service.direct.confirm(upload_id, start, end, digest(fields, "digest"))
        self.note_activity()
        self.finish(as_receipt(upload, start, end))


class ProbeHandler(ServiceHandler):
    """Whether a page may speak to a bucket at all."""

    @web.authenticated
    @authorized(action="read", resource=RESOURCE)
    async def get(self, destination: str) -> None:
        """Answer a request that changes nothing."""
        found = await self.destination(destination)
        self.finish(as_request(await self.service.direct.probe(found.name)))


def as_request(signed: SignedRequest) -> dict[str, Any]:
    """Return what a page needs to send it."""
    return {
        "method": signed.method,
        "url": signed.url,
        "headers": dict(signed.headers),
        "expires": as_iso(signed.expires),
    }
