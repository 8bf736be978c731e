"""Reading over real connections that break, lie, drip, and lead to another file in the middle."""

from __future__ import annotations

import itertools
import json
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from jupyter_bigupload.digests import Digest
from jupyter_bigupload.errors import AddressRefused, RemoteChanged, RemoteFailed, RemoteRefused, TooLarge
from jupyter_bigupload.operations.fetching import Fetcher, Remote, Rules

from .conftest import Waits
from .site import File, Handler, Site, give_file, redirect, status

Make = Callable[..., Fetcher]

MIB = 1024 * 1024
DATA = os.urandom(3 * MIB + 12345)


@pytest.fixture(autouse=True)
def large(site: Site) -> None:
    site.file = File(DATA)


def read(fetcher: Fetcher, remote: Remote, *part: int) -> bytes:
    return b"".join(fetcher.read(remote, *part))


def test_whole(fetcher: Fetcher, site: Site) -> None:
    remote = fetcher.look(site.url())
    pieces = list(fetcher.read(remote))
    assert b"".join(pieces) == DATA
    assert all(0 < len(piece) <= MIB for piece in pieces)
    assert site.asked("Range") == [None, None]
    assert site.connections == 1


@pytest.mark.parametrize(
    ("start", "end"), [(0, 1), (0, MIB), (5, 5), (7, MIB + 9), (len(DATA) - 1, len(DATA)), (0, len(DATA))]
)
def test_parts(start: int, end: int, fetcher: Fetcher, site: Site) -> None:
    assert read(fetcher, fetcher.look(site.url()), start, end) == DATA[start:end]


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (5, 4), (0, len(DATA) + 1)])
def test_no_parts(start: int, end: int, fetcher: Fetcher, site: Site) -> None:
    remote = fetcher.look(site.url())
    with pytest.raises(ValueError, match="no part"):
        fetcher.read(remote, start, end)


def test_many_at_once(fetcher: Fetcher, site: Site) -> None:
    remote = fetcher.look(site.url())
    starts = range(0, len(DATA), 100_000)
    with ThreadPoolExecutor(8) as threads:
        parts = threads.map(lambda at: read(fetcher, remote, at, min(at + 100_000, len(DATA))), starts)
        assert b"".join(parts) == DATA


@pytest.mark.parametrize("chunked", [False, True])
def test_goes_on_after_every_cut(*, chunked: bool, fetcher: Fetcher, site: Site, waits: Waits) -> None:
    remote = fetcher.look(site.url())
    site.file.chunked = chunked
    site.file.cuts = [1000, 0, 1_500_000, 70_000, 5]
    assert read(fetcher, remote) == DATA
    assert site.asked("If-Range")[2:] == ['"one"'] * 5
    assert len(waits.seconds) == 5
    # Those after little or nothing grow.
    assert waits.seconds[2] > 0


def test_what_came_before_a_cut_is_not_asked_for_again(fetcher: Fetcher, site: Site) -> None:
    remote = fetcher.look(site.url())
    site.file.cuts = [1000]
    assert read(fetcher, remote) == DATA
    assert site.asked("Range")[1:] == [None, f"bytes=1000-{len(DATA) - 1}"]


def test_gives_up_when_nothing_comes(make: Make, site: Site, waits: Waits) -> None:
    fetcher = make(most_tries=4)
    remote = fetcher.look(site.url())
    site.file.cuts = [10, 0, 0, 0, 0]
    with pytest.raises(RemoteFailed, match="broke"):
        read(fetcher, remote)
    assert len(waits.seconds) == 3
    assert waits.seconds == sorted(waits.seconds)


def test_little_again_and_again_is_nothing(make: Make, site: Site) -> None:
    fetcher = make(most_tries=5)
    remote = fetcher.look(site.url())
    site.file.cuts = [1] * 100
    with pytest.raises(RemoteFailed):
        read(fetcher, remote)
    assert len(site.file.cuts) == 95


def test_much_each_time_is_gone_on_with(make: Make, site: Site) -> None:
    fetcher = make(most_tries=2)
    remote = fetcher.look(site.url())
    site.file.cuts = [MIB + 1] * 3
    assert read(fetcher, remote) == DATA


def test_sites_that_fail_in_between(fetcher: Fetcher, site: Site, waits: Waits) -> None:
    remote = fetcher.look(site.url("/x"))
    site.file.cuts = [MIB]
    answers = iter([give_file, status(503, Retry_After="9"), status(500), give_file])

    def each_in_turn(handler: Handler) -> None:
        next(answers)(handler)

    site.routes["/x"] = each_in_turn
    assert read(fetcher, remote) == DATA
    assert waits.seconds[1] == 9


