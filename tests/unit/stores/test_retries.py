"""What is tried again, and what is not."""

from __future__ import annotations

import pytest

from jupyter_bigupload.errors import BigUploadError, NotFound, SlowDown
from jupyter_bigupload.stores.retries import retried


class Attempts:
    """Fails as it is told, and counts."""

    def __init__(self, *failures: BigUploadError) -> None:
        self._failures = list(failures)
        self.made = 0

    async def __call__(self) -> str:
        self.made += 1
        if self._failures:
            raise self._failures.pop(0)
        return "done"


async def test_what_passes_is_tried_again() -> None:
    attempts = Attempts(SlowDown("1"), SlowDown("2"))
    assert await retried(attempts, on=SlowDown, pauses=(0, 0)) == "done"
    assert attempts.made == 3


async def test_no_more_often_than_there_are_pauses() -> None:
    attempts = Attempts(SlowDown("1"), SlowDown("2"), SlowDown("3"))
    with pytest.raises(SlowDown, match="3"):
        await retried(attempts, on=SlowDown, pauses=(0, 0))


async def test_nothing_else_is_tried_again() -> None:
    attempts = Attempts(NotFound("gone"))
    with pytest.raises(NotFound):
        await retried(attempts, on=SlowDown, pauses=(0, 0))
    assert attempts.made == 1
