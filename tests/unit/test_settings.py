"""Every number that an administrator may set has bounds, is documented with them, and is refused in words."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from traitlets import Float, Int, TraitError
from traitlets.config import Config

from jupyter_bigupload.extension import BigUpload
from jupyter_bigupload.operations.links import LinkSetup
from jupyter_bigupload.settings import Seconds, WholeNumber
from tests.support.settings import own_settings

SETTINGS = Path(__file__).parent.parent.parent / "docs" / "settings.md"
NUMBERS = {name: trait for name, trait in own_settings().items() if isinstance(trait, Int | Float)}


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


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("link_allow", ["zenodo.org/records"], "neither a host nor a network: 'zenodo.org/records'"),
        ("link_allow", ["127.1"], "neither a host nor a network: '127.1'"),
        ("link_deny", ["10.0.0.1/8"], "neither a host nor a network: '10.0.0.1/8'"),
        ("link_schemes", ["ftp"], "write https, http, or both"),
        ("link_schemes", [], "write https, http, or both"),
        ("link_ports", [0], "write numbers from 1 to 65535"),
        ("link_ports", [65536], "write numbers from 1 to 65535"),
    ],
)
def test_where_links_may_lead(name: str, value: list[Any], words: str) -> None:
    message = refusal(name, value)
    assert message.startswith(f"BigUpload.{name} can't be {value}: ")
    assert words in message


def test_a_mistake_in_them_keeps_the_server_from_fetching_by_other_rules() -> None:
    app = BigUpload()
    app.update_config(Config({"BigUpload": {"link_deny": ["not a host"]}}))
    with pytest.raises(Exception, match=r"BigUpload\.link_deny can't be \['not a host'\]"):
        app.initialize()


def test_links_as_plain_values() -> None:
    app = BigUpload(link_allow=["*.example.org", "10.2.0.0/16"], link_ports=[], link_redirects=3)
    setup = app.link_setup()
    assert setup is not None
    again = LinkSetup(**json.loads(json.dumps(setup.as_json())))
    assert again == setup
    assert (again.rules.allow, again.rules.ports) == (["*.example.org", "10.2.0.0/16"], None)
    assert again.rules.most_redirects == 3
    assert BigUpload(links=False).link_setup() is None
