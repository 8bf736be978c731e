"""The server's tables of what stores answer, and the page's: held together by one list of answers.

The page's own test of the list is `labextension/tests/api/storeAnswers.test.ts`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

import pytest

from jupyter_bigupload.errors import BigUploadError
from jupyter_bigupload.stores.azure import errors as _azure_errors
from jupyter_bigupload.stores.bucket.web_page import is_page
from jupyter_bigupload.stores.s3 import errors as _s3_errors

ANSWERS = json.loads(
    (Path(__file__).parents[3] / "labextension/tests/api/storeAnswers.json").read_text("utf-8")
)
TABLES: Mapping[str, ModuleType] = {"s3": _s3_errors, "azure": _azure_errors}
#: What is never said of a part, or of a file that is signed: of names, of listings, of completing.
_NOT_OF_PARTS = {
    "InvalidBlockList",
    *("KeyTooLongError", "InvalidObjectName", "XMinioInvalidObjectName", "InvalidResourceName", "InvalidUri"),
    *("InvalidQueryParameterValue", "OutOfRangeInput"),
}


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: " ".join(map(str, answer.values())))
def test_the_server_says_what_the_page_says(answer: Mapping[str, object]) -> None:
    refusal: Callable[..., BigUploadError] = TABLES[str(answer["store"])].refusal
    page = is_page(str(answer.get("body", "")).encode())
    refused = refusal(answer["status"], answer.get("code", ""), answer.get("message", ""), page=page)
    assert (refused.reason, refused.retryable) == (answer["reason"], answer["retryable"])


@pytest.mark.parametrize("store", TABLES)
def test_the_list_has_every_code_that_the_server_knows(store: str) -> None:
    listed = {answer["code"] for answer in ANSWERS if answer["store"] == store and "code" in answer}
    known = vars(TABLES[store])["_CODES"]
    assert set(known) - _NOT_OF_PARTS <= listed
