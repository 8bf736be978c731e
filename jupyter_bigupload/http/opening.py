"""How a file or a folder is opened: `api/bigupload/code` and `api/bigupload/catalog`."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import ClassVar

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..destinations import HOME, Destination
from ..errors import Malformed, Unsupported
from ..opening import Source, enter, snippets
from ..opening.folders import NamesIn, format_of, names_in_bucket
from ..opening.own_files import absolute, is_folder, names_in, rewrite
from ..opening.source import is_store_by_name, whole_path
from ..threads import in_thread
from .base import RESOURCE, ServiceHandler
from .parsing.fields import field

_CATALOG = "catalog.yaml"


class OpeningHandler(ServiceHandler):
    """A route about one file or folder of a destination."""

    @property
    def root(self) -> Path:
        """The folder that the server shows."""
        assert self.serverapp is not None  # noqa: S101  # these routes are a server's
        return Path(self.serverapp.root_dir)

    async def source(self, name: str, path: str) -> Source:
        """Return where what is at `path` of the destination `name` is, and what it is if it is a folder.

        The path of a folder ends with `/`; in the home folder it need not.
        """
        destination = await self.place(name, path)
        folder, path = path.endswith("/"), path.rstrip("/")
        if not path:
            raise Malformed("Say the `path` of the file.")
        at_home = destination.url is None
        if folder or (at_home and await in_thread(is_folder)(self.root, path)):
            path = whole_path(path)
            source = await self._located(destination, path)
            what = await format_of(path, self._names_in(destination), destination.store)
            return replace(source, folder=True, format=what)
        return await self._located(destination, path)

    async def _located(self, destination: Destination, path: str) -> Source:
        url = destination.url_of(path)
        if url is None:
            return Source("folder", await in_thread(absolute)(self.root, path))
        if url.startswith("gs://"):  # reached as one more S3
            url = f"s3://{url.removeprefix('gs://')}"
        return Source(destination.kind, url, destination.address)

    def _names_in(self, destination: Destination) -> NamesIn:
        if destination.url is None:
            return partial(in_thread(names_in), self.root)
        if destination.objects is None:
            raise Unsupported(f"{destination.title} can't be looked at here.")
        return names_in_bucket(destination.objects)


class CodeHandler(OpeningHandler):
    """Code that opens a file or a folder."""

    @web.authenticated
    @authorized(action="read", resource=RESOURCE)
    async def get(self) -> None:
        """Answer what to paste."""
        source = await self.source(self.argument("destination", HOME), self.argument("path", ""))
        self.finish(
            {
                "kind": source.folder_kind,
                "snippets": [{"title": one.title, "code": one.code} for one in snippets(source)],
                "note": self._note(source),
            }
        )

    def _note(self, source: Source) -> str | None:
        """Return what people should know of a folder that is called a Zarr store, and is none."""
        if not source.folder or source.folder_kind is not None or not is_store_by_name(source.address):
            return None
        note = (
            "This folder is called a Zarr store, but has no zarr.json, .zgroup or .zarray that makes it one."
        )
        if source.remote or self.contents.allow_hidden:
            return note
        return (
            f"{note} Hidden files are turned off on this server, and Zarr's version 2 needs them: allow them "
            "(ContentsManager.allow_hidden), or write the store in version 3."
        )


class CatalogHandler(OpeningHandler):
    """Entries of Intake catalogs in the home folder."""

    #: What a request reads of a catalog is what it rewrites: two at once would lose one's entry.
    _rewriting: ClassVar[asyncio.Lock] = asyncio.Lock()

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def post(self) -> None:
        """Enter a file or a folder."""
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
