"""Who may send by tus, and from which pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer

from .conftest import client_of, reason
from .test_access import FORBIDDING
from .tus import CHUNK, VERSION, create, head, metadata, patch

PAGE = "https://app.example"
PREFLIGHT = {
    "Origin": PAGE,
    "Access-Control-Request-Method": "PATCH",
    "Access-Control-Request-Headers": "authorization,content-type,tus-resumable,upload-offset",
}


def listed(answer: httpx.Response, header: str) -> set[str]:
    return {name.strip().lower() for name in answer.headers.get(header, "").split(",")}


def test_no_verb_that_is_meant_comes_past_login_and_xsrf(server: RunningServer, root: Path) -> None:
    with client_of(server) as client:
        url = create(client, 5, filename="a")
    means = {**VERSION, "Content-Type": CHUNK, "Upload-Offset": "0"}
    with httpx.Client(base_url=server.url, trust_env=False, follow_redirects=True) as client:
        for method in ("GET", "HEAD", "POST", "OPTIONS", "PATCH"):
            for meant in ("PATCH", "DELETE", "patch"):
                headers = {**means, "X-HTTP-Method-Override": meant}
                answer = client.request(method, url, headers=headers, content=b"hello")
                assert answer.status_code == 403, (method, meant)
        client.get("login")
        client.post("login", data={"password": server.token, "_xsrf": client.cookies["_xsrf"]})
        for method in ("GET", "HEAD", "OPTIONS"):
            headers = {**means, "X-HTTP-Method-Override": "PATCH"}
            assert client.request(method, url, headers=headers, content=b"hello").status_code == 403, method
        assert head(client, url).headers["Upload-Offset"] == "0"
        right = {"X-XSRFToken": client.cookies["_xsrf"]}
        assert patch(client, url, 0, b"hello", right).status_code == 204


def test_an_answer_is_one_to_the_verb_that_was_sent(client: httpx.Client, root: Path) -> None:
    """A HEAD has no body, whatever was meant by it, and a POST has the one that it announces."""
    meant = {**VERSION, "X-HTTP-Method-Override": "PATCH"}
    assert client.head("api/bigupload/tus/gone", headers=meant).status_code == 415
    answer = client.post("api/bigupload/tus/gone", headers={**VERSION, "X-HTTP-Method-Override": "HEAD"})
    assert reason(answer) == (404, "not_found")


@pytest.mark.parametrize("meant", ["PUT", "TRACE", "CONNECT", "NONSENSE", "__init__", ""])
def test_verbs_that_mean_nothing(client: httpx.Client, root: Path, meant: str) -> None:
    url = create(client, 5, filename="a")
    answer = client.post(url, headers={**VERSION, "X-HTTP-Method-Override": meant})
    assert answer.status_code == 405
    assert head(client, url).headers["Upload-Offset"] == "0"


@pytest.fixture(scope="module", params=[{"allow_origin": PAGE}, {"allow_origin_pat": r"https://app\..*"}])
def elsewhere(request: pytest.FixtureRequest) -> Iterator[RunningServer]:
    """A server that lets a page of another site in."""
    with ForkedServer(config={"ServerApp": request.param, "BigUpload": {"min_free_space": 0}}) as server:
        yield server
        server.require_no_traceback()


def test_a_page_of_another_site_asks_before_it_logs_in(elsewhere: RunningServer) -> None:
    with httpx.Client(base_url=elsewhere.url, trust_env=False) as stranger:
        for path in ("api/bigupload/tus", "api/bigupload/tus/some"):
            answer = stranger.options(path, headers=PREFLIGHT)
            assert answer.status_code == 204
            assert answer.headers["Access-Control-Allow-Origin"] == PAGE
            assert {"patch", "post", "head", "delete"} <= listed(answer, "Access-Control-Allow-Methods")
            assert {
                "authorization",
                "content-type",
                "tus-resumable",
                "upload-checksum",
                "upload-concat",
                "upload-defer-length",
                "upload-length",
                "upload-metadata",
                "upload-offset",
                "x-http-method-override",
            } <= listed(answer, "Access-Control-Allow-Headers")


def test_a_page_of_another_site_reads_the_answers(elsewhere: RunningServer) -> None:
    with client_of(elsewhere) as client:
        client.headers["Origin"] = PAGE
        url = create(client, 5)
        answers = [
            head(client, url),
            patch(client, url, 0, b"hell"),
            # Errors too: a client that can't read a status takes it for a broken connection.
            patch(client, url, 0, b"o"),
            client.head(url),
            client.head(url + "0", headers=VERSION),
            client.get(url, headers=VERSION),
        ]
        assert [answer.status_code for answer in answers] == [200, 204, 409, 412, 404, 404]
        for answer in answers:
            assert answer.headers["Access-Control-Allow-Origin"] == PAGE
            assert {"location", "upload-offset", "tus-resumable"} <= listed(
                answer, "Access-Control-Expose-Headers"
            )


def test_a_page_of_a_third_site_is_refused(elsewhere: RunningServer) -> None:
    other = {**PREFLIGHT, "Origin": "https://evil.example"}
    with httpx.Client(base_url=elsewhere.url, trust_env=False) as stranger:
        answer = stranger.options("api/bigupload/tus", headers=other)
        assert answer.headers.get("Access-Control-Allow-Origin") in {None, PAGE}
        headers = {**VERSION, **metadata(filename="a"), "Upload-Length": "0", "Origin": other["Origin"]}
        assert stranger.post("api/bigupload/tus", headers=headers).status_code in {403, 404}
    assert not (elsewhere.root / "a").exists()


def test_a_page_of_another_site_is_refused_by_default(server: RunningServer) -> None:
    with httpx.Client(base_url=server.url, trust_env=False) as stranger:
        answer = stranger.options("api/bigupload/tus", headers=PREFLIGHT)
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_what_the_server_can_do_is_told_to_anybody(server: RunningServer) -> None:
    with httpx.Client(base_url=server.url, trust_env=False) as stranger:
        answer = stranger.options("api/bigupload/tus")
    assert answer.status_code == 204
    assert listed(answer, "Tus-Extension") == {
        "creation",
        "creation-with-upload",
        "creation-defer-length",
        "expiration",
        "checksum",
        "termination",
        "concatenation",
    }
    assert listed(answer, "Tus-Checksum-Algorithm") == {"sha1", "sha256", "sha512", "md5"}


def test_whoever_may_only_look_ends_no_upload_of_others() -> None:
    """A HEAD ends who still writes, and completes what is whole."""
    forbidding = FORBIDDING.replace("{actions}", "{'write'}")
    with ForkedServer(config_code=forbidding) as server, client_of(server) as client:
        assert head(client, "api/bigupload/tus/some").status_code == 403
        assert reason(client.get("api/bigupload/tus/some")) == (404, "not_found")


def test_the_version_is_asked_for_only_of_those_who_may_pass(server: RunningServer) -> None:
    with httpx.Client(base_url=server.url, trust_env=False) as stranger:
        answer = stranger.post("api/bigupload/tus")
        assert reason(answer) == (403, "unauthorized")
        assert answer.headers["Tus-Resumable"] == "1.0.0"
    with client_of(server) as client:
        answer = client.post("api/bigupload/tus")
        assert reason(answer) == (412, "wrong_version")
        assert answer.headers["Tus-Version"] == "1.0.0"
