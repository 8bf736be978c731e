"""The operation: the file that a link leads to, saved in a destination."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from ...digests import Digest, Hasher
from ...errors import (
    BigUploadError,
    ChecksumMismatch,
    RemoteChanged,
    RemoteFailed,
    RemoteRefused,
    Unsupported,
)
from ...stores.base import OnConflict
from ..fetching import Fetcher, Remote, parse_checksum, require_checksum
from ..job import Job, made_file
from ..model import NewOperation
from ..saving import NewFile, abort
from .meter import Meter
from .setup import LinkSetup
from .threads import in_own_thread
from .transfer import Transfer

#: The longest wait for an answer, seconds, and the part of the time without progress that it may take.
_TIMEOUT, _SHARE = 30.0, 1 / 4
#: What a person can do.
_ADVICE: Mapping[type[BigUploadError], str] = {
    ChecksumMismatch: "Nothing of it is kept. Look whether link and checksum are of the same file.",
    RemoteChanged: "Nothing of it is kept. Start it again to fetch the file as it is now.",
    RemoteFailed: "Start it again later: it goes on from what is there, if the site lets it.",
    RemoteRefused: "If your browser gets it, download it there, and upload the file.",
}


def fetch(job: Job) -> Mapping[str, Any]:
    """Fetch what the job's parameters name, and return the operation's response.

    Raises
    ------
    Malformed
        When the link or the checksum is none.
    Unsupported
        Where nothing is fetched from links.
    ChecksumMismatch
        When the bytes are others than was said; nothing of them is kept.
    BigUploadError
        As `Fetcher` and `FileSaver.upload`. What came is kept, and who fetches the same again goes on with
        it, unless that would be of no use.
    """
    if job.links is None:
        raise Unsupported("This server fetches nothing from links.")
    meter = Meter(lambda done, total, steps: job.progress(done, total, steps=steps))
    try:
        return job.loop.run(meter.over(_Fetch(job, job.links, meter).run()))
    except tuple(_ADVICE) as error:
        raise type(error)(f"{error.message} {_ADVICE[type(error)]}", **error.details) from error


def target(new: NewOperation, name: str) -> str:
    """Return the path that a file of this name gets."""
    folder = new.path.rstrip("/")
    return f"{folder}/{name}" if folder else name


def wanted_name(new: NewOperation) -> str:
    """Return the name that somebody wants; empty for that which the site gives."""
    return str(new.parameters.get("name", "")).strip()


def wanted_checksum(parameters: Mapping[str, Any]) -> Digest | None:
    """Return the checksum that somebody gave, or None.

    Raises
    ------
    Malformed
        When it is none.
    """
    text = str(parameters.get("checksum", ""))
    return parse_checksum(text) if text.strip() else None


class _Fetch:
    """One file from one link."""

    def __init__(self, job: Job, setup: LinkSetup, meter: Meter) -> None:
        self._job = job
        self._setup = setup
        self._meter = meter
        self._fetcher = Fetcher(
            setup.rules,
            timeout=min(_TIMEOUT, job.limits.timeout * _SHARE),
            most_bytes=_most_bytes(job),
            sleep=meter.sleep,
            alive=meter.alive,
        )

    async def run(self) -> Mapping[str, Any]:
        """Fetch it, and return the operation's response."""
        expected = wanted_checksum(self._job.parameters)
        url = self._job.parameters["url"]
        remote = await in_own_thread(lambda: self._fetcher.look(url))
        expected = expected or remote.checksum
        # Nothing gets its name before it has the checksum, also in the response for a process that dies.
        facts = {
            "url": remote.link,
            "checksum": None if expected is None else _shown(expected),
            "verified": expected is not None,
        }
        return await self._save(remote, expected, facts)

    async def _save(
        self, remote: Remote, expected: Digest | None, facts: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        new = self._new_file(remote)
        starts_anew = remote.size is None or not remote.is_known_again
        if starts_anew:
            await abort(self._job.uploads, new.upload_id)
        try:
            return await self._bring(new, remote, expected, facts)
        except BigUploadError:
            if starts_anew:
                with contextlib.suppress(BigUploadError):
                    await abort(self._job.uploads, new.upload_id)
            raise

    async def _bring(
        self, new: NewFile, remote: Remote, expected: Digest | None, facts: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        self._meter.total = remote.size
        hasher = None if expected is None else Hasher(expected.algorithm)
        async with self._job.saver(facts).upload(new) as file:
            await Transfer(self._fetcher, remote, file, self._meter, hasher).run(self._setup.connections)
            if expected is not None and hasher is not None:
                require_checksum(expected, hasher.digest)
            self._meter.is_ending = True
            return made_file(await file.complete(), facts)

    def _new_file(self, remote: Remote) -> NewFile:
        new = self._job.operation.new
        return NewFile(
            new.destination,
            target(new, wanted_name(new) or remote.name),
            remote.size,
            OnConflict(self._job.parameters["on_conflict"]),
            [remote.link, remote.etag or "", remote.last_modified or ""],
        )


def _most_bytes(job: Job) -> int:
    """Return the longest file that may be saved: a site need not say how long one is."""
    limits = (job.limits.output, job.uploads.limits.max_upload_size)
    return min(limit for limit in limits if limit) if any(limits) else job.limits.output


def _shown(digest: Digest) -> str:
    return f"{digest.algorithm.replace('sha-256', 'sha256')}:{digest.value.hex()}"
