from __future__ import annotations

import re
from pathlib import Path

import pytest

from jupyter_bigupload.widget import BigUpload

from .test_upload import Page, told

_TEXT = (Path(__file__).parents[3] / "docs" / "widget.md").read_text("utf-8")
_BLOCKS = re.findall(r"^```python\n(.*?)^```$", _TEXT, re.DOTALL | re.MULTILINE)


def test_the_example(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JUPYTER_SERVER_ROOT", str(tmp_path))
    shown: dict[str, object] = {}
    for block in _BLOCKS:
        exec(compile(block, "docs/widget.md", "exec"), shown)  # noqa: S102  # the example
    widget = shown["upload"]
    assert isinstance(widget, BigUpload)
    Page(widget, monkeypatch).tell(told("1", state="done"))
    assert capsys.readouterr().out == f"{tmp_path / 'data/a.csv'} 10\n"


@pytest.mark.parametrize("name", ["multiple", "accept", "description", "disabled", "value", "files", "busy"])
def test_every_trait_is_described(name: str) -> None:
    assert re.search(rf"^\| `{name}[`=]", _TEXT, re.MULTILINE)
    assert BigUpload.class_traits()[name]
