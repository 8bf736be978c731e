"""New uploads: `api/bigupload/resumable`."""

from __future__ import annotations

import contextlib
import secrets
from typing import Any

from ...errors import BigUploadError, Checking, FolderMissing, Unsupported, UnsupportedEncoding
from ...uploads import NewUpload, Upload
from ..bodies.body import ClientGone
from ..bodies.streaming import StreamingHandler
from ..naming import place_of
from ..new_folder import make_folder
from ..parsing.content_digest import parse_content_digest
from ..uploads import as_json
from .appending import DIGEST, DRAFT, END, WANTED, append, complete, stated_size
from .fields import integer, wanted_algorithm
from .handler import DraftHandler


class CreationHandler(DraftHandler):
    """Takes files: such as can be resumed, and, from clients that know nothing of that, whole ones."""

    verbs = frozenset({"POST", "PUT"})
    put = StreamingHandler.post

    async def take_body(self) -> dict[str, Any]:
        """Create an upload, store the content, and complete it if that is all."""
        completes = self.completes()
        if completes is False and self._is_empty():
            completes = True
        if self.request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise UnsupportedEncoding("Send the file's own bytes, without a Content-Encoding.")
        ends = completes is not False
        upload = self.upload = await self._create(ends=ends)
        if completes is None:
            upload = await self._take_whole(upload)
        else:
            upload = await self._begin(upload, ends=ends)
        self.describe(upload)
        self.set_header("Location", self.location(upload))
        self.set_status(201)
        return as_json(upload, self.service)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write the error; of an upload that is there, say where."""
        if self.upload is not None and self.completes() is not None:
            self.set_header("Location", self.location(self.upload))
        super().write_error(status_code, **kwargs)

    def _is_empty(self) -> bool:
        """Return whether the file has no bytes, so that nothing is left to wait for.

        tus-js-client says of an empty file that it is not complete, and then takes it for uploaded.
        """
        return integer(self.request.headers, "Upload-Length") == 0 and self.content_length() == 0

    async def _create(self, *, ends: bool) -> Upload:
        upload_id = secrets.token_hex(16)
        place = place_of(self)
        path = place.path or f"upload-{upload_id[:8]}"
        size = stated_size(self, 0, ends=ends)
        await self.place(place.destination, path)
        new = NewUpload(
            path=path,
            size=size,
            destination=place.destination,
            on_conflict=place.on_conflict,
            metadata={
                DRAFT: str(self.version.number),
                **({END: str(size)} if ends and size is not None else {}),
                **self._digests(place.destination),
            },
        )
        try:
            return await self.service.create(new, upload_id=upload_id)
        except FolderMissing:
            if not place.makes_folder:
                raise
        await make_folder(self, place.destination, path.rpartition("/")[0])
        return await self.service.create(new, upload_id=upload_id)

    def _digests(self, destination: str) -> dict[str, str]:
        """Return what is kept of digests of the whole file.

        Raises
        ------
        Malformed
            When the header is none of digests.
        Unsupported
            When the client states one, and nobody could say what the file has before it has its name.
        """
        headers = self.request.headers
        stated = parse_content_digest(headers["Repr-Digest"]) if "Repr-Digest" in headers else None
        wanted = wanted_algorithm(headers, "Want-Repr-Digest")
        if not self.service.can_read_back(destination):
            if stated is not None:
                raise Unsupported("What is there of a file can't be held against a Repr-Digest here.")
            return {}
        return {
            **({} if stated is None else {DIGEST: str(stated)}),
            **({} if wanted is None else {WANTED: wanted}),
        }

    async def _begin(self, upload: Upload, *, ends: bool) -> Upload:
        """Store the beginning of a file, or all of it, after its client was told where to go on."""
        self.announce()
        if ends or self.content_length() != 0:
            try:
                # Whoever asks for it by now has been told where it is, and is newer.
                upload = await append(self, upload, 0, ends=ends, take_over=False)
            except ClientGone:
                if not self.may_announce:  # it never learns where its bytes are
                    await self._give_up(upload)
                raise
        return await complete(self, upload) if ends else upload

    async def _take_whole(self, upload: Upload) -> Upload:
        """Store a file that comes in one request; nothing is left of it if that fails."""
        try:
            upload = await append(self, upload, 0, ends=True, take_over=False)
            while True:
                # There is nothing that its client could ask for later.
                with contextlib.suppress(Checking):
                    return await complete(self, upload)
        except BaseException:
            await self._give_up(upload)
            raise

    async def _give_up(self, upload: Upload) -> None:
        with contextlib.suppress(BigUploadError):
            await self.service.abort(upload.id)
