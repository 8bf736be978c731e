"""The states and errors that the page knows by name: held together with the server's by one list.

The page's own test of the list is `labextension/tests/api/serverTables.test.ts`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from jupyter_bigupload.errors import BigUploadError
from jupyter_bigupload.uploads.lifecycle import OVER, State

TABLES = json.loads(
    (Path(__file__).parents[2] / "labextension/tests/api/serverTables.json").read_text("utf-8")
)


def kinds_of(error: type[BigUploadError]) -> Iterator[type[BigUploadError]]:
    for kind in error.__subclasses__():
        yield kind
        yield from kinds_of(kind)


def test_the_page_knows_every_state_that_an_upload_is_shown_in() -> None:
    assert TABLES["states"] == [state.value for state in State if state not in OVER]


def test_the_page_knows_every_error() -> None:
    kinds = [kind for kind in kinds_of(BigUploadError) if kind.__module__ == BigUploadError.__module__]
    listed = [(error["reason"], error["status"], error["retryable"]) for error in TABLES["errors"]]
    assert listed == sorted({(kind.reason, kind.status, kind.retryable) for kind in kinds})
