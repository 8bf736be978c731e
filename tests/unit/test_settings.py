"""Every number that an administrator may set has bounds, is documented with them, and is refused in words."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pytest
from traitlets import Float, Int, TraitError
from traitlets.config import Config

from jupyter_bigupload.extension import BigUpload
from jupyter_bigupload.settings import Seconds, WholeNumber

SETTINGS = Path(__file__).parent.parent.parent / "docs" / "settings.md"
NUMBERS = {
    name: trait
    for name, trait in BigUpload.class_own_traits(config=True).items()
    if isinstance(trait, Int | Float)
}


def refusal(name: str, value: Any) -> str:
    with pytest.raises(TraitError) as raised:
        setattr(BigUpload(), name, value)
    return str(raised.value)


@pytest.mark.parametrize("name", NUMBERS)
class TestEachNumber:
    def test_it_has_bounds_that_a_page_can_count_to(self, name: str) -> None:
        trait = NUMBERS[name]
        assert isinstance(trait, WholeNumber | Seconds)
        assert 0 <= trait.min < trait.max <= 2**53 - 1
        for value in (trait.min, trait.max):
            app = BigUpload(**{name: value})
            assert getattr(app, name) == value

    def test_its_bounds_are_documented(self, name: str) -> None:
        row = re.search(
            rf"^\| `{name}` \| [^|]+ \| (\d+) to (\d+) \|", SETTINGS.read_text("utf-8"), re.MULTILINE
        )
        assert row is not None
        assert (int(row[1]), int(row[2])) == (NUMBERS[name].min, NUMBERS[name].max)

    @pytest.mark.parametrize(
        "value",
        [-1, math.inf, -math.inf, math.nan, 1e300, 2**53, 2**63, "7 days", "5", None, True, [1], {}],
        ids=repr,
    )
    def test_what_is_refused_and_in_which_words(self, name: str, value: object) -> None:
        message = refusal(name, value)
        assert message.startswith(f"BigUpload.{name} can't be {value}: write ")
        assert f"from {NUMBERS[name].min:.0f} to {NUMBERS[name].max:.0f}" in message

    @pytest.mark.parametrize("value", ["inf", "nan", "-1", "1e+300", "many", ""])
    def test_the_command_line_too(self, name: str, value: str) -> None:
        app = BigUpload()
        app.parse_command_line([f"--BigUpload.{name}={value}"])
        assert getattr(app, name) == NUMBERS[name].default()
        with pytest.raises(Exception, match=rf"BigUpload\.{name} can't be {re.escape(value)}.*: write "):
            app.initialize()

    def test_a_whole_number_has_no_fraction(self, name: str) -> None:
        if isinstance(NUMBERS[name], WholeNumber):
            assert "a whole number of" in refusal(name, 2.0**20 + 0.5)


def test_what_0_stands_for_is_said_where_it_is_no_number_like_the_others() -> None:
    assert refusal("expire_after", math.inf).endswith("from 0 to 3155760000, 0 for never.")
    assert refusal("max_upload_size", -1).endswith(", 0 for no limit.")


def test_the_first_mistake_is_named_whatever_else_is_right() -> None:
    app = BigUpload()
    app.update_config(Config({"BigUpload": {"parallel": 0}}))
    app.update_config(Config({"BigUpload": {"chunk_size": 2**20}}))
    with pytest.raises(Exception, match=r"BigUpload\.parallel can't be 0"):
        app.initialize()