def test_without_ranges_what_is_there_is_read_again(fetcher: Fetcher, site: Site) -> None:
    site.file.ranges = False
    remote = fetcher.look(site.url())
    site.file.cuts = [1_000_000, 2_000_000]
    assert read(fetcher, remote) == DATA
    assert read(fetcher, remote, 12, 2_000_000) == DATA[12:2_000_000]


def test_a_server_that_gives_less_at_once(fetcher: Fetcher, site: Site) -> None:
    def at_most_a_mib(handler: Handler) -> None:
        if wanted := handler.headers["Range"]:
            start = int(wanted.removeprefix("bytes=").partition("-")[0])
            handler.headers.replace_header("Range", f"bytes={start}-{start + MIB - 1}")
        give_file(handler)

    site.routes["/x"] = at_most_a_mib
    assert read(fetcher, fetcher.look(site.url("/x")), 1) == DATA[1:]


class TestAnotherFile:
    def test_by_its_etag(self, fetcher: Fetcher, site: Site) -> None:
        remote = fetcher.look(site.url())
        site.file = File(DATA[::-1], etag='"two"')
        with pytest.raises(RemoteChanged):
            read(fetcher, remote)

    def test_in_the_middle(self, fetcher: Fetcher, site: Site) -> None:
        remote = fetcher.look(site.url())
        site.file.cuts = [1000]
        pieces = fetcher.read(remote)
        assert next(pieces) == DATA[:1000]
        site.file = File(DATA[::-1], etag='"two"')
        with pytest.raises(RemoteChanged, match="etag"):
            next(pieces)

    @pytest.mark.parametrize("ranges", [True, False])
    def test_whatever_the_server_makes_of_if_range(
        self, *, ranges: bool, fetcher: Fetcher, site: Site
    ) -> None:
        remote = fetcher.look(site.url("/x"))

        def ignorant(handler: Handler) -> None:
            del handler.headers["If-Range"]
            give_file(handler)

        site.routes["/x"] = ignorant
        site.file = File(DATA[::-1], etag='"two"', ranges=ranges)
        with pytest.raises(RemoteChanged, match="etag"):
            read(fetcher, remote, 5)

    def test_by_its_size(self, fetcher: Fetcher, site: Site) -> None:
        remote = fetcher.look(site.url())
        site.file = File(DATA[:-1])
        with pytest.raises(RemoteChanged, match=str(len(DATA) - 1)):
            read(fetcher, remote, 5)

    def test_that_is_too_short_for_the_part(self, fetcher: Fetcher, site: Site) -> None:
        remote = fetcher.look(site.url())
        site.file = File(DATA[:100])
        with pytest.raises(RemoteChanged):
            read(fetcher, remote, 1000)

    def test_by_its_time(self, fetcher: Fetcher, site: Site) -> None:
        site.file.etag = 'W/"one"'
        remote = fetcher.look(site.url())
        site.file = File(DATA[::-1], etag='W/"one"', last_modified="Thu, 22 Oct 2015 07:28:00 GMT")
        with pytest.raises(RemoteChanged, match="time"):
            read(fetcher, remote, 5)

    def test_a_weak_etag_is_not_sent_with_a_range(self, fetcher: Fetcher, site: Site) -> None:
        site.file.etag = 'W/"one"'
        remote = fetcher.look(site.url())
        site.file.cuts = [1000]
        assert read(fetcher, remote) == DATA
        assert site.asked("If-Range") == [None, None, None]

    def test_another_weak_etag(self, fetcher: Fetcher, site: Site) -> None:
        site.file.etag = 'W/"one"'
        remote = fetcher.look(site.url())
        site.file.etag = 'W/"two"'
        with pytest.raises(RemoteChanged):
            read(fetcher, remote, 5)

    def test_precondition_failed(self, fetcher: Fetcher, site: Site) -> None:
        remote = fetcher.look(site.url("/x"))
        site.routes["/x"] = status(412)
        with pytest.raises(RemoteChanged):
            read(fetcher, remote)

    @pytest.mark.parametrize("etag", [None, 'W/"one"'])
    def test_nobody_could_tell(self, etag: str | None, fetcher: Fetcher, site: Site) -> None:
        """Without a cut the file comes as it is; after one it is not pieced together by luck."""
        site.file = File(DATA, etag=etag, last_modified=None)
        remote = fetcher.look(site.url())
        assert read(fetcher, remote) == DATA
        site.file.cuts = [1000]
        with pytest.raises(RemoteRefused, match="can't be gone on with"):
            read(fetcher, remote)


