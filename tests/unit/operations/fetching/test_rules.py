"""What an administrator may allow and deny."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from jupyter_bigupload.errors import AddressRefused
from jupyter_bigupload.operations.fetching import Rules
from jupyter_bigupload.operations.fetching.url import parse_url

PUBLIC = "93.184.215.14"


def allowed(rules: Rules, link: str, *addresses: str) -> bool:
    url = parse_url(link)
    try:
        rules.require_url(url)
        rules.require_addresses(url, [ip_address(address) for address in addresses])
    except AddressRefused:
        return False
    return True


@pytest.mark.parametrize(
    "address",
    [PUBLIC, "8.8.8.8", "100.128.0.1", "172.32.0.1", "2606:4700::1", "2a00:1450::1", "64:ff9b::808:808"],
)
def test_the_public_internet_is(address: str) -> None:
    assert allowed(Rules(), "https://x.example/", address)


@pytest.mark.parametrize(
    ("rules", "link", "addresses", "expected"),
    [
        (Rules(), "http://x.example/", [PUBLIC], False),
        (Rules(schemes=("https", "http")), "http://x.example/", [PUBLIC], True),
        (Rules(), "https://x.example:22/", [PUBLIC], False),
        (Rules(), "https://x.example:8443/", [PUBLIC], True),
        (Rules(ports=None), "https://x.example:22/", [PUBLIC], True),
        (Rules(ports=(443,)), "https://x.example:8443/", [PUBLIC], False),
        # Names restrict to themselves.
        (Rules(allow=["zenodo.org"]), "https://zenodo.org/", [PUBLIC], True),
        (Rules(allow=["Zenodo.ORG."]), "https://ZENODO.org./", [PUBLIC], True),
        (Rules(allow=["zenodo.org"]), "https://www.zenodo.org/", [PUBLIC], False),
        (Rules(allow=["*.zenodo.org"]), "https://a.www.zenodo.org/", [PUBLIC], True),
        (Rules(allow=["*.zenodo.org"]), "https://zenodo.org/", [PUBLIC], False),
        (Rules(allow=["*.zenodo.org"]), "https://evilzenodo.org/", [PUBLIC], False),
        (Rules(allow=["zenodo.org"]), "https://zenodo.org.evil.example/", [PUBLIC], False),
        (Rules(allow=["zenodo.org"]), f"https://{PUBLIC}/", [PUBLIC], False),
        # A name makes no private address allowed.
        (Rules(allow=["zenodo.org"]), "https://zenodo.org/", ["10.0.0.1"], False),
        (Rules(allow=["*"]), "https://zenodo.org/", ["10.0.0.1"], False),
        (Rules(allow=["zenodo.org"]), "https://zenodo.org/", [PUBLIC, "10.0.0.1"], False),
        # Networks are allowed beside all else.
        (Rules(allow=["10.2.0.0/16"]), "https://x.example/", ["10.2.3.4"], True),
        (Rules(allow=["10.2.0.0/16"]), "https://x.example/", ["10.3.0.1"], False),
        (Rules(allow=["10.2.0.0/16"]), "https://x.example/", ["10.2.3.4", "10.3.0.1"], False),
        (Rules(allow=["10.2.0.0/16"]), "https://x.example/", [PUBLIC], True),
        (Rules(allow=["10.2.0.0/16", "zenodo.org"]), "https://x.example/", ["10.2.3.4"], True),
        (Rules(allow=["10.2.0.0/16", "zenodo.org"]), "https://zenodo.org/", [PUBLIC], True),
        (Rules(allow=["10.2.0.0/16", "zenodo.org"]), "https://x.example/", [PUBLIC], False),
        (Rules(allow=["127.0.0.1"]), "https://127.0.0.1/", ["127.0.0.1"], True),
        (Rules(allow=["127.0.0.1"]), "https://127.0.0.2/", ["127.0.0.2"], False),
        (Rules(allow=["fd00::/8"]), "https://[fd00::1]/", ["fd00::1"], True),
        (Rules(allow=["10.0.0.0/8"]), "https://x.example/", ["::ffff:10.0.0.1"], False),
        # Private ones as a whole; this machine's own and link-local ones are none of them.
        (Rules(private=True), "https://x.example/", ["10.0.0.1"], True),
        (Rules(private=True), "https://x.example/", ["192.168.1.1", "fd00::1", "100.64.0.1"], True),
        (Rules(private=True), "https://x.example/", ["127.0.0.1"], False),
        (Rules(private=True), "https://x.example/", ["::1"], False),
        (Rules(private=True), "https://x.example/", ["169.254.1.1"], False),
        (Rules(private=True), "https://x.example/", ["0.0.0.0"], False),  # noqa: S104 (an answer)
        (Rules(private=True), "https://x.example/", ["64:ff9b::a00:1"], True),
        # What is denied is so whatever else is allowed.
        (Rules(deny=["evil.example"]), "https://evil.example/", [PUBLIC], False),
        (Rules(deny=["*.evil.example"]), "https://a.evil.example/", [PUBLIC], False),
        (Rules(deny=["evil.example"]), "https://good.example/", [PUBLIC], True),
        (Rules(deny=["93.184.0.0/16"]), "https://good.example/", ["8.8.8.8", PUBLIC], False),
        (Rules(deny=["93.184.0.0/16"]), "https://good.example/", ["64:ff9b::5db8:d70e"], False),
        (Rules(allow=["*"], deny=["zenodo.org"]), "https://zenodo.org/", [PUBLIC], False),
        (Rules(private=True, deny=["10.0.0.0/8"]), "https://x.example/", ["10.0.0.1"], False),
        (Rules(allow=["10.0.0.0/8"], deny=["10.1.0.0/16"]), "https://x.example/", ["10.1.0.1"], False),
    ],
)
def test_lists(rules: Rules, link: str, addresses: list[str], *, expected: bool) -> None:
    assert allowed(rules, link, *addresses) is expected


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "fd00:ec2::254", "168.63.129.16", "::ffff:169.254.169.254"]
)
def test_nobody_allows_metadata_services(address: str) -> None:
    rules = Rules(allow=["*", "0.0.0.0/0", "::/0"], private=True, ports=None)
    assert not allowed(rules, "https://x.example/", address)
    assert not allowed(rules, "https://metadata.google.internal/", PUBLIC)


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "https://zenodo.org",
        "zenodo.org/x",
        "10.0.0.0/99",
        "10.0.0.1/8",
        "10.0.0",
        "*zenodo.org",
        "a b",
        "a:1",
    ],
)
def test_entries_that_are_no_hosts(entry: str) -> None:
    with pytest.raises(ValueError, match="neither a host nor a network"):
        Rules(allow=[entry])
    with pytest.raises(ValueError, match="neither a host nor a network"):
        Rules(deny=[entry])


def test_schemes_that_nobody_fetches_by() -> None:
    with pytest.raises(ValueError, match="ftp"):
        Rules(schemes=("https", "ftp"))
