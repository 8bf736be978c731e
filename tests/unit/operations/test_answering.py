"""The process that answers questions: started when it is asked, and nobody is lost with it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jupyter_bigupload.destinations import DestinationSetup
from jupyter_bigupload.errors import Malformed, ProcessFailed, TooSlow
from jupyter_bigupload.operations.answering import Answering
from jupyter_bigupload.uploads import Limits, UploadSetup

QUESTION = "what is the meaning of all this"


def _answering(tmp_path: Path, *, timeout: float = 60.0) -> Answering:
    home = tmp_path / "home"
    home.mkdir()
    records = tmp_path / "records"
    setup = DestinationSetup(
        root=str(home),
        no_root="",
        spool=str(records / "spool"),
        min_free_space=0,
        configured=[],
        scratch_url="",
        user="",
        personal_folder=None,
        hint_above=0,
    )
    uploads = UploadSetup(records=str(records), stalled_after=10.0, limits=Limits())
    orders = {"destinations": setup.as_json(), "uploads": uploads.as_json(), "memory": 2**30}
    return Answering(orders, records / "answering.log", timeout=timeout)


@pytest.fixture
async def answering(tmp_path: Path) -> AsyncIterator[Answering]:
    found = _answering(tmp_path)
    yield found
    await found.close()


async def test_a_refusal_is_the_error_that_it_was(answering: Answering) -> None:
    with pytest.raises(Malformed, match="meaning"):
        await answering.ask(QUESTION, {})


async def test_many_at_once_get_their_own_answers(answering: Answering) -> None:
    questions = [answering.ask(f"question {number}", {}) for number in range(20)]

    answers = await asyncio.gather(*questions, return_exceptions=True)

    assert all(isinstance(one, Malformed) for one in answers)
    assert [f"'question {number}'" in str(one) for number, one in enumerate(answers)] == [True] * 20


async def test_one_process_answers_all(answering: Answering) -> None:
    pids = set()
    for _ in range(2):
        with pytest.raises(Malformed):
            await answering.ask(QUESTION, {})
        pids.add(answering.pid)

    assert len(pids) == 1


async def test_a_process_that_was_killed_is_replaced(answering: Answering) -> None:
    with pytest.raises(Malformed):
        await answering.ask(QUESTION, {})
    first = answering.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)  # so that it does not answer first
    asked = asyncio.ensure_future(answering.ask(QUESTION, {}))
    await asyncio.sleep(0)
    os.kill(first, signal.SIGKILL)
    with pytest.raises(ProcessFailed):
        await asked

    with pytest.raises(Malformed):
        await answering.ask(QUESTION, {})
    assert answering.pid != first


async def test_what_takes_too_long_is_ended(tmp_path: Path) -> None:
    answering = _answering(tmp_path, timeout=20.0)
    try:
        with pytest.raises(Malformed):
            await answering.ask(QUESTION, {})
        assert answering.pid is not None
        os.kill(answering.pid, signal.SIGSTOP)
        answering.timeout = 0.01
        with pytest.raises(TooSlow):
            await answering.ask(QUESTION, {})
        answering.timeout = 60.0
        with pytest.raises(Malformed):
            await answering.ask(QUESTION, {})
    finally:
        await answering.close()


async def test_it_ends_with_the_server(tmp_path: Path) -> None:
    answering = _answering(tmp_path)
    with pytest.raises(Malformed):
        await answering.ask(QUESTION, {})
    pid = answering.pid
    assert pid is not None

    await answering.close()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
