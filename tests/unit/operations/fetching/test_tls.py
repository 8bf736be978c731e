"""TLS: the certificate is for the name that was asked for, at whatever address. Known sites' answers."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator

import pytest
import trustme

from jupyter_bigupload.digests import Digest
from jupyter_bigupload.errors import AddressRefused, RemoteRefused
from jupyter_bigupload.operations.fetching import Fetcher, Rules

from .site import File, Handler, Site, give_file, redirect

Make = Callable[..., Fetcher]

RULES = Rules(allow=("127.0.0.0/8",))
SITES = ("zenodo.org", "huggingface.co", "cdn-lfs.hf.example", "github.com", "raw.githubusercontent.com",
         "media.githubusercontent.com", "bucket.s3.amazonaws.com", "bucket.s3.eu-central-1.amazonaws.com",
         "s3.amazonaws.com", "good.example")  # fmt: skip
MD5 = "e0df4b883c2c36058577379468dec558"
SHA = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def names() -> list[str | None]:
    """The names that clients said in TLS."""
    return []


@pytest.fixture
def secure(authority: trustme.CA, names: list[str | None]) -> Iterator[Site]:
    """A site with certificates for all `SITES`, whichever is asked for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*SITES).configure_cert(context)
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    site = Site(context)
    yield site
    site.close()


@pytest.fixture
def fetch(make: Make, authority: trustme.CA, secure: Site) -> Fetcher:
    """A fetcher for which every name leads to the secure site, and that trusts its authority alone."""
    context = ssl.create_default_context(cadata=authority.cert_pem.bytes().decode())
    return make(RULES, resolver=lambda *_: [("127.0.0.1", secure.port)], context=context)


def test_the_name_is_said_and_checked(fetch: Fetcher, secure: Site, names: list[str | None]) -> None:
    remote = fetch.look("https://good.example/x")
    assert b"".join(fetch.read(remote)) == secure.file.data
    assert names == ["good.example"]
    assert secure.asked("Host") == ["good.example"] * 2


def test_the_certificate_of_another_name(fetch: Fetcher, secure: Site) -> None:
    with pytest.raises(RemoteRefused, match=r"prove that it is other\.example"):
        fetch.look("https://other.example/x")
    assert secure.requests == []


def test_a_certificate_is_asked_for_each_name(fetch: Fetcher, secure: Site) -> None:
    """A connection that is kept for one name is not used for another at the same address."""
    fetch.look("https://good.example/x")
    with pytest.raises(RemoteRefused, match="prove"):
        fetch.look("https://other.example/x")
    assert secure.asked("Host") == ["good.example"]


def test_an_authority_that_nobody_trusts(make: Make, secure: Site) -> None:
    fetcher = make(
        RULES, resolver=lambda *_: [("127.0.0.1", secure.port)], context=ssl.create_default_context()
    )
    with pytest.raises(RemoteRefused, match="prove"):
        fetcher.look("https://good.example/x")


def test_an_address_has_to_be_in_the_certificate(make: Make, authority: trustme.CA, secure: Site) -> None:
    context = ssl.create_default_context(cadata=authority.cert_pem.bytes().decode())
    with pytest.raises(RemoteRefused, match=r"prove that it is 127\.0\.0\.1"):
        make(Rules(allow=RULES.allow, ports=None), context=context).look(secure.url())
    assert secure.requests == []


def test_no_way_from_https_to_http(fetch: Fetcher, make: Make, authority: trustme.CA, secure: Site) -> None:
    secure.routes["/a"] = redirect("http://good.example/b")
    with pytest.raises(AddressRefused, match="from https to http"):
        fetch.look("https://good.example/a")
    context = ssl.create_default_context(cadata=authority.cert_pem.bytes().decode())
    both = Rules(schemes=("https", "http"), allow=RULES.allow)
    fetcher = make(both, resolver=lambda *_: [("127.0.0.1", secure.port)], context=context)
    with pytest.raises(AddressRefused, match="from https to http"):
        fetcher.look("https://good.example/a")


def test_goes_on_after_a_cut(fetch: Fetcher, secure: Site) -> None:
    secure.file = File(bytes(range(256)) * 10_000)
    remote = fetch.look("https://good.example/x")
    secure.file.cuts = [1_500_000, 10]
    assert b"".join(fetch.read(remote)) == secure.file.data


