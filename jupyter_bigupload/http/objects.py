"""What is in a destination: `api/bigupload/objects`."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..destinations import Destination
from ..errors import Malformed, Unsupported
from ..stores.listing import Objects
from .base import RESOURCE, ServiceHandler
from .parsing.fields import as_iso


class ObjectsHandler(ServiceHandler):
    """Prefixes and objects."""

    @web.authenticated
    @authorized(action="read", resource=RESOURCE)
    async def get(self) -> None:
        """List a page of what is right below a prefix."""
        prefix = self.argument("prefix", "")
        destination, objects = await self._bucket(prefix)
        if prefix and not prefix.endswith("/"):
            raise Malformed("A prefix ends with '/'.")
        listing = await objects.list(prefix, self.argument("page", None) or None)
        self.finish(
            {
                "prefix": prefix,
                "prefixes": list(listing.prefixes),
                "objects": [
                    {
                        "path": one.path,
                        "name": one.path.removeprefix(prefix),
                        "size": one.size,
                        "modified": as_iso(one.modified),
                        "url": destination.url_of(one.path),
                    }
                    for one in listing.objects
                ],
                "next_page": listing.next_page,
            }
        )

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def delete(self) -> None:
        """Remove an object."""
        path = self.argument("path", "")
        _, objects = await self._bucket(path)
        if not path:
            raise Malformed("Say the `path` of the object.")
        await objects.delete(path)
        self.set_status(204)
        self.finish()

    async def _bucket(self, path: str) -> tuple[Destination, Objects]:
        destination = await self.place(self.argument("destination", ""), path)
        if destination.objects is None:
            raise Unsupported(f"{destination.title} can't be looked at here.")
        return destination, destination.objects
