"""Section 4.3: how far an upload is. Section 4.5: how it is cancelled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.http.half_request import until
from tests.support.server import RunningServer

from .draft import Draft


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_4_3_2_an_upload_that_is_not_complete(each: Draft, root: Path, method: str) -> None:
    """MUST include the offset, the completeness, the length if known, the limits; SHOULD `no-store`."""
    url = each.begin("a.bin", b"abc", length=10)
    answer = each.head(url, method).final
    assert answer.status == 204
    assert answer["Upload-Offset"] == "3"
    assert each.is_complete(answer.headers) is False
    assert answer["Upload-Length"] == "10"
    assert (answer.get("Upload-Limit") is not None) == (each.version in {6, 7, 8, 9})
    assert answer["Cache-Control"] == "no-store"
    assert not answer.body


def test_4_3_2_an_upload_that_is_complete(each: Draft, root: Path) -> None:
    url = each.create("a.bin", b"abc", complete=True).final["Location"]
    answer = each.head(url).final
    assert answer.status == 204
    assert answer["Upload-Offset"] == answer["Upload-Length"] == "3"
    assert each.is_complete(answer.headers) is True
    assert answer["Cache-Control"] == "no-store"


def test_4_3_2_a_length_that_nobody_has_said(each: Draft, root: Path) -> None:
    assert each.head(each.begin("a.bin", b"abc")).final.get("Upload-Length") is None


def test_4_1_2_all_bytes_are_there_and_the_client_has_not_said_so(each: Draft, root: Path) -> None:
    """The offset could match the length, but the upload can still be incomplete (4.1.3)."""
    url = each.begin("a.bin", b"abc", length=3)
    answer = each.head(url).final
    assert (answer["Upload-Offset"], each.is_complete(answer.headers)) == ("3", False)
    assert not (root / "a.bin").exists()
    answer = each.append(url, 3, complete=True).final
    assert (answer.status, each.is_complete(answer.headers)) == (201, True)
    assert (root / "a.bin").read_bytes() == b"abc"


DIES_BEFORE_THE_NAME = """
import os, pathlib
from jupyter_bigupload.uploads.completion import Completion
complete = Completion.complete
async def dies_once(self, *arguments):
    mark = pathlib.Path(os.environ["JUPYTER_DATA_DIR"]) / "died"
    if not mark.exists():
        mark.touch()
        os._exit(1)
    return await complete(self, *arguments)
Completion.complete = dies_once
"""


@pytest.mark.parametrize("by_creation", [True, False])
def test_the_server_dies_between_the_last_byte_and_the_name(
    start: Callable[..., RunningServer], *, by_creation: bool
) -> None:
    """A client that is told of all its bytes asks for nothing more: its file has its name by then."""
    server = start(config_code=DIES_BEFORE_THE_NAME)
    draft = Draft(server)
    url = "" if by_creation else draft.begin("a.bin", b"ab", length=4)
    with draft.connect() as connection:
        head = {**draft.headers(complete=True), "Content-Length": "4" if by_creation else "2"}
        if by_creation:
            connection.send_head("POST", draft.target("?path=a.bin"), head)
            url = connection.read_one()["Location"]
        else:
            more = {"Upload-Offset": "2", "Content-Type": "application/partial-upload"}
            connection.send_head("PATCH", url, {**head, **more})
        connection.send(b"abcd" if by_creation else b"cd")
        until((server.data_dir / "died").exists)
    server.kill()
    server.start()
    assert not (server.root / "a.bin").exists()
    answer = draft.head(url).final
    assert (answer["Upload-Offset"], answer["Upload-Complete"]) == ("4", "?1")
    assert (server.root / "a.bin").read_bytes() == b"abcd"


def test_an_upload_that_is_not_there(each: Draft, root: Path) -> None:
    """If the server loses any part of the state, it MUST reject further interaction (4.1.1)."""
    url = each.target("/0123456789abcdef0123456789abcdef")
    assert each.head(url).final.status == 404
    assert each.append(url, 0, b"abc", complete=True).final.status == 404
    assert each.cancel(url).final.status == 404


def test_uploads_of_other_protocols_are_none_of_the_draft(draft: Draft, root: Path) -> None:
    body = b'{"path": "a.bin", "size": 3}'
    answer = draft.ask("POST", "/api/bigupload/uploads", {"Content-Length": str(len(body))}, body).final
    url = draft.target(f"/{answer.fields['id']}")
    assert draft.head(url).final.status == 404
    assert draft.append(url, 0, b"abc", complete=True).final.status == 404
    assert draft.cancel(url).final.status == 404


def test_4_5_2_a_cancelled_upload_is_gone(each: Draft, root: Path) -> None:
    """SHOULD deactivate the upload resource."""
    url = each.begin("a.bin", b"abc")
    answer = each.cancel(url).final
    assert (answer.status, answer.body) == (204, b"")
    assert each.head(url).final.status == 404
    assert each.append(url, 3, b"def", complete=True).final.status == 404
    assert not any(root.iterdir())


def test_4_5_2_whoever_writes_to_a_cancelled_upload_is_ended(each: Draft, root: Path) -> None:
    """SHOULD terminate any in-flight requests to the upload resource before the response."""
    with each.connect() as connection:
        head = {**each.headers(complete=True), "Content-Length": "10"}
        connection.send_head("POST", each.target("?path=a.bin"), head)
        connection.send(b"abc")
        url = connection.read_one()["Location"]
        assert each.cancel(url).final.status == 204
        assert not any(root.iterdir())
        connection.send(b"defghij")
        assert connection.read().final.status == 404
    assert not any(root.iterdir())


def test_to_cancel_what_is_done_leaves_the_file(each: Draft, root: Path) -> None:
    url = each.create("a.bin", b"abc", complete=True).final["Location"]
    assert each.cancel(url).final.status == 204
    assert each.head(url).final.status == 404
    assert (root / "a.bin").read_bytes() == b"abc"


@pytest.mark.parametrize("method", ["HEAD", "DELETE"])
def test_looks_with_headers_of_an_append(each: Draft, root: Path, method: str) -> None:
    """Up to -05 (interop 6) the server MUST reject them by 400."""
    url = each.begin("a.bin", b"abc")
    for headers in (each.headers(offset=3), each.headers(complete=True)):
        status = each.ask(method, url, headers).final.status
        assert status == (400 if each.version in {3, 4, 5, 6} else 204)
        if status == 204 and method == "DELETE":
            break
