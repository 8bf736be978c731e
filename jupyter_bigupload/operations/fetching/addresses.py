"""Which addresses are of the public internet. The table is our own, as Python's differs between versions.

After IANA's registries of special-purpose addresses, and what clouds serve credentials at.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from .url import IPAddress

Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Special:
    """Why an address is none of the public internet.

    Parameters
    ----------
    network : Network
        All addresses of this kind.
    what : str
        What they are, for a person.
    private : bool
        Whether they are those of private networks, which an administrator may allow as a whole.
    metadata : bool
        Whether a cloud gives away credentials there, so that nobody may allow it.
    """

    network: Network
    what: str
    private: bool = False
    metadata: bool = False


def _special(what: str, *networks: str, private: bool = False, metadata: bool = False) -> list[Special]:
    return [Special(ip_network(network), what, private, metadata) for network in networks]


#: The first that holds an address counts.
_TABLE = (
    *_special(
        "a cloud's metadata service",
        "169.254.169.254",  # AWS, Google Cloud, Azure and most others
        "169.254.170.2",  # AWS, of containers
        "169.254.170.23",
        "100.100.100.200",  # Alibaba
        "168.63.129.16",  # Azure; public by its number
        "192.0.0.192",  # Oracle
        "fd00:ec2::254",  # AWS
        "fd00:ec2::23",
        "fd20:ce::254",  # Google Cloud
        metadata=True,
    ),
    *_special("this machine itself", "127.0.0.0/8", "::1"),
    *_special("no address of a host", "0.0.0.0/8", "::"),
    *_special("link-local", "169.254.0.0/16", "fe80::/10"),
    *_special("of a private network", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", private=True),
    *_special("of a private network", "fc00::/7", private=True),
    *_special("of a provider's inner network", "100.64.0.0/10", private=True),
    *_special("multicast", "224.0.0.0/4", "ff00::/8"),
    *_special("reserved", "240.0.0.0/4", "192.0.0.0/24", "198.18.0.0/15", "192.88.99.0/24"),
    *_special("for examples only", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"),
    *_special("for examples only", "2001:db8::/32", "3fff::/20"),
    *_special("an IPv4 address inside an IPv6 one", "::ffff:0:0/96", "::ffff:0:0:0/96", "::/96"),
    *_special("a tunnel (6to4)", "2002::/16"),
    *_special("a tunnel (Teredo)", "2001::/32"),
    *_special("a translated address of a private network", "64:ff9b:1::/48"),
    *_special("reserved", "2001::/23", "100::/64", "5f00::/16", "fec0::/10"),
)
#: NAT64: how hosts of a network that has IPv6 alone reach IPv4, and as good as the address inside it.
_TRANSLATED = IPv6Network("64:ff9b::/96")
#: All of IPv6 that is given out.
_UNICAST = IPv6Network("2000::/3")


def special(address: IPAddress) -> Special | None:
    """Return why `address` is none of the public internet, or None if it is."""
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        address = IPv6Address(int(address))
    if address in _TRANSLATED:
        return special(IPv4Address(int(address) & 0xFFFFFFFF))
    for entry in _TABLE:
        if address in entry.network:
            return entry
    if isinstance(address, IPv6Address) and address not in _UNICAST:
        return Special(ip_network("::/0"), "reserved")
    return None


def embedded(address: IPAddress) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 one stands for in the end, as with NAT64 or `::ffff:127.0.0.1`."""
    if not isinstance(address, IPv6Address):
        return None
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped


def parse_address(text: str) -> IPAddress:
    """Return the address that a resolver gave, without the scope that link-local ones have.

    Raises
    ------
    ValueError
        When it is none.
    """
    return ip_address(text.partition("%")[0])
