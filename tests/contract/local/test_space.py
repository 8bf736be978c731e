"""How much of a disk an upload may take."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from jupyter_bigupload.errors import NoSpace
from jupyter_bigupload.stores.base import OnConflict
from jupyter_bigupload.stores.local import LocalStore
from jupyter_bigupload.testing.store_suite import pieces, target
from tests.support.small_disk import small_disk


async def test_no_space_is_seen_before(small: Path) -> None:
    with pytest.raises(NoSpace) as caught:
        await LocalStore(small).begin(target("x", size=5 * 2**20))
    assert caught.value.details["needed"] == 5 * 2**20
    assert 0 < int(str(caught.value.details["available"])) <= 4 * 2**20
    assert list(small.iterdir()) == []


async def test_space_that_stays_free(small: Path) -> None:
    store = LocalStore(small, min_free_space=3 * 2**20)
    with pytest.raises(NoSpace) as caught:
        await store.begin(target("x", size=2 * 2**20))
    assert 0 < int(str(caught.value.details["available"])) <= 2**20
    handle = await store.begin(target("x"))
    await store.write_part(handle, 0, pieces(bytes(2**19)), hashlib.sha256())
    (small / "other").write_bytes(bytes(2**20))
    with pytest.raises(NoSpace) as caught:
        await store.write_part(handle, 2**19, pieces(b"one more"), hashlib.sha256())
    assert caught.value.details["available"] == 0
    # What is there already is neither begun anew nor in the way.
    (small / "other").unlink()
    await store.commit(handle, 2**19, OnConflict.FAIL)


async def test_a_disk_that_fills_up_during_a_part(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 80 * 2**20) as folder:
        store = LocalStore(folder, min_free_space=30 * 2**20)
        handle = await store.begin(target("x"))
        with pytest.raises(NoSpace):
            await store.write_part(handle, 0, pieces(bytes(78 * 2**20), length=2**20), hashlib.sha256())
        # It looks every 32 MiB: less than that of what was to stay free can be gone.
        assert (folder / str(handle["partial"])).stat().st_size <= 65 * 2**20
        await store.discard(handle)


async def test_what_was_begun_is_removed_on_a_full_disk(small: Path) -> None:
    """As the sweep does, for a server that died before it had the handle."""
    wanted = target("x")
    await LocalStore(small).begin(wanted)
    with pytest.raises(NoSpace):
        await LocalStore(small, min_free_space=5 * 2**20).begin(wanted)
    assert list(small.iterdir()) == []


async def test_no_space_is_seen_while_writing(small: Path) -> None:
    store = LocalStore(small)
    handle = await store.begin(target("x"))
    with pytest.raises(NoSpace):
        await store.write_part(handle, 0, pieces(bytes(5 * 2**20)), hashlib.sha256())
    await store.discard(handle)
    assert list(small.iterdir()) == []
