"""The contract of `stores.many.ManyFiles`, as tests that every store must pass that has it.

To be used as `StoreSuite` is, with the same fixtures.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Sequence

import pytest

from ..digests import Digest
from ..errors import DigestMismatch, Exists, LengthMismatch, Refused
from ..stores.base import OnConflict
from ..stores.many import Batching, Found, Kind, KnownFile, Outcome, SmallFile
from .store_inputs import StoredFiles, digest_of, pieces, target

_FAIL = OnConflict.FAIL


def small(path: str, data: bytes, on_conflict: OnConflict = _FAIL, digest: Digest | None = None) -> SmallFile:
    """Return a file of a batch; `digest` is its own unless given."""
    return SmallFile(target(path, len(data), on_conflict), digest or digest_of(data, "xxh3-128"))


def known(path: str, data: bytes, algorithm: str = "xxh3-128") -> KnownFile:
    """Return a file as a client knows it."""
    return KnownFile(path, len(data), digest_of(data, algorithm))


async def write(store: Batching, *files: tuple[SmallFile, bytes]) -> Sequence[Outcome]:
    """Write files as one batch, in pieces that end anywhere."""
    outcomes: list[Outcome] = []
    body = pieces(b"".join(data for _, data in files), length=1000)
    await _collect(store, [file for file, _ in files], body, outcomes)
    return outcomes


async def write_all(
    store: Batching, files: dict[str, bytes], on_conflict: OnConflict = _FAIL
) -> list[Outcome]:
    """Write files by their paths."""
    return list(await write(store, *((small(path, data, on_conflict), data) for path, data in files.items())))


class ManySuite:
    """What holds for every store that takes many files at once."""

    async def test_a_tree_arrives(self, store: Batching, stored: StoredFiles) -> None:
        """With odd names, empty files, and files longer than a piece."""
        files = {
            **{f"d{number % 5}/e/f{number}": secrets.token_bytes(number * 97) for number in range(60)},
            "empty": b"",
            "\u00e9 \u00f1/%2F #?&+'()/\U0001f600.txt": b"odd",
            "deep/" * 30 + "file": b"deep",
        }
        outcomes = await write_all(store, files)
        assert [outcome.error for outcome in outcomes] == [None] * len(files)
        assert [outcome.stored.path for outcome in outcomes if outcome.stored] == list(files)
        assert not any(outcome.identical for outcome in outcomes)
        assert stored.names() == set(files)
        assert {path: stored.read(path) for path in files} == files
        assert not stored.leftovers()

    async def test_an_empty_batch(self, store: Batching, stored: StoredFiles) -> None:
        """It is none the worse for that."""
        assert await write(store) == []
        assert stored.names() == set()

    async def test_conflicts(self, store: Batching, stored: StoredFiles) -> None:
        """As its policy says, for each file."""
        stored.put("file.bin", b"mine")
        new = b"new bytes"
        (fails,) = await write(store, (small("file.bin", new), new))
        assert isinstance(fails.error, Exists)
        assert (fails.error.details["path"], fails.error.details["size"]) == ("file.bin", 4)
        (renamed,) = await write(store, (small("file.bin", new, OnConflict.RENAME), new))
        assert renamed.stored
        assert renamed.stored.path == "file (1).bin"
        assert (stored.read("file.bin"), stored.read("file (1).bin")) == (b"mine", new)
        (replaced,) = await write(store, (small("file.bin", new, OnConflict.REPLACE), new))
        assert replaced.stored
        assert stored.read("file.bin") == new
        assert stored.names() == {"file.bin", "file (1).bin"}
        assert not stored.leftovers()

    @pytest.mark.parametrize("policy", [OnConflict.FAIL, OnConflict.RENAME])
    async def test_a_batch_whose_answer_was_lost(
        self, store: Batching, stored: StoredFiles, policy: OnConflict
    ) -> None:
        """Sent again, it finds its files, and writes none."""
        files = {f"a/{number}": secrets.token_bytes(5_000) for number in range(10)}
        await write_all(store, files, policy)
        outcomes = await write_all(store, files, policy)
        assert [outcome.stored and outcome.stored.path for outcome in outcomes] == list(files)
        assert all(outcome.identical for outcome in outcomes)
        assert stored.names() == set(files)

    async def test_what_can_not_be_had_harms_no_other(self, store: Batching, stored: StoredFiles) -> None:
        """Refused before, or with other bytes than were stated."""
        refused = SmallFile(target("refused", 3), None, Refused("no"))
        changed = small("changed", b"changed", digest=digest_of(b"other", "xxh3-128"))
        first, no, other, last = await write(
            store,
            (small("first", b"1"), b"1"),
            (refused, b"333"),
            (changed, b"changed"),
            (small("last", b"4" * 3000), b"4" * 3000),
        )
        assert first.stored
        assert last.stored
        assert no.error is refused.refused
        assert isinstance(other.error, DigestMismatch)
        assert stored.names() == {"first", "last"}
        assert not stored.leftovers()

    async def test_a_body_that_breaks_off(self, store: Batching, stored: StoredFiles) -> None:
        """Files that came whole are there, and told of first."""
        files = {f"{number}": bytes([number]) * 4_000 for number in range(6)}
        outcomes: list[Outcome] = []
        body = _breaking(b"".join(files.values())[:14_000])
        with pytest.raises(LengthMismatch):
            await _collect(store, [small(path, data) for path, data in files.items()], body, outcomes)
        assert [bool(outcome.stored) for outcome in outcomes] == [True] * 3
        assert stored.names() == {"0", "1", "2"}
        assert not stored.leftovers()

    async def test_one_name_twice_at_once(self, store: Batching, stored: StoredFiles) -> None:
        """One of them gets it."""
        one, other = await write(store, (small("name", b"one"), b"one"), (small("name", b"other"), b"other"))
        assert bool(one.stored) != bool(other.stored)
        assert isinstance(one.error or other.error, Exists)
        assert stored.read("name") == (b"one" if one.stored else b"other")

    async def test_what_is_there_is_found(self, store: Batching, stored: StoredFiles) -> None:
        """By size, and by any digest with which it was sent."""
        await write_all(store, {"a/same": b"same", "a/other": b"othe", "b/longer": b"longer"})
        asked = [
            known("a/same", b"same"),
            known("a/other", b"OTHE"),
            known("b/longer", b"long"),
            known("b/free", b"free"),
            KnownFile("a/same", 4),
            known("", b""),
        ]
        for files in (asked, [*asked, *(known(f"c/{number}", b"") for number in range(200))]):
            found = {one.index: one for one in await store.many.find(files, most_read=2**20)}
            assert found.keys() == {0, 1, 2, 4}
            assert {one.kind for one in found.values()} == {Kind.FILE}
            assert [found[index].size for index in (0, 1, 2, 4)] == [4, 4, 6, 4]
            assert [found[index].identical for index in (0, 1, 2, 4)] == [True, False, None, None]
            assert all(isinstance(one.modified, float) for one in found.values())

    async def test_where_nothing_is(self, store: Batching) -> None:
        """Not even a folder."""
        files = [known(f"no/where/{number}", b"x") for number in range(100)]
        nothing: Sequence[Found] = await store.many.find(files, most_read=2**20)
        assert list(nothing) == []

    async def test_what_arrived_is_taken_back(self, store: Batching, stored: StoredFiles) -> None:
        """And nothing else."""
        files = {f"a/{number}": bytes([number]) for number in range(5)}
        await write_all(store, files)
        stored.put("a/3", b"changed")
        stored.put("a/4", b"X")
        asked = [*(known(path, data) for path, data in files.items()), known("a/none", b"")]
        removed = await store.many.remove(asked, ["a"], key=secrets.token_hex(8), most_read=2**20)
        assert list(removed.files) == [0, 1, 2]
        assert [(index, type(error)) for index, error in removed.kept] == [(3, Exists), (4, Exists)]
        assert stored.names() == {"a/3", "a/4"}
        assert not stored.leftovers()


async def _collect(
    store: Batching, files: Sequence[SmallFile], body: AsyncIterator[bytes], outcomes: list[Outcome]
) -> None:
    async for some in store.many.write(files, body):
        outcomes += some


async def _breaking(data: bytes) -> AsyncIterator[bytes]:
    async for piece in pieces(data, length=1000):
        yield piece
    raise LengthMismatch("broke off")
