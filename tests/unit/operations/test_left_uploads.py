"""What becomes of a file that a worker was saving when it died."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from jupyter_bigupload.operations.job import Limits
from jupyter_bigupload.operations.model import NewOperation, State, Worker
from jupyter_bigupload.operations.records import OperationRecords
from jupyter_bigupload.operations.saving import FileSaver, NewFile
from jupyter_bigupload.operations.supervisor import Supervisor
from jupyter_bigupload.stores.base import OnConflict
from jupyter_bigupload.stores.local import LocalStore
from tests.support.services import repository_of, service_of

_NOW = 1_000_000.0


class Dead:
    """An operation whose worker is dead, and what it left."""

    def __init__(self, folder: Path, facts: dict[str, Any] | None) -> None:
        root = folder / "root"
        root.mkdir()
        self.root = root
        self.id = secrets.token_hex(16)
        self.records = OperationRecords(folder / "operations")
        repository = repository_of({"home": LocalStore(root)}, folder / "uploads")
        self.uploads = service_of(repository, folder / "uploads")
        self.supervisor = Supervisor(
            self.records, self._start, repository.load_any_now, root=root, most=1, limits=Limits()
        )
        self.records.create(self.id, NewOperation("copy", "home", "a"), _NOW)
        self.records.claim(self.id, Worker("another boot", 1, "1", _NOW))

        def begun(uploads: Any) -> None:
            self.records.save_staging(self.id, {"uploads": uploads, "facts": facts})

        self.saver = FileSaver(self.uploads, begun, most_bytes=100)

    def _start(self, _: str) -> subprocess.Popen[bytes]:
        raise AssertionError("nothing is started twice")

    async def save(self, name: str) -> None:
        await self.saver.save(new(name), _read, lambda _: None)


def new(name: str) -> NewFile:
    return NewFile("home", name, 3, OnConflict.FAIL, ["lab", name, '"1"'])


async def _read(start: int, end: int | None) -> AsyncGenerator[bytes, None]:
    yield b"abc"[start:end]


@pytest.fixture
def facts() -> dict[str, Any] | None:
    return {"copied": 1}


@pytest.fixture
def dead(tmp_path: Path, facts: dict[str, Any] | None) -> Dead:
    return Dead(tmp_path, facts)


async def test_a_file_that_had_its_name_is_what_was_to_be_made(dead: Dead) -> None:
    await dead.save("b")
    look = dead.supervisor.look(_NOW)
    operation = dead.records.load(dead.id)
    assert operation.state is State.DONE
    made = {"destination": "home", "path": "b", "size": 3}
    assert operation.response == {"made": made, "copied": 1}
    assert look.to_abort == {}


@pytest.mark.parametrize("facts", [None])
async def test_one_of_several_is_not_all(dead: Dead) -> None:
    await dead.save("b")
    dead.supervisor.look(_NOW)
    assert dead.records.load(dead.id).state is State.FAILED
    assert (dead.root / "b").exists()


async def test_a_file_of_an_earlier_operation_is_not_taken_for_it(dead: Dead) -> None:
    await dead.save("b")
    (dead.root / "b").unlink()
    async with dead.saver.upload(new("b")):
        dead.supervisor.look(_NOW)
    assert dead.records.load(dead.id).state is State.FAILED


async def test_what_is_left_of_a_cancelled_one_goes_before_it_is_over(dead: Dead) -> None:
    dead.records.request_cancel(dead.id)
    async with dead.saver.upload(new("b")) as file:
        look = dead.supervisor.look(_NOW)
        assert look.to_abort == {dead.id: [file.id]}
        assert not dead.records.load(dead.id).state.is_over
    await dead.uploads.abort(file.id)
    dead.supervisor.aborted(dead.id)
    dead.supervisor.look(_NOW)
    assert dead.records.load(dead.id).state is State.CANCELLED
    assert list(dead.root.iterdir()) == []


@pytest.mark.parametrize("facts", [None])
async def test_small_files_that_were_just_being_written_go(dead: Dead) -> None:
    for folder in ("to/deep", "other"):
        (dead.root / folder).mkdir(parents=True)
        (dead.root / folder / f".a.{dead.id}-0-3-tag.bigupload").write_bytes(b"half")
    (dead.root / "to/.b.0123-0-tag.bigupload").write_bytes(b"of a server that lives")
    (dead.root / "to/deep/a").write_bytes(b"whole")
    (dead.root / "to/away").symlink_to(dead.root / "other")
    dead.records.save_staging(dead.id, {"uploads": [], "facts": None, "filled": "to"})
    dead.supervisor.look(_NOW)
    assert dead.records.load(dead.id).state is State.FAILED
    assert {path.name for path in (dead.root / "to").rglob("*")} == {
        "deep",
        "a",
        "away",
        ".b.0123-0-tag.bigupload",
    }
    assert len(list((dead.root / "other").iterdir())) == 1
