"""Tests of the codebase itself: what must stay together although no compiler sees it."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tornado.web import RequestHandler

import jupyter_bigupload
from jupyter_bigupload import errors, uploads
from jupyter_bigupload.http.routes import ROUTES
from tests.support.settings import own_settings

REPOSITORY = Path(__file__).parent.parent
DOCS = REPOSITORY / "docs"


def error_classes() -> Iterator[type[errors.BigUploadError]]:
    for _, value in inspect.getmembers(errors, inspect.isclass):
        if issubclass(value, errors.BigUploadError) and value is not errors.BigUploadError:
            yield value


def documented_errors() -> set[tuple[str, int, bool]]:
    """Reason, status and whether a retry can help, from the table of docs/wire.md."""
    table = (DOCS / "wire.md").read_text().partition("| reason | status |")[2]
    rows = re.findall(r"^\| `(\w+)`[^|]*\| ([0-9 /]+) \| (yes|no) \|", table, re.MULTILINE)
    return {
        (reason, int(status), retryable == "yes")
        for reason, statuses, retryable in rows
        for status in statuses.split("/")
    }


def test_every_error_is_documented() -> None:
    raised = {(error.reason, error.status, error.retryable) for error in error_classes()}
    assert raised == documented_errors()


def test_every_setting_is_documented() -> None:
    table = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", (DOCS / "settings.md").read_text(), re.MULTILINE)
    own = own_settings()
    assert {name for name, _ in table} == set(own)
    for name, cell in table:
        default = own[name].default()
        documented = cell.strip() if isinstance(default, list) else cell.split()[0].strip('`"')
        number = isinstance(default, int | float) and not isinstance(default, bool)
        assert documented == (f"{default:.0f}" if number else str(default)), name
        assert own[name].help


@pytest.mark.parametrize(("pattern", "handler"), ROUTES)
def test_every_verb_asks_who_is_there(pattern: str, handler: type[RequestHandler]) -> None:
    """Beside `prepare()`: jupyter_server warns about a verb without an authentication rule."""
    for verb in ("get", "head", "post", "put", "patch", "delete"):
        method = getattr(handler, verb)
        if method is not getattr(RequestHandler, verb):
            source = inspect.getsource(inspect.unwrap(method))
            assert "@web.authenticated\n    @authorized(action=" in source, f"{pattern} {verb}"


def test_exports_are_sorted() -> None:
    for package in (jupyter_bigupload, uploads):
        names = package.__all__
        assert names == sorted(names, key=lambda name: (name[0].islower(), name))
        assert all(hasattr(package, name) for name in names)


def sources() -> list[Path]:
    python = (REPOSITORY / "jupyter_bigupload").rglob("*.py")
    typescript = (REPOSITORY / "labextension" / "src").rglob("*.ts*")
    return [*python, *typescript]


def test_modules_are_small() -> None:
    long = {str(path): count for path in sources() if (count := len(path.read_text().splitlines())) > 330}
    assert long == {}


def test_arguments_of_a_query_are_read_in_one_place() -> None:
    """tornado's own change what they read: control characters, and blanks at the ends."""
    altering = re.compile(r"\bself\.(get_\w*arguments?|request\.(\w+_)?arguments)\b")
    assert [str(path) for path in sources() if altering.search(path.read_text())] == []


def test_nothing_is_left_unfinished() -> None:
    marks = re.compile(
        r"\b(TODO|FIXME|XXX|raise NotImplementedError)\b|# type: ignore\s*$|# noqa\s*$|@ts-ignore",
        re.MULTILINE,
    )
    assert [str(path) for path in sources() if marks.search(path.read_text())] == []


def test_the_readme_is_true_about_commands() -> None:
    readme = (REPOSITORY / "README.md").read_text()
    assert "bash tests/run.sh" in readme
    assert "tests/run.sh" in (REPOSITORY / ".ci" / "run").read_text()
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", readme):
        assert (REPOSITORY / link).exists(), link


def test_a_test_of_one_module_waits_for_no_library_of_a_store() -> None:
    slow = {"azure", "boto3", "botocore", "jupyter_server", "pandas", "playwright", "zarr"}
    code = "import sys, tests.conftest, tests.unit.uploads.test_ranges; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, check=True)
    assert slow.isdisjoint(loaded.stdout.decode().split())
