"""What Jupyter's servers have besides: a base URL, cookies and XSRF, authorisation."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from tests.support.server import RunningServer

from .draft import PARTIAL, RESUMABLE, Draft

FORBIDDING = """
from jupyter_server.auth.authorizer import Authorizer
class Forbidding(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        return action == "read"
c.ServerApp.authorizer_class = Forbidding
"""

REFUSING = """
from tornado.web import HTTPError
def refuse(model, path, **kwargs):
    raise HTTPError(403, "Not that one.")
c.ContentsManager.pre_save_hook = refuse
"""


def test_locations_have_the_base_url(start: Callable[..., RunningServer]) -> None:
    draft = Draft(start(base_url="/user/ada/"))
    answers = draft.create("a.bin", b"abc", complete=False)
    assert answers.announced[0]["Location"].startswith("/user/ada/api/bigupload/resumable/")
    assert draft.append(answers.final["Location"], 3, b"def", complete=True).final.status == 201


def test_a_cookie_alone_is_not_enough(draft: Draft) -> None:
    """Another site could have the browser send it."""
    url = draft.begin("a.bin", b"abc")
    with httpx.Client(base_url=draft.server.url, trust_env=False) as browser:
        browser.get("api/status", params={"token": draft.server.token})
        assert browser.get("api/status").status_code == 200
        for method, path in (("POST", RESUMABLE), ("PUT", RESUMABLE), ("PATCH", url), ("DELETE", url)):
            headers = {"Upload-Complete": "?1", "Upload-Offset": "3", "Content-Type": PARTIAL}
            assert browser.request(method, path, headers=headers).status_code == 403
        assert browser.head(url).headers["Upload-Offset"] == "3"
    draft.cancel(url)


def test_whoever_may_only_read(start: Callable[..., RunningServer]) -> None:
    draft = Draft(start(config_code=FORBIDDING))
    assert draft.create("a.bin", b"abc", complete=True).final.status == 403
    url = draft.target("/0123456789abcdef0123456789abcdef")
    # It ends whoever writes, and may give a file its name.
    assert draft.head(url).final.status == 403
    assert draft.append(url, 0, b"abc", complete=True).final.status == 403
    assert draft.cancel(url).final.status == 403
    assert not any(draft.server.root.iterdir())


def test_a_file_that_a_hook_refuses(start: Callable[..., RunningServer]) -> None:
    """The answer is of the whole file, and there is nothing to go on with."""
    draft = Draft(start(config_code=REFUSING))
    url = draft.begin("a.bin", b"abc")
    answer = draft.append(url, 3, b"def", complete=True).final
    assert (answer.status, answer.fields["reason"], answer["Upload-Complete"]) == (403, "refused", "?1")
    assert draft.head(url).final.status == 404
    assert draft.append(url, 6, complete=True).final.status == 404
    assert draft.cancel(url).final.status == 204
    assert not any(draft.server.root.iterdir())


def test_uploads_are_listed_like_any_other(draft: Draft) -> None:
    url = draft.begin("a.bin", b"abc", length=10)
    listed = draft.ask("GET", f"{draft.server.base_url}api/bigupload/uploads").final.fields["uploads"]
    (upload,) = [one for one in listed if one["id"] == url.rpartition("/")[2]]
    assert (upload["path"], upload["size"], upload["received_bytes"]) == ("a.bin", 10, 3)
    draft.cancel(url)
