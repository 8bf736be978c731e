"""What a link leads to, by what sites really answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jupyter_bigupload.errors import AddressRefused, Malformed, RemoteFailed, RemoteRefused, TooLarge
from jupyter_bigupload.operations.fetching import Fetcher, Rules

from .conftest import LOOPBACK, Waits, Watch
from .site import File, Handler, Site, give_file, redirect, status

Make = Callable[..., Fetcher]


def test_all_by_one_request(fetcher: Fetcher, site: Site) -> None:
    remote = fetcher.look(site.url("/data/my%20file.bin?x=1"))
    assert (remote.name, remote.size, remote.ranges) == ("my file.bin", 10, True)
    assert (remote.etag, remote.last_modified) == ('"one"', "Wed, 21 Oct 2015 07:28:00 GMT")
    assert remote.link == remote.url == site.url("/data/my%20file.bin?x=1")
    assert remote.checksum is None
    assert site.methods == ["HEAD"]


def test_only_what_is_needed_is_sent(fetcher: Fetcher, site: Site) -> None:
    site.routes["/start"] = redirect("/file.bin", Set_Cookie="session=1")
    fetcher.look(site.url("/start"))
    _, _, headers = site.requests[-1]
    assert {name.lower() for name in headers} == {"host", "accept-encoding", "user-agent"}
    assert headers["Host"] == f"127.0.0.1:{site.port}"
    assert headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("refusal", [400, 403, 404, 405, 501])
def test_where_head_is_refused(refusal: int, fetcher: Fetcher, site: Site) -> None:
    site.routes["/x"] = lambda handler: (
        status(refusal)(handler) if handler.command == "HEAD" else give_file(handler)
    )
    remote = fetcher.look(site.url("/x"))
    assert (remote.size, remote.ranges) == (10, True)
    assert site.methods == ["HEAD", "GET"]
    assert site.asked("Range") == [None, "bytes=0-0"]


def test_ranges_that_nobody_speaks_of_are_found(fetcher: Fetcher, site: Site) -> None:
    site.file = File(says_ranges=False)
    assert fetcher.look(site.url()).ranges
    assert site.methods == ["HEAD", "GET"]


def test_ranges_that_are_both_denied_and_stated_are_tried(fetcher: Fetcher, site: Site) -> None:
    """Zenodo has sent `Accept-Ranges: none` and `bytes` at once."""
    site.file = File(says_ranges=False, headers={"Accept-Ranges": "none", "accept-ranges": "bytes"})
    assert fetcher.look(site.url()).ranges
    assert site.methods == ["HEAD", "GET"]


def test_without_ranges(fetcher: Fetcher, site: Site) -> None:
    site.file = File(ranges=False)
    remote = fetcher.look(site.url())
    assert (remote.size, remote.ranges) == (10, False)


@pytest.mark.parametrize(
    ("etag", "modified", "ranges"),
    [
        ('"one"', None, True),
        ('W/"one"', None, False),
        ('W/"one"', "Wed, 21 Oct 2015 07:28:00 GMT", True),
        (None, "Wed, 21 Oct 2015 07:28:00 GMT", True),
        (None, None, False),
    ],
)
def test_parts_need_something_to_know_them_by(
    etag: str | None, modified: str | None, *, ranges: bool, fetcher: Fetcher, site: Site
) -> None:
    site.file = File(etag=etag, last_modified=modified)
    assert fetcher.look(site.url()).ranges is ranges


@pytest.mark.parametrize("ranges", [True, False])
def test_an_empty_file(*, ranges: bool, fetcher: Fetcher, site: Site) -> None:
    site.file = File(b"", ranges=ranges)
    remote = fetcher.look(site.url())
    assert remote.size == 0
    assert list(fetcher.read(remote)) == []


def test_chunked_without_a_length(fetcher: Fetcher, site: Site) -> None:
    site.file = File(chunked=True, ranges=False, says_ranges=False)
    assert fetcher.look(site.url()).size is None


def test_neither_a_length_nor_an_end(fetcher: Fetcher, site: Site) -> None:
    def endless(handler: Handler) -> None:
        handler.close_connection = True
        handler.answer(200, {"Connection": "close"}, b"half of it")

    site.routes["/x"] = endless
    with pytest.raises(RemoteRefused, match="where it ends"):
        fetcher.look(site.url("/x"))


@pytest.mark.parametrize("coding", ["gzip", "br", "GZIP, identity", "zstd"])
def test_compressed_although_it_was_asked_not_to(coding: str, fetcher: Fetcher, site: Site) -> None:
    site.file = File(headers={"Content-Encoding": coding})
    with pytest.raises(RemoteRefused, match="compressed"):
        fetcher.look(site.url())


def test_not_encoded_at_all(fetcher: Fetcher, site: Site) -> None:
    site.file = File(headers={"Content-Encoding": "identity"})
    assert fetcher.look(site.url()).size == 10


@pytest.mark.parametrize(
    ("code", "word"),
    [(401, "login"), (403, "public"), (404, "no such file"), (410, "no longer"), (418, "418")],
)
def test_refused_by_the_site(code: int, word: str, fetcher: Fetcher, site: Site, waits: Waits) -> None:
    site.routes["/x?secret=1"] = status(code)
    with pytest.raises(RemoteRefused, match=word) as raised:
        fetcher.look(site.url("/x?secret=1"))
    assert raised.value.details == {"remote_status": code}
    assert "secret" not in raised.value.message
    assert waits.seconds == []


@pytest.mark.parametrize("code", [408, 429, 500, 502, 503])
def test_failing_sites_are_asked_again(code: int, make: Make, site: Site, waits: Waits) -> None:
    site.routes["/x"] = status(code)
    with pytest.raises(RemoteFailed) as raised:
        make(most_tries=3).look(site.url("/x"))
    assert raised.value.details == {"remote_status": code}
    assert len(waits.seconds) == 2
    assert waits.seconds[0] < waits.seconds[1] * 2


@pytest.mark.parametrize(("said", "waited"), [("7", 7), ("9999", 60), ("-1", None), ("tomorrow", None)])
def test_as_long_as_they_say(
    said: str, waited: int | None, fetcher: Fetcher, site: Site, waits: Waits
) -> None:
    def once(handler: Handler) -> None:
        del site.routes["/x"]
        status(429, Retry_After=said)(handler)

    def refused_head(handler: Handler) -> None:
        site.routes["/x"] = once
        status(405)(handler)

    site.routes["/x"] = refused_head
    assert fetcher.look(site.url("/x")).size == 10
    assert len(waits.seconds) == 1
    if waited is not None:
        assert waits.seconds == [waited]


def test_too_large(make: Make, site: Site) -> None:
    with pytest.raises(TooLarge) as raised:
        make(most_bytes=9).look(site.url())
    assert raised.value.details == {"limit": 9}
    assert make(most_bytes=10).look(site.url()).size == 10


def test_headers_that_drip_are_not_waited_for(make: Make, site: Site) -> None:
    """One byte after the other, each in time, but all together too late."""

    def drip(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not site.stopping.wait(0.05):
            handler.wfile.write(b"a")
            handler.wfile.flush()

    site.routes["/x"] = drip
    with pytest.raises(RemoteFailed):
        make(timeout=0.5, most_tries=1).look(site.url("/x"))


def test_no_answer_at_all(make: Make, site: Site) -> None:
    site.routes["/x"] = lambda handler: handler.break_off() if site.stopping.wait() else None
    with pytest.raises(RemoteFailed, match="in time"):
        make(timeout=0.3, most_tries=1).look(site.url("/x"))


def test_not_http(make: Make, site: Site) -> None:
    def greet(handler: Handler) -> None:
        handler.wfile.write(b"SSH-2.0-x\r\n")
        handler.break_off()

    site.routes["/x"] = greet
    with pytest.raises(RemoteFailed, match="broke"):
        make(most_tries=1).look(site.url("/x"))


def test_nobody_there(make: Make, site: Site) -> None:
    url = site.url()
    site.close()
    with pytest.raises(RemoteFailed, match="can't be reached"):
        make(most_tries=1).look(url)


def test_proxies_are_not_used_and_it_says_so(make: Make, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = Site()
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url(""))
    assert make().look(site.url()).size == 10
    url = site.url()
    site.close()
    with pytest.raises(RemoteFailed, match="proxy looks names up by itself"):
        make(most_tries=1).look(url)
    assert proxy.connections == 0
    proxy.close()


class TestRedirects:
    def test_relative(self, fetcher: Fetcher, site: Site) -> None:
        site.routes["/a/b"] = redirect("../c?d#e", 301)
        site.routes["/c?d"] = redirect(f"//127.0.0.1:{site.port}/last.bin", 307)
        remote = fetcher.look(site.url("/a/b"))
        assert remote.url == site.url("/last.bin")
        assert remote.link == site.url("/a/b")

    def test_to_text_that_is_not_ascii(self, fetcher: Fetcher, site: Site) -> None:
        site.routes["/a"] = redirect("/é.bin".encode().decode("latin-1"))
        assert fetcher.look(site.url("/a")).url == site.url("/%C3%A9.bin")

    def test_in_a_circle(self, fetcher: Fetcher, site: Site) -> None:
        site.routes |= {"/a": redirect("/b"), "/b": redirect("/a")}
        with pytest.raises(RemoteRefused, match="circle"):
            fetcher.look(site.url("/a"))
        assert len(site.requests) == LOOPBACK.most_redirects + 1

    def test_without_a_link(self, fetcher: Fetcher, site: Site) -> None:
        site.routes["/a"] = status(302)
        with pytest.raises(RemoteRefused, match="without saying where"):
            fetcher.look(site.url("/a"))

    @pytest.mark.parametrize("code", [300, 304, 305])
    def test_others_are_none(self, code: int, fetcher: Fetcher, site: Site) -> None:
        site.routes["/a"] = redirect("/file.bin", code)
        with pytest.raises(RemoteRefused):
            fetcher.look(site.url("/a"))

    def test_with_a_password(self, fetcher: Fetcher, site: Site) -> None:
        site.routes["/a"] = redirect(f"http://user:secret@127.0.0.1:{site.port}/")
        with pytest.raises(Malformed, match="password"):
            fetcher.look(site.url("/a"))
        assert len(site.requests) == 1

    def test_connections_are_kept(self, fetcher: Fetcher, site: Site) -> None:
        site.routes |= {"/a": redirect("/b"), "/b": redirect("/c")}
        fetcher.look(site.url("/a"))
        fetcher.look(site.url("/a"))
        assert site.connections == 1


class TestNamesThatMove:
    def test_the_address_that_was_checked_is_connected_to(self, make: Make, site: Site, watch: Watch) -> None:
        """The name leads to a good address when it is checked, and elsewhere when it is asked again."""
        asked: list[str] = []
        other = Site(address="127.66.0.1")
        watch.looked_up.clear()  # by the site that began to listen

        def moving(host: str, port: int) -> list[tuple[str, int]]:
            asked.append(host)
            return [("127.0.0.1", site.port)] if len(asked) == 1 else [("127.66.0.1", other.port)]

        rules = Rules(schemes=("http",), allow=("127.0.0.1",), ports=None)
        fetcher = make(rules, resolver=moving)
        assert fetcher.look("http://moving.example/x").size == 10
        assert asked == ["moving.example"]
        assert watch.connected == [("127.0.0.1", site.port)]
        assert set(watch.looked_up) == {"127.0.0.1"}
        assert site.asked("Host") == ["moving.example"]
        with pytest.raises(AddressRefused):
            fetcher.look("http://moving.example/x")
        other.close()
        assert (len(site.requests), other.connections) == (1, 0)

    def test_a_redirect_to_itself_is_checked_anew(self, make: Make, site: Site) -> None:
        answers = [[("127.0.0.1", site.port)], [("127.66.0.1", site.port)]]
        site.routes["/a"] = redirect("http://moving.example/b")
        rules = Rules(schemes=("http",), allow=("127.0.0.1",), ports=None)
        with pytest.raises(AddressRefused):
            make(rules, resolver=lambda *_: answers.pop(0)).look("http://moving.example/a")
        assert len(site.requests) == 1

    def test_the_next_address_is_tried(self, make: Make, site: Site) -> None:
        gone = Site()
        gone.close()
        found = [("127.0.0.1", gone.port), ("127.0.0.1", site.port)]
        assert make(resolver=lambda *_: found).look("http://two.example/").size == 10
