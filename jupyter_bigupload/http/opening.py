"""How a file is opened: `api/bigupload/code` and `api/bigupload/catalog`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..destinations import HOME
from ..errors import Malformed
from ..opening import Source, enter, snippets
from ..opening.own_files import absolute, rewrite
from ..threads import in_thread
from .base import RESOURCE, ServiceHandler
from .fields import field

_CATALOG = "catalog.yaml"


class OpeningHandler(ServiceHandler):
    """A route about one file of a destination."""

    @property
    def root(self) -> Path:
        """The folder that the server shows."""
        assert self.serverapp is not None  # noqa: S101  # these routes are a server's
        return Path(self.serverapp.root_dir)

    async def source(self, name: str, path: str) -> Source:
        """Return where the file at `path` of the destination `name` is."""
        destination = await self.place(name, path)
        path = path.rstrip("/")  # of a folder that is one store of arrays
        if not path:
            raise Malformed("Say the `path` of the file.")
        url = destination.url_of(path)
        if url is None:
            return Source("folder", await in_thread(absolute)(self.root, path))
        if url.startswith("gs://"):  # reached as one more S3
            url = f"s3://{url.removeprefix('gs://')}"
        return Source(destination.kind, url, destination.address)


class CodeHandler(OpeningHandler):
    """Code that opens a file."""

    @web.authenticated
    @authorized(action="read", resource=RESOURCE)
    async def get(self) -> None:
        """Answer what to paste."""
        source = await self.source(self.argument("destination", HOME), self.argument("path", ""))
        self.finish({"snippets": [{"title": one.title, "code": one.code} for one in snippets(source)]})


class CatalogHandler(OpeningHandler):
    """Entries of Intake catalogs in the home folder."""

    #: What a request reads of a catalog is what it rewrites: two at once would lose one's entry.
    _rewriting: ClassVar[asyncio.Lock] = asyncio.Lock()

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def post(self) -> None:
        """Enter a file."""
        fields = self.read_json()
        catalog = field(fields, "catalog", str, _CATALOG)
        description = field(fields, "description", str, "")
        if not catalog.endswith((".yaml", ".yml")):
            raise Malformed("The name of a catalog ends with .yaml or .yml: Intake goes by that.")
        source = await self.source(field(fields, "destination", str, HOME), field(fields, "path", str))
        await self.place(HOME, catalog)
        entry = ""

        def change(text: str | None) -> str:
            nonlocal entry
            changed, entry = enter(text, source, description)
            return changed

        async with self._rewriting:
            await in_thread(rewrite)(self.root, catalog, change)
        self.finish({"catalog": catalog, "entry": entry})
