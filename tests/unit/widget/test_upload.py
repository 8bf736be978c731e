from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from jupyter_bigupload.widget import BigUpload, File

_STATES_OF_BUSY = {"queued": True, "paused": True, "unfinished": False, "failed": False, "done": False}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(key: str, name: str = "a.csv", **more: Any) -> dict[str, Any]:
    file = {
        "key": key,
        "name": name,
        "destination": "home",
        "path": f"data/{name}",
        "url": None,
        "size": 10,
        "last_modified": 1,
        "state": "uploading",
        "received": 5,
        "error": None,
        "upload_id": None,
    }
    return file | more


class Page:
    """What a page says to a widget, and what it is answered."""

    def __init__(self, widget: BigUpload, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers: list[Any] = []
        self._widget = widget
        monkeypatch.setattr(widget, "send", self.answers.append)

    def tell(self, *files: object) -> None:
        self._say({"type": "files", "number": 7, "files": list(files)})

    def remove(self, *keys: str) -> None:
        self._say({"type": "remove", "keys": list(keys)})

    def _say(self, message: dict[str, Any]) -> None:
        self._widget._msg_callbacks(self._widget, message, [])  # noqa: SLF001  # as a comm does


@pytest.fixture
def widget(root: Path) -> BigUpload:
    return BigUpload(to="data/", root=root)


@pytest.fixture
def page(widget: BigUpload, monkeypatch: pytest.MonkeyPatch) -> Page:
    return Page(widget, monkeypatch)


def test_the_folder_is_made(root: Path, widget: BigUpload) -> None:
    assert (root / "data").is_dir()
    assert widget.place == {"destination": "home", "folder": "data", "title": "data/"}


def test_nothing_is_made_for_a_bucket(root: Path) -> None:
    assert BigUpload(to="lake:raw", root=root).place["destination"] == "lake"
    assert list(root.iterdir()) == []


def test_files_come_with_their_paths(root: Path, widget: BigUpload, page: Page) -> None:
    page.tell(told("1"), told("2", destination="lake", url="s3://b/data/a.csv", state="done"))
    first, second = widget.files
    assert (first.path, first.name, first.size, first.received) == (str(root / "data/a.csv"), "a.csv", 10, 5)
    assert second.path == "s3://b/data/a.csv"
    assert widget.value == ("s3://b/data/a.csv",)
    assert page.answers == [{"type": "received", "number": 7}]
    page.tell(told("1", state="done"))
    assert list(widget.value) == [str(root / "data/a.csv"), "s3://b/data/a.csv"]


def test_without_a_root_paths_are_the_server_s(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JUPYTER_SERVER_ROOT", "JPY_PARENT_PID"):
        monkeypatch.delenv(name, raising=False)
    widget = BigUpload(to="data")
    Page(widget, monkeypatch).tell(told("1", state="done"))
    assert widget.value == ("data/a.csv",)


@pytest.mark.parametrize(("state", "is_busy"), _STATES_OF_BUSY.items())
def test_it_is_busy_while_something_goes_on(
    widget: BigUpload, page: Page, state: str, *, is_busy: bool
) -> None:
    page.tell(told("1", state=state, error={"reason": "network", "message": "No."}))
    assert widget.busy is is_busy
    assert widget.files[0].error == "No."


def test_changes_can_be_observed_and_are_told_once(widget: BigUpload, page: Page) -> None:
    values: list[tuple[str, ...]] = []
    widget.observe(lambda change: values.append(change["new"]), "value")
    called: list[File] = []
    widget.on_upload(called.append)
    page.tell(told("1"))
    page.tell(told("1", state="done"), told("2", "b.csv"))
    page.tell(told("1", state="done"))
    assert [file.name for file in called] == ["a.csv"]
    assert len(values) == 1
    widget.on_upload(called.append, remove=True)
    page.tell(told("2", "b.csv", state="done"))
    assert len(called) == 1


def test_a_name_is_listed_once(widget: BigUpload, page: Page) -> None:
    page.tell(told("1", state="done"), told("2"))
    assert len(widget.files) == 2
    page.tell(told("2", state="done"))
    assert [file.key for file in widget.files] == ["2"]
    page.remove("2", "never there")
    assert [*widget.files, *widget.value] == []


@pytest.mark.parametrize(
    "wrong", [{}, "a", None, told("1", state="gone"), told("1", size="1"), told("1", path=None)]
)
def test_what_is_no_file_changes_nothing(widget: BigUpload, page: Page, wrong: object) -> None:
    page.tell(told("1"))
    page.tell(wrong)
    assert [file.key for file in widget.files] == ["1"]


def test_pages_get_the_files_and_cannot_set_them(widget: BigUpload, page: Page) -> None:
    page.tell(told("1"))
    assert widget.get_state(["files"]) == {"files": [told("1")]}
    widget.set_state({"files": []})
    assert len(widget.files) == 1


def test_without_anywidget_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("jupyter_bigupload.widget")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(ImportError, match=r"pip install 'jupyter_bigupload\[widget\]'"):
        import jupyter_bigupload.widget  # noqa: F401, PLC0415
