"""The contract of `stores.signing.FileSigner`, as tests that every store must pass that has it.

To be used as `StoreSuite` is, with the same fixtures.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

from ..digests import Digest
from ..errors import DigestMissing, Exists, Incomplete, InvalidName, Refused, TooLarge
from ..stores.base import OnConflict
from ..stores.many import Outcome, SmallFile
from ..stores.signing import SignedRequest, SigningFiles
from .store_inputs import StoredFiles, digest_of, target
from .store_many_suite import write

_FAIL = OnConflict.FAIL
_REFUSED = range(400, 500)


def stated(
    store: SigningFiles, path: str, data: bytes, on_conflict: OnConflict = _FAIL, digest: Digest | None = None
) -> SmallFile:
    """Return a file with a digest that the store verifies, its own unless given."""
    algorithm = store.capabilities.checksums[0]
    return SmallFile(target(path, len(data), on_conflict), digest or digest_of(data, algorithm))


async def send(signed: object, data: bytes) -> int:
    """Send what was signed, as somebody whom the store does not know, and return the status of the answer."""
    assert isinstance(signed, SignedRequest)  # as pytest has it
    scheme, host, path, query, _ = urlsplit(signed.url)
    connect = HTTPSConnection if scheme == "https" else HTTPConnection

    def exchange() -> int:
        with contextlib.closing(connect(host, timeout=30)) as connection:
            connection.request(signed.method, f"{path}?{query}", data, dict(signed.headers))
            return connection.getresponse().status

    return await asyncio.to_thread(exchange)


async def send_all(store: SigningFiles, files: Sequence[tuple[SmallFile, bytes]]) -> Sequence[Outcome]:
    """Sign, send and confirm; what the store alone can't do is written through it."""
    small = [file for file, _ in files]
    left = []
    for signed, (file, data) in zip(await store.file_signer.sign_files(small), files, strict=True):
        if signed is None:
            left.append((file, data))
        else:
            await send(signed, data)
    await write(store, *left)  # type: ignore[arg-type]  # what signs takes batches, too
    return await store.file_signer.confirm_files(small)


class SigningSuite:
    """What holds for every store that lets others send whole files."""

    async def test_files_are_sent_past_us(self, store: SigningFiles, stored: StoredFiles) -> None:
        """With odd names, and empty ones."""
        files = {
            **{f"d{number % 3}/e/f{number}": secrets.token_bytes(number * 97) for number in range(20)},
            "empty": b"",
            "\u00e9 \u00f1/%2F #?&+'()/\U0001f600.txt": b"odd",
        }
        outcomes = await send_all(store, [(stated(store, path, data), data) for path, data in files.items()])
        assert [outcome.error for outcome in outcomes] == [None] * len(files)
        assert [outcome.stored.path for outcome in outcomes if outcome.stored] == list(files)
        assert {path: stored.read(path) for path in files} == files
        assert stored.names() == set(files), "and nothing is left of what was tried"
        assert not stored.leftovers()

    async def test_a_taken_name_stays_what_it_is(self, store: SigningFiles, stored: StoredFiles) -> None:
        """The store refuses it, or it has to come through the server; it is replaced where that is wanted."""
        stored.put("file.bin", b"mine")
        file, new = stated(store, "file.bin", b"new bytes"), b"new bytes"
        for _ in range(2):
            (signed,) = await store.file_signer.sign_files([file])
            assert signed is None or await send(signed, new) in {409, 412}
        assert stored.read("file.bin") == b"mine"
        (outcome,) = await store.file_signer.confirm_files([file])
        assert isinstance(outcome.error, Exists)
        assert (outcome.error.details["path"], outcome.error.details["size"]) == ("file.bin", 4)

        replacing = stated(store, "file.bin", new, OnConflict.REPLACE)
        (signed,) = await store.file_signer.sign_files([replacing])
        assert await send(signed, new) in {200, 201}
        (outcome,) = await store.file_signer.confirm_files([replacing])
        assert outcome.stored
        assert not outcome.identical
        assert stored.read("file.bin") == new
        assert stored.names() == {"file.bin"}

    async def test_another_name_is_not_found_by_who_sends(self, store: SigningFiles) -> None:
        """So such a file comes through the server."""
        files = [stated(store, "free", b"x", OnConflict.RENAME), stated(store, "other", b"x")]
        signed, _ = await store.file_signer.sign_files(files)
        assert signed is None

    async def test_the_very_file_that_is_there(self, store: SigningFiles, stored: StoredFiles) -> None:
        """From another, it is identical; sent again, because the answer was lost, it is the one that came."""
        file, data = stated(store, "file", b"bytes"), b"bytes"
        for _ in range(2):
            (outcome,) = await send_all(store, [(file, data)])
            assert outcome.stored
            assert not outcome.identical
        (outcome,) = await send_all(store, [(stated(store, "file", data), data)])
        assert outcome.stored
        assert outcome.identical
        assert stored.names() == {"file"}

    async def test_other_bytes_are_not_taken(self, store: SigningFiles, stored: StoredFiles) -> None:
        """Neither as many, nor more; and what was never sent is not there."""
        files = [stated(store, path, b"bytes", OnConflict.REPLACE) for path in ("other", "longer", "none")]
        other, longer, _ = await store.file_signer.sign_files(files)
        assert await send(other, b"BYTES") in _REFUSED
        assert await send(longer, b"bytes and more") in _REFUSED
        assert stored.names() == set()
        outcomes = await store.file_signer.confirm_files(files)
        assert [type(outcome.error) for outcome in outcomes] == [Incomplete] * 3
        assert outcomes[0].error
        assert outcomes[0].error.details["missing"] == [[0, 5]]

    async def test_what_may_not_be_sent_harms_no_other(self, store: SigningFiles) -> None:
        """Each has its own reason."""
        refused = Refused("no")
        good = stated(store, "good", b"x", OnConflict.REPLACE)
        files = [
            replace(good, refused=refused),
            stated(store, "a/../b", b"x"),
            replace(good, target=target("large", 2**40, OnConflict.REPLACE)),
            replace(good, digest=None),
            replace(good, digest=digest_of(b"x", "sha-256")),
            good,
        ]
        signed = await store.file_signer.sign_files(files)
        assert signed[0] is refused
        assert [type(one) for one in signed[1:]] == [
            InvalidName,
            TooLarge,
            DigestMissing,
            DigestMissing,
            SignedRequest,
        ]
        first, second, *_ = await store.file_signer.confirm_files(files)
        assert first.error is refused
        assert isinstance(second.error, InvalidName)
