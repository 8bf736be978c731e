"""Links that are made to lead somewhere else: each is refused, for its reason, and nobody is connected to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from jupyter_bigupload.errors import AddressRefused, BigUploadError, Malformed, RemoteRefused
from jupyter_bigupload.operations.fetching import Fetcher, Rules

from .conftest import Watch
from .site import Site, redirect

#: What the names in the table lead to.
NAMES = {
    "localhost": ["127.0.0.1"],
    "localtest.me": ["127.0.0.1"],
    "127.0.0.1.nip.io": ["127.0.0.1"],
    "one.good.three.bad": ["93.184.215.14", "2606:2800:21f:cb07::1", "10.0.0.1"],
    "six.example": ["93.184.215.14", "::1"],
    "mapped.example": ["::ffff:169.254.169.254"],
    "translated.example": ["64:ff9b::a9fe:a9fe"],
    "scoped.example": ["fe80::1%eth0"],
    "intranet": ["192.168.1.10"],
    "metadata-by-another-name.example": ["169.254.169.254"],
    "azure.example": ["168.63.129.16"],
    "ula.example": ["fd12:3456::1"],
    "broadcast.example": ["255.255.255.255"],
    "zero.example": ["0.0.0.0"],  # noqa: S104 (an answer of a name server)
    "strange.example": ["not an address"],
    "empty.example": [],
    "xn--80ak6aa92e.example": ["10.1.1.1"],
}

OTHER, LINK, GONE = AddressRefused, Malformed, RemoteRefused
MACHINE, PRIVATE, METADATA, UNUSUAL = "this machine", "private network", "metadata service", "unusual way"

#: PORT stands for that of a server that is really there.
HOSTILE: list[tuple[str, type[BigUploadError], str]] = [
    # Addresses as they are.
    ("http://127.0.0.1:PORT/", OTHER, MACHINE),
    ("http://127.255.255.254/", OTHER, MACHINE),
    ("http://127.0.0.1.:PORT/", OTHER, MACHINE),
    ("http://0.0.0.0:PORT/", OTHER, "no address of a host"),
    ("http://0.1.2.3/", OTHER, "no address of a host"),
    ("http://10.0.0.1/", OTHER, PRIVATE),
    ("http://172.16.0.1/", OTHER, PRIVATE),
    ("http://172.31.255.255/", OTHER, PRIVATE),
    ("http://192.168.0.1/", OTHER, PRIVATE),
    ("http://100.64.0.1/", OTHER, "provider's inner network"),
    ("http://100.127.255.255/", OTHER, "provider's inner network"),
    ("http://169.254.1.1/", OTHER, "link-local"),
    ("http://224.0.0.1/", OTHER, "multicast"),
    ("http://239.255.255.250/", OTHER, "multicast"),
    ("http://240.0.0.1/", OTHER, "reserved"),
    ("http://255.255.255.255/", OTHER, "reserved"),
    ("http://192.0.0.1/", OTHER, "reserved"),
    ("http://198.18.0.1/", OTHER, "reserved"),
    ("http://192.0.2.1/", OTHER, "for examples"),
    ("http://198.51.100.7/", OTHER, "for examples"),
    ("http://203.0.113.7/", OTHER, "for examples"),
    # Where clouds give credentials away.
    ("http://169.254.169.254/latest/meta-data/iam/security-credentials/", OTHER, METADATA),
    ("http://169.254.170.2/v2/credentials/", OTHER, METADATA),
    ("http://100.100.100.200/latest/meta-data/", OTHER, METADATA),
    ("http://168.63.129.16/machine?comp=goalstate", OTHER, METADATA),
    ("http://192.0.0.192/latest/", OTHER, METADATA),
    ("http://[fd00:ec2::254]/latest/meta-data/", OTHER, METADATA),
    ("http://[fd20:ce::254]/computeMetadata/v1/", OTHER, METADATA),
    ("http://metadata.google.internal/computeMetadata/v1/", OTHER, METADATA),
    ("http://METADATA.google.INTERNAL./", OTHER, METADATA),
    ("http://metadata/computeMetadata/v1/", OTHER, METADATA),
    ("http://instance-data/latest/meta-data/", OTHER, METADATA),
    ("http://metadata-by-another-name.example/", OTHER, METADATA),
    ("http://azure.example/", OTHER, METADATA),
    # IPv6, and IPv4 inside it.
    ("http://[::1]:PORT/", OTHER, MACHINE),
    ("http://[0:0:0:0:0:0:0:1]:PORT/", OTHER, MACHINE),
    ("http://[::]:PORT/", OTHER, "no address of a host"),
    ("http://[::ffff:127.0.0.1]:PORT/", OTHER, "inside an IPv6"),
    ("http://[::ffff:7f00:1]:PORT/", OTHER, "inside an IPv6"),
    ("http://[::FFFF:A9FE:A9FE]/", OTHER, METADATA),
    ("http://[::127.0.0.1]:PORT/", OTHER, "inside an IPv6"),
    ("http://[::ffff:0:127.0.0.1]:PORT/", OTHER, "inside an IPv6"),
    ("http://[2002:7f00:1::]/", OTHER, "6to4"),
    ("http://[64:ff9b::127.0.0.1]/", OTHER, MACHINE),
    ("http://[64:ff9b::a9fe:a9fe]/", OTHER, METADATA),
    ("http://[64:ff9b:1::a00:1]/", OTHER, "translated"),
    ("http://[2001:0:53aa:64c:0:0:f5ff:fffe]/", OTHER, "Teredo"),
    ("http://[fe80::1]/", OTHER, "link-local"),
    ("http://[fe80::1%25eth0]/", LINK, "scope"),
    ("http://[fec0::1]/", OTHER, "reserved"),
    ("http://[fc00::1]/", OTHER, PRIVATE),
    ("http://[ff02::1]/", OTHER, "multicast"),
    ("http://[2001:db8::1]/", OTHER, "for examples"),
    ("http://[100::1]/", OTHER, "reserved"),
    ("http://[4000::1]/", OTHER, "reserved"),
    ("http://[::1/", LINK, "brackets"),
    ("http://[::1]evil/", LINK, "brackets"),
    ("http://[127.0.0.1]/", LINK, "no IPv6"),
    ("http://[v1.x]/", LINK, "no IPv6"),
    ("http://::1/", LINK, "port"),
    # Addresses in other words.
    ("http://2130706433:PORT/", OTHER, UNUSUAL),
    ("http://017700000001:PORT/", OTHER, UNUSUAL),
    ("http://0x7f000001:PORT/", OTHER, UNUSUAL),
    ("http://0X7F.1:PORT/", OTHER, UNUSUAL),
    ("http://127.1:PORT/", OTHER, UNUSUAL),
    ("http://127.0.1:PORT/", OTHER, UNUSUAL),
    ("http://0177.0.0.1:PORT/", OTHER, UNUSUAL),
    ("http://127.0.0.01:PORT/", OTHER, UNUSUAL),
    ("http://0x7f.0x0.0x0.0x1:PORT/", OTHER, UNUSUAL),
    ("http://127.0.0.0x1:PORT/", OTHER, UNUSUAL),
    ("http://0:PORT/", OTHER, UNUSUAL),
    ("http://0x:PORT/", OTHER, UNUSUAL),
    ("http://425.510.425.510/", OTHER, UNUSUAL),
    ("http://4294967297/", OTHER, UNUSUAL),
    ("http://1.2.3.4.5/", OTHER, UNUSUAL),
    ("http://134744072/", OTHER, UNUSUAL),
    ("http://①②⑦.⓪.⓪.①:PORT/", LINK, "ASCII"),
    ("http://\uff11\uff12\uff17.\uff10.\uff10.\uff11:PORT/", LINK, "ASCII"),
    ("http://127。0。0。1:PORT/", LINK, "ASCII"),
    ("http://\u0661\u0662\u0667.\u0660.\u0660.\u0661/", LINK, "ASCII"),
    ("http://loc\u00adalhost:PORT/", LINK, "ASCII"),
    ("http://locaⓛhost:PORT/", LINK, "ASCII"),
    ("http://xn--80ak6aa92e.example/", OTHER, PRIVATE),
    ("http://%31%32%37.0.0.1:PORT/", LINK, "no name that a host can have"),
    ("http://localhost%00.example.com/", LINK, "no name that a host can have"),
    ("http://127.0.0.1..:PORT/", LINK, "no name that a host can have"),
    # Names that lead inside.
    ("http://localhost:PORT/", OTHER, MACHINE),
    ("http://LOCALHOST.:PORT/", OTHER, MACHINE),
    ("http://localtest.me:PORT/", OTHER, MACHINE),
    ("http://127.0.0.1.nip.io:PORT/", OTHER, MACHINE),
    ("http://one.good.three.bad/", OTHER, PRIVATE),
    ("http://six.example/", OTHER, MACHINE),
    ("http://mapped.example/", OTHER, METADATA),
    ("http://translated.example/", OTHER, METADATA),
    ("http://scoped.example/", OTHER, "link-local"),
    ("http://intranet/", OTHER, PRIVATE),
    ("http://ula.example/", OTHER, PRIVATE),
    ("http://broadcast.example/", OTHER, "reserved"),
    ("http://zero.example/", OTHER, "no address of a host"),
    ("http://strange.example/", OTHER, "can be read"),
    ("http://empty.example/", GONE, "no address"),
    # What parsers disagree about.
    ("http://zenodo.org@127.0.0.1:PORT/", LINK, "password"),
    ("http://user:secret@zenodo.org/", LINK, "password"),
    ("http://@127.0.0.1:PORT/", LINK, "password"),
    ("http://127.0.0.1:PORT@zenodo.org/", LINK, "password"),
    ("http://zenodo.org%40127.0.0.1:PORT/", LINK, "no name that a host can have"),
    ("http://127.0.0.1:PORT\\@zenodo.org/", LINK, "backslash"),
    ("http:\\\\127.0.0.1:PORT/", LINK, "backslash"),
    ("http://zenodo.org\\.127.0.0.1/", LINK, "backslash"),
    ("http://127.0.0.1:PORT\t/", LINK, "control character"),
    ("http://127.0.0.1:PORT/\r\nHost: zenodo.org", LINK, "control character"),
    ("http://zenodo.org/\r\n\r\nGET /admin HTTP/1.1", LINK, "control character"),
    ("ht\ntp://127.0.0.1:PORT/", LINK, "control character"),
    (" http://127.0.0.1:PORT/", LINK, "blank"),
    ("http://127.0.0.1 zenodo.org/", LINK, "blank"),
    ("http://127.0.0.1\u2028.zenodo.org/", LINK, "blank"),
    ("http://zenodo.org\u200b/", LINK, "blank"),
    ("http://zenodo.org\u0000/", LINK, "control character"),
    ("http:/127.0.0.1:PORT/", LINK, "no link"),
    ("http:127.0.0.1:PORT/", LINK, "no link"),
    ("//127.0.0.1:PORT/", LINK, "no link"),
    ("127.0.0.1:PORT/", LINK, "no link"),
    ("", LINK, "no link"),
    ("http:///etc/passwd", LINK, "missing"),
    ("http://:PORT/", LINK, "missing"),
    ("http://.../", LINK, "no name that a host can have"),
    (f"http://{'a' * 64}.example/", LINK, "no name that a host can have"),
    (f"http://{'a.' * 130}example/", LINK, "no name that a host can have"),
    (f"http://zenodo.org/{'a' * 9000}", LINK, "more than"),
    ("http://zenodo.org/\ud800", LINK, "no Unicode"),
    ("http://zenodo.org:99999/", LINK, "port"),
    ("http://zenodo.org:0/", LINK, "port"),
    ("http://zenodo.org:-80/", LINK, "port"),
    ("http://zenodo.org:\uff18\uff10/", LINK, "port"),
    ("http://zenodo.org:80:PORT/", LINK, "port"),
    # Other schemes.
    ("file:///etc/passwd", LINK, "missing"),
    ("file://localhost/etc/passwd", OTHER, "file:// are not allowed"),
    ("ftp://127.0.0.1/", OTHER, "ftp:// are not allowed"),
    ("gopher://127.0.0.1:6379/_FLUSHALL", OTHER, "gopher:// are not allowed"),
    ("dict://127.0.0.1:11211/stats", OTHER, "dict:// are not allowed"),
    ("ws://127.0.0.1:PORT/", OTHER, "ws:// are not allowed"),
    ("unix:///var/run/docker.sock", LINK, "missing"),
    ("http+unix://%2fvar%2frun%2fdocker.sock/", LINK, "no name that a host can have"),
    ("data:text/plain,hello", LINK, "no link"),
    ("javascript:alert(1)", LINK, "no link"),
    ("jar:http://127.0.0.1:PORT/!/", LINK, "no link"),
    # Buckets.
    ("s3://bucket@127.0.0.1/key", LINK, "no bucket"),
    ("s3://127.0.0.1:80/key", LINK, "no bucket"),
    ("s3://127.0.0.1#/key", LINK, "no bucket"),
    ("s3://../key", LINK, "no bucket"),
    ("s3:///key", LINK, "no bucket"),
    ("s3://bucket/ke\r\ny", LINK, "control character"),
]


def resolver(host: str, port: int) -> list[tuple[str, int]]:
    return [(address, port) for address in NAMES[host]]


def test_there_are_many() -> None:
    assert len({url for url, _, _ in HOSTILE}) == len(HOSTILE) >= 80


def row_id(row: tuple[str, type[BigUploadError], str]) -> str:
    return ascii(row[0])[1:60]


@pytest.mark.parametrize("row", HOSTILE, ids=row_id)
def test_it_is_refused_and_nobody_is_connected_to(
    row: tuple[str, type[BigUploadError], str], make: Callable[..., Fetcher], site: Site, watch: Watch
) -> None:
    url, error, word = row
    fetcher = make(Rules(schemes=("https", "http"), ports=None), resolver=resolver)
    for link in (url, url.replace("http://", "https://")):
        with pytest.raises(BigUploadError) as raised:
            fetcher.look(link.replace("PORT", str(site.port)))
        assert type(raised.value) is error
        assert word in raised.value.message
        assert not raised.value.retryable
    assert watch.connected == watch.looked_up == []
    assert site.connections == 0


@pytest.fixture
def other_address() -> Iterator[Site]:
    """A site that may be reached while all else on this machine may not."""
    own = Site(address="127.77.0.1")
    yield own
    own.close()


def can_be_sent(link: str) -> bool:
    """Whether a header can hold it, and it is no path of the site's own."""
    return "://" in link and "\n" not in link and not link.startswith((" ", "/"))


@pytest.mark.parametrize("row", [row for row in HOSTILE if can_be_sent(row[0])], ids=row_id)
def test_a_redirect_to_it_is_refused_too(
    row: tuple[str, type[BigUploadError], str],
    make: Callable[..., Fetcher],
    other_address: Site,
    watch: Watch,
) -> None:
    url, error, _ = row
    header = url.replace("PORT", "80").encode("utf-8", "surrogatepass").decode("latin-1")
    other_address.routes["/start"] = redirect(header)
    rules = Rules(schemes=("https", "http"), allow=("127.77.0.0/16",), ports=None)
    names = {"good.example": [("127.77.0.1", other_address.port)]}
    fetcher = make(rules, resolver=lambda host, port: names.get(host) or resolver(host, port))
    with pytest.raises(BigUploadError) as raised:
        fetcher.look(f"http://good.example:{other_address.port}/start")
    # What the header can't say as text, and other schemes, may be refused earlier.
    assert type(raised.value) in {error, AddressRefused, Malformed}
    assert watch.connected == [("127.77.0.1", other_address.port)]
    assert [path for _, path, _ in other_address.requests] == ["/start"]
