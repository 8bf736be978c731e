"""Which tests run when: quickly after each change, before one is merged, and now and then all of them.

`--tier` says which (CONTRIBUTING.md has them in words). Nothing is listed here but what takes longest.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from hypothesis import settings

_HERE = Path(__file__).parent

QUICK, DEFAULT, ALL = TIERS = ("quick", "default", "all")

#: The two applications that the page is in, by where they are on the server.
APPLICATIONS = ("tree", "lab")

#: Whoever uses one of these starts a program of somebody else's.
_SERVICES = frozenset({"azurite", "object_stores", "playwright", "rclone", "seaweedfs"})

#: Where the quick tests of `tests/` are: the rest needs those, or libraries that take long to load, or time.
_QUICK = (
    "cli/test_tally.py",
    "cli/test_words.py",
    "contract/local/test_local_store.py",
    "contract/local/test_open_files.py",
    "contract/local/test_placement.py",
    "http/test_disks.py",
    "http/test_integrity.py",
    "http/test_jupyter.py",
    "http/test_names.py",
    "http/test_opening.py",
    "http/test_plain.py",
    "http/test_settings.py",
    "http/test_uploads.py",
    "model",
    "test_codebase.py",
    "unit",
)

#: How many examples hypothesis draws, in each tier, of those that a test asks for. They are the same in
#: each run: what many find, they find the first time.
_SHARES = {QUICK: 0.25, DEFAULT: 0.5, ALL: 10}

#: Of `tests/`, what takes longest, which the processes had better begin with: each takes the next file.
_LONGEST_FIRST = (
    "other_browsers/",
    "faults/test_kills_notice.py",
    "faults/test_storm.py",
    "model/",
    "browser/buckets/",
    "browser/",
    "faults/",
    "contract/",
)

for tier in TIERS:
    # The same examples in every run: a failure is one that the next person sees too.
    settings.register_profile(
        tier,
        derandomize=True,
        deadline=None,
        database=None,
        max_examples=round(100 * _SHARES[tier]),
    )


def examples(count: int) -> int:
    """Return how many examples a test draws in this tier that usually draws `count`."""
    return round(count * _SHARES[settings.get_current_profile_name()])


def takes_all() -> bool:
    """Return whether this is the largest tier."""
    return settings.get_current_profile_name() == ALL


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--tier", choices=TIERS, default=DEFAULT, help="how much to run (see CONTRIBUTING.md)")
    parser.addoption("--traces", action="store_true", help="keep Playwright's traces of tests that fail")


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile(_tier_of(config))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test of the page in one application, unless it names more; in the largest tier in both."""
    if "application" not in metafunc.fixturenames:
        return
    named = metafunc.definition.get_closest_marker("applications")
    chosen = named.args if named else APPLICATIONS[:1]
    metafunc.parametrize("application", APPLICATIONS if takes_all() else chosen)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import files of which a quick run takes nothing."""
    if _tier_of(config) != QUICK or not collection_path.is_relative_to(_HERE):
        return None
    quick = [_HERE / path for path in _QUICK]
    within = any(
        collection_path.is_relative_to(path) or path.is_relative_to(collection_path) for path in quick
    )
    return None if within else True


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what belongs to a larger tier, and begin with what takes long."""
    chosen: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        (chosen if _smallest_tier(item) <= TIERS.index(_tier_of(config)) else left_out).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
    items[:] = sorted(chosen, key=_place)


def _tier_of(config: pytest.Config) -> str:
    return cast("str", config.getoption("--tier"))


def _smallest_tier(item: pytest.Item) -> int:
    """Return the index of the first tier that has a test."""
    if item.get_closest_marker("long"):
        return TIERS.index(ALL)
    needs_service = item.get_closest_marker("services") or not _SERVICES.isdisjoint(
        getattr(item, "fixturenames", ())
    )
    return TIERS.index(DEFAULT if needs_service else QUICK)


def _place(item: pytest.Item) -> int:
    """Return where in the order the test's file stands."""
    starts = [*_LONGEST_FIRST, ""]
    return next(place for place, start in enumerate(starts) if item.nodeid.startswith(f"tests/{start}"))