class TestLies:
    def test_less_than_it_says(self, make: Make, site: Site) -> None:
        site.file.lie = 5
        fetcher = make(most_tries=3)
        remote = fetcher.look(site.url())
        assert remote.size == len(DATA) + 5
        with pytest.raises((RemoteFailed, RemoteChanged, RemoteRefused)):
            read(fetcher, remote)

    def test_more_than_it_says(self, fetcher: Fetcher, site: Site) -> None:
        site.file.lie = -5
        remote = fetcher.look(site.url())
        assert remote.size == len(DATA) - 5
        assert read(fetcher, remote) == DATA[:-5]

    def test_more_in_chunks_than_it_said(self, fetcher: Fetcher, site: Site) -> None:
        remote = fetcher.look(site.url())
        site.file = File(DATA + b"more", chunked=True)
        with pytest.raises(RemoteChanged, match="longer"):
            read(fetcher, remote)

    @pytest.mark.parametrize(
        ("said", "length"),
        [
            ("bytes 0-9/{size}", 10),  # another part
            ("bytes 5-{size}/{size}", 10),  # past the end
            ("bytes 9-5/{size}", 10),
            ("bytes */{size}", 10),
            ("lines 5-14/{size}", 10),
            ("", 10),
            ("bytes 5-14/{size}", 11),  # two lengths
        ],
    )
    def test_another_part(self, said: str, length: int, fetcher: Fetcher, site: Site) -> None:
        remote = fetcher.look(site.url("/x"))
        headers = {
            "Content-Range": said.format(size=len(DATA)),
            "Content-Length": str(length),
            "ETag": '"one"',
        }
        site.routes["/x"] = lambda handler: handler.answer(206, headers, b"x" * length)
        with pytest.raises(RemoteRefused):
            read(fetcher, remote, 5, 15)

    @pytest.mark.parametrize("coding", ["gzip", "br"])
    def test_compressed_only_when_it_is_read(self, coding: str, fetcher: Fetcher, site: Site) -> None:
        remote = fetcher.look(site.url())
        site.file.headers = {"Content-Encoding": coding}
        with pytest.raises(RemoteRefused, match="compressed"):
            read(fetcher, remote)

    def test_another_transfer_coding(self, fetcher: Fetcher, site: Site) -> None:
        remote = fetcher.look(site.url())
        site.file.headers = {"Transfer-Encoding": "gzip"}
        with pytest.raises(RemoteRefused, match="compressed"):
            read(fetcher, remote)


class TestWithoutALength:
    @pytest.fixture(autouse=True)
    def chunked(self, site: Site) -> None:
        site.file = File(DATA, chunked=True, says_ranges=False, ranges=False)

    def test_whole(self, fetcher: Fetcher, site: Site) -> None:
        remote = fetcher.look(site.url())
        assert remote.size is None
        assert read(fetcher, remote) == DATA

    @pytest.mark.parametrize("ranges", [True, False])
    def test_cut(self, *, ranges: bool, fetcher: Fetcher, site: Site) -> None:
        remote = fetcher.look(site.url())
        site.file = replace(site.file, ranges=ranges, cuts=[1_000_000, 2_500_000 if not ranges else 100])
        assert read(fetcher, remote) == DATA

    @pytest.mark.parametrize("ranges", [True, False])
    def test_cut_after_the_last_byte(self, *, ranges: bool, fetcher: Fetcher, site: Site) -> None:
        """All is there but the word that it is all."""
        remote = fetcher.look(site.url())
        framing = len(f"{len(DATA) // 2:x}\r\n\r\n{len(DATA) - len(DATA) // 2:x}\r\n\r\n")
        site.file = replace(site.file, ranges=ranges, cuts=[len(DATA) + framing])
        assert read(fetcher, remote) == DATA

    def test_longer_than_is_taken(self, make: Make, site: Site) -> None:
        fetcher = make(most_bytes=MIB)
        remote = fetcher.look(site.url())
        got = 0
        with pytest.raises(TooLarge):  # noqa: PT012 (what came before counts)
            for piece in fetcher.read(remote):
                got += len(piece)
        assert got <= MIB

    def test_without_an_end(self, make: Make, site: Site) -> None:
        def endless(handler: Handler) -> None:
            handler.answer(200, {"Transfer-Encoding": "chunked", "ETag": '"one"'})
            while not site.stopping.is_set():
                handler.wfile.write(b"10000\r\n" + bytes(65536) + b"\r\n")

        fetcher = make(most_bytes=10 * MIB)
        remote = fetcher.look(site.url())
        site.routes["/file.bin"] = endless
        with pytest.raises(TooLarge):
            read(fetcher, remote)


