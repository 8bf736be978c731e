"""Whatever text comes, what is checked is what is connected to."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Network
from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from jupyter_bigupload.errors import BigUploadError
from jupyter_bigupload.operations.fetching.addresses import special
from jupyter_bigupload.operations.fetching.url import IPAddress, parse_url

#: Judged by the address inside.
TRANSLATED = IPv6Network("64:ff9b::/96")
#: What tricks are made of.
PARTS = st.sampled_from(
    ["http", "https", ":", "/", "//", "@", "\\", "#", "?", "%", "[", "]", ".", "127", "0x7f", "1", "::",
     "a", "localhost", "\t", "\n", " ", "\u3002", "\uff11", "\u00ad", "%2f", "%00", "-", "_", "8080"]
)  # fmt: skip


@given(st.one_of(st.lists(PARTS, max_size=12).map("".join), st.text(max_size=60)).map("http://".__add__))
def test_everybody_reads_the_same_host(text: str) -> None:
    try:
        url = parse_url(text)
    except BigUploadError:
        return
    other = urlsplit(text)
    assert url.host == (other.hostname or "").removesuffix(".") or str(url.address) == url.host
    assert url.port == (other.port or 80)
    assert other.username is None
    assert parse_url(str(url)) == url
    assert str(url).isascii()
    assert str(url).isprintable()


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_no_address_is_public_that_python_knows_to_be_none(address: IPAddress) -> None:
    if special(address) is None and address not in TRANSLATED:
        assert address.is_global
        assert not address.is_multicast


@given(st.ip_addresses(v=4))
def test_a_translated_address_is_as_good_as_the_one_inside(address: IPv4Address) -> None:
    inside = special(address)
    assert special(TRANSLATED[int(address)]) == inside
