"""Some wrong bits of each sort; `python -m tests.faults.flips` injects a thousand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .flips import Found, in_the_page, on_the_disk_before_the_end, on_the_disk_over_a_reboot, on_the_way


@pytest.mark.parametrize("run", [on_the_way, on_the_disk_over_a_reboot, on_the_disk_before_the_end])
def test_every_wrong_bit_is_found(run: Callable[..., Found]) -> None:
    found = run(20, seed=1)
    assert found.injected >= 20
    assert found.is_good, found


# Of the storms, one is of wrong bits too, which is the same but for its number.
@pytest.mark.long
async def test_every_wrong_bit_in_what_the_page_sends_is_found() -> None:
    found = await in_the_page(5, seed=1)
    assert found.injected >= 5
    assert found.is_good, found