class TestLinksThatExpire:
    @pytest.mark.parametrize("code", [401, 403, 404, 410])
    def test_the_link_is_followed_again(self, code: int, fetcher: Fetcher, site: Site) -> None:
        site.routes["/link"] = redirect("/signed?1")
        remote = fetcher.look(site.url("/link"))
        assert remote.url == site.url("/signed?1")
        site.routes |= {"/signed?1": status(code), "/link": redirect("/signed?2")}
        assert read(fetcher, remote, 5) == DATA[5:]
        assert [path for _, path, _ in site.requests][-3:] == ["/signed?1", "/link", "/signed?2"]

    def test_in_the_middle(self, fetcher: Fetcher, site: Site, waits: Waits) -> None:
        site.routes["/link"] = redirect("/signed?1")
        remote = fetcher.look(site.url("/link"))
        site.file.cuts = [MIB]
        pieces = fetcher.read(remote)
        first = next(pieces)
        site.routes |= {"/signed?1": status(403), "/link": redirect("/signed?2")}
        assert first + b"".join(pieces) == DATA

    def test_for_ever(self, fetcher: Fetcher, site: Site) -> None:
        site.routes["/link"] = redirect("/signed?1")
        remote = fetcher.look(site.url("/link"))
        site.routes["/signed?1"] = status(403)
        with pytest.raises(RemoteRefused, match="public"):
            read(fetcher, remote)
        assert [path for _, path, _ in site.requests][2:] == ["/signed?1", "/link", "/signed?1"]


def test_redirects_while_it_is_read_are_checked(make: Make, site: Site) -> None:
    fetcher = make(Rules(schemes=("http",), allow=("127.0.0.1",), ports=None))
    remote = fetcher.look(site.url("/x"))
    site.routes["/x"] = redirect(f"http://127.0.0.2:{site.port}/")
    with pytest.raises(AddressRefused):
        read(fetcher, remote)


class TestDripping:
    """A clock that a test moves; a body that comes in small pieces of real bytes."""

    def test_next_to_nothing_is_given_up(self, make: Make, site: Site) -> None:
        now = [0.0]

        def drip(handler: Handler) -> None:
            handler.answer(200, {"Content-Length": str(len(DATA)), "ETag": '"one"'})
            while not site.stopping.wait(0.001):
                handler.wfile.write(b"x")

        def clock() -> float:
            now[0] += 1.0
            return now[0]

        fetcher = make(most_tries=1, clock=clock)
        remote = fetcher.look(site.url())
        site.routes["/file.bin"] = drip
        with pytest.raises(RemoteFailed, match="next to nothing"):
            read(fetcher, remote)

    def test_what_comes_slowly_is_given_soon(self, make: Make, site: Site) -> None:
        """Not held back until a MiB is there."""
        seen = threading.Event()

        def slow(handler: Handler) -> None:
            handler.answer(200, {"Content-Length": str(len(DATA)), "ETag": '"one"'})
            sent = 0
            while not seen.wait(0.001) and sent < MIB // 2:
                handler.wfile.write(DATA[sent : sent + 1000])
                sent += 1000
            handler.wfile.write(DATA[sent:])

        ticks = itertools.count()
        fetcher = make(clock=lambda: next(ticks) / 10)
        remote = fetcher.look(site.url())
        site.routes["/file.bin"] = slow
        pieces = fetcher.read(remote)
        first = next(pieces)
        seen.set()
        assert 0 < len(first) < MIB // 2
        assert first + b"".join(pieces) == DATA


def test_another_process_goes_on(make: Make, site: Site) -> None:
    remote = make().look(site.url())
    for each in (remote, replace(remote, checksum=Digest("md5", b"x" * 16))):
        assert Remote.from_json(json.loads(json.dumps(each.as_json()))) == each
    assert read(make(), Remote.from_json(remote.as_json()), 1000) == DATA[1000:]


def test_a_reader_that_leaves_leaves_no_connection(make: Make, site: Site) -> None:
    fetcher = make()
    pieces = fetcher.read(fetcher.look(site.url()))
    next(pieces)
    pieces.close()
    assert read(fetcher, fetcher.look(site.url())) == DATA
