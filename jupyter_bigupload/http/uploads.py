"""The uploads resource: `api/bigupload/uploads`."""

from __future__ import annotations

import contextlib
import hashlib
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.utils import url_path_join
from tornado import web

from ..destinations import HOME
from ..errors import BigUploadError, Malformed
from ..stores.base import OnConflict
from ..uploads import Limits, NewUpload, Upload, UploadService
from .base import RESOURCE, ServiceHandler
from .parsing.fields import (
    ON_PAGE,
    as_iso,
    count,
    cursor,
    field,
    moment,
    names,
    optional_count,
    page_limit,
    parts,
)


class UploadsHandler(ServiceHandler):
    """All uploads."""

    @web.authenticated
    @authorized(action="read", resource=RESOURCE)
    async def get(self) -> None:
        """List what is not finished, a page at a time."""
        limit = page_limit(self.argument("limit", str(ON_PAGE)))
        after = self.argument("after", None)
        page = await self.service.unfinished(None if after is None else cursor(after), limit)
        self.finish(
            {
                "uploads": [as_json(upload, self.service) for upload in page.uploads],
                "next": None if page.next is None else str(page.next),
            }
        )

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def post(self) -> None:
        """Create an upload."""
        fields = self.read_json()
        new = NewUpload(
            path=field(fields, "path", str),
            size=optional_count(fields, "size"),
            destination=field(fields, "destination", str, HOME),
            last_modified=moment(fields, "last_modified"),
            on_conflict=parse_on_conflict(field(fields, "on_conflict", str, "fail")),
            digests=names(fields, "digests"),
        )
        await self.place(new.destination, new.path)
        key = self.request.headers.get("Idempotency-Key")
        upload = await self.service.create(
            new, upload_id=None if key is None else _id_of(key), repeatable=key is not None
        )
        try:
            answer = as_whole(upload, self.service)
        except BaseException:
            # Nobody would ever hear of it. One that has bytes is known to whoever used the same key before.
            if not upload.received.total:
                with contextlib.suppress(BigUploadError):
                    await self.service.abort(upload.id)
            raise
        self.set_status(201)
        self.set_header("Location", url_path_join(self.base_url, "api/bigupload/uploads", upload.id))
        self.finish(answer)


class UploadHandler(ServiceHandler):
    """One upload."""

    @web.authenticated
    @authorized(action="read", resource=RESOURCE)
    async def get(self, upload_id: str) -> None:
        """Describe it."""
        self.finish(as_whole(await self.service.status(upload_id), self.service))

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def delete(self, upload_id: str) -> None:
        """Abort it: nothing is left of it."""
        await self.service.abort(upload_id)
        self.set_status(204)
        self.finish()


class CompleteHandler(ServiceHandler):
    """The end of one upload."""

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def post(self, upload_id: str) -> None:
        """Give the file its name."""
        fields = self.read_json()
        on_conflict = field(fields, "on_conflict", str, "")
        upload = await self.service.complete(
            upload_id,
            parse_on_conflict(on_conflict) if on_conflict else None,
            composite=field(fields, "composite", str, "") or None,
            digests=parts(fields, "digests"),
            size=count(fields, "size") if "size" in fields else None,
        )
        self.finish({**as_whole(upload, self.service), "composite": upload.parts.composite()})


def as_json(upload: Upload, service: UploadService) -> dict[str, Any]:
    """Return the upload as docs/wire.md shows it."""
    expires = service.expiry.expires(upload)
    limits, writer = service.limits, service.writer
    part_size = writer.part_size(upload)
    return {
        "id": upload.id,
        "state": upload.state.value,
        "received": [list(r) for r in upload.received],
        "received_bytes": upload.received.total,
        "destination": upload.destination,
        "path": upload.path,
        "name": upload.name,
        "size": upload.size,
        "last_modified": upload.last_modified,
        "on_conflict": upload.on_conflict.value,
        "digest": upload.digest,
        # A chunk that is a part needs no gathering on this server's disk, however large parts have to be.
        "chunk_size": max(limits.chunk_size, part_size or 0),
        # Whoever allows no large chunks has a reason for it, which holds for whole files all the more.
        "block_size": writer.block_size(upload) if limits.chunk_size >= Limits.chunk_size else None,
        "parallel": limits.parallel,
        "part_size": part_size,
        "direct": service.direct.serves(upload.destination),
        "created": as_iso(upload.created),
        "updated": as_iso(upload.updated),
        "expires": None if expires is None else as_iso(expires),
        "error": None
        if upload.failure is None
        else {"message": upload.failure.message, "reason": upload.failure.reason},
    }


def as_whole(upload: Upload, service: UploadService) -> dict[str, Any]:
    """Return the upload with its parts."""
    return {
        **as_json(upload, service),
        "parts": [[part.start, part.end, str(part.digest)] for part in upload.parts],
        "unconfirmed": [[part.start, part.end] for part in upload.parts.unconfirmed()],
    }


def as_receipt(upload: Upload, start: int, end: int) -> dict[str, Any]:
    """Return what answers the chunk `[start, end)`: the ranges that it is in, whatever else is there."""
    return {
        "id": upload.id,
        "state": upload.state.value,
        "received": [list(r) for r in upload.received.touching(start, end)],
        "received_bytes": upload.received.total,
    }


def parse_on_conflict(value: str) -> OnConflict:
    """Return what `value` names.

    Raises
    ------
    Malformed
        When it names nothing.
    """
    try:
        return OnConflict(value)
    except ValueError:
        names = ", ".join(repr(policy.value) for policy in OnConflict)
        raise Malformed(f"on_conflict is one of {names}, not {value!r}.") from None


def _id_of(key: str) -> str:
    """Return the upload id that stands for an `Idempotency-Key`."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]
