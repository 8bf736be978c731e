"""Pages of other origins: those that the administrator allows, and no other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.forked_server import ForkedServer

from .draft import Draft
from .exchange import Answer

ORIGIN = "https://example.org"
OWN = {"Upload-Complete", "Upload-Length", "Upload-Offset"}


@pytest.fixture(scope="module")
def open_draft() -> Iterator[Draft]:
    """A client of a server that allows one origin."""
    with ForkedServer(config={"ServerApp": {"allow_origin": ORIGIN}}) as server:
        yield Draft(server)


def names(value: str) -> set[str]:
    return {name.strip() for name in value.split(",")}


def preflight(draft: Draft, target: str) -> Answer:
    """What a browser asks, which sends no token with it."""
    headers = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization, content-type, upload-complete, upload-offset",
    }
    with draft.connect(login=False) as connection:
        connection.send_head("OPTIONS", target, headers)
        return connection.read().final


def test_a_preflight(open_draft: Draft) -> None:
    for target in (open_draft.target(), open_draft.target("/0123")):
        answer = preflight(open_draft, target)
        assert answer.status == 204
        assert answer["Access-Control-Allow-Origin"] == ORIGIN
        assert {"PATCH", "HEAD", "PUT", "DELETE"} - names(answer["Access-Control-Allow-Methods"]) <= {"HEAD"}
        sent = {name.lower() for name in names(answer["Access-Control-Allow-Headers"])}
        assert {name.lower() for name in OWN} | {
            "authorization",
            "content-type",
            "upload-draft-interop-version",
            "upload-metadata",
            "content-disposition",
        } <= sent


def test_what_a_page_may_read(open_draft: Draft) -> None:
    created = open_draft.create("a.bin", b"abc", complete=False, more={"Origin": ORIGIN}).final
    url = created["Location"]
    refused = open_draft.append(url, 9, b"d", complete=False, more={"Origin": ORIGIN}).final
    assert (created.status, refused.status) == (201, 409)
    for answer in (created, refused):
        assert answer["Access-Control-Allow-Origin"] == ORIGIN
        assert names(answer["Access-Control-Expose-Headers"]) >= {*OWN, "Location", "Upload-Limit"}


def test_no_preflight_for_another_origin(draft: Draft) -> None:
    assert not preflight(draft, draft.target()).get("Access-Control-Allow-Origin")


def test_nobody_uploads_without_a_login(each: Draft) -> None:
    url = each.begin("private.bin", b"abc")
    for method, target in (
        ("POST", each.target("?path=a")),
        ("PUT", each.target("?path=a")),
        ("PATCH", url),
        ("HEAD", url),
        ("GET", url),
        ("DELETE", url),
    ):
        headers = each.headers(complete=True, offset=3, content_type="application/partial-upload")
        with each.connect(login=False) as connection:
            connection.send_head(method, target, {**headers, "Content-Length": "3"})
            connection.send(b"def")
            answers = connection.read()
        assert answers.final.status == 403
        assert not answers.interim
        assert answers.final.get("Upload-Offset") is None
    assert each.offset(url) == 3
    each.cancel(url)