def test_zenodo(fetch: Fetcher, secure: Site) -> None:
    """Its answers, as recorded: ranges denied and stated, the MD5 as etag, cookies that nobody keeps."""
    secure.file = File(
        etag=f'"md5:{MD5}"',
        says_ranges=False,
        headers={
            "Accept-Ranges": "none",
            "accept-ranges": "bytes",
            "Content-Disposition": "attachment; filename=articles_by_influence.csv",
            "Content-MD5": MD5,
            "Set-Cookie": "session=33bb8dab337a4d39; Secure; HttpOnly; Path=/",
        },
    )
    remote = fetch.look("https://zenodo.org/records/5702574/files/articles_by_influence.csv?download=1")
    assert remote.checksum == Digest("md5", bytes.fromhex(MD5))
    assert (remote.name, remote.size, remote.ranges) == ("articles_by_influence.csv", 10, True)
    assert {path for _, path, _ in secure.requests} == {
        "/api/records/5702574/files/articles_by_influence.csv/content"
    }
    assert secure.asked("Cookie") == [None, None]


def test_a_record_of_zenodo(fetch: Fetcher, secure: Site) -> None:
    secure.file = File(
        chunked=True,
        ranges=False,
        says_ranges=False,
        etag=None,
        last_modified=None,
        headers={"Content-Disposition": "attachment; filename=5702574.zip"},
    )
    remote = fetch.look("https://doi.org/10.5281/zenodo.5702574")
    assert (remote.name, remote.size, remote.ranges) == ("5702574.zip", None, False)
    assert remote.url == "https://zenodo.org/api/records/5702574/files-archive"


def test_hugging_face(fetch: Fetcher, secure: Site) -> None:
    """What its own answer says of a file in LFS is kept when its store gives it."""
    signed = "https://cdn-lfs.hf.example/repos/aa/bb?response-content-disposition=x&Signature=y"
    secure.routes["/o/m/resolve/main/model.gguf"] = redirect(
        signed,
        X_Linked_Size="10",
        X_Linked_ETag=f'"{SHA}"',
        X_Repo_Commit="6878af60d00ab587c1cceadfc532ef5dd86bf2f5",
        Accept_Ranges="bytes",
    )
    secure.file.headers = {
        "Content-Disposition": "inline; filename*=UTF-8''model.gguf; filename=\"model.gguf\";"
    }
    remote = fetch.look("https://huggingface.co/o/m/blob/main/model.gguf")
    assert remote.checksum == Digest("sha-256", bytes.fromhex(SHA))
    assert remote.name == "model.gguf"
    assert (remote.link, remote.url) == ("https://huggingface.co/o/m/resolve/main/model.gguf", signed)
    assert b"".join(fetch.read(remote, 3, 6)) == b"345"


def test_a_small_file_of_hugging_face(fetch: Fetcher, secure: Site) -> None:
    """It is in git itself, whose digest is none of the bytes alone."""
    secure.routes["/datasets/o/d/resolve/main/a.csv"] = redirect(
        "/api/resolve-cache/datasets/o/d/6878af6/a.csv",
        307,
        X_Linked_ETag='"6db4dbb7f3d1a3fa8b5f4d1e5b4c5f4b1f2a3b4c"',
    )
    remote = fetch.look("https://huggingface.co/datasets/o/d/blob/main/a.csv")
    assert (remote.checksum, remote.name, remote.size) == (None, "a.csv", 10)


def test_github(fetch: Fetcher, secure: Site) -> None:
    secure.routes["/o/r/raw/main/data/x.csv"] = redirect(
        "https://raw.githubusercontent.com/o/r/main/data/x.csv"
    )
    remote = fetch.look("https://github.com/o/r/blob/main/data/x.csv")
    assert remote.url == "https://raw.githubusercontent.com/o/r/main/data/x.csv"
    assert remote.name == "x.csv"


def test_a_bucket_of_another_region(fetch: Fetcher, secure: Site) -> None:
    """S3 answers a HEAD so: a redirect that leads nowhere, and the region beside it."""

    def moved(handler: Handler) -> None:
        if handler.headers["Host"] == "bucket.s3.amazonaws.com":
            handler.answer(301, {"x-amz-bucket-region": "eu-central-1", "Content-Length": "0"})
        else:
            give_file(handler)

    secure.routes["/some%20key.csv"] = moved
    remote = fetch.look("s3://bucket/some key.csv")
    assert remote.url == "https://bucket.s3.eu-central-1.amazonaws.com/some%20key.csv"
    assert remote.name == "some key.csv"
