"""What an administrator lets links lead to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_network

from ...errors import AddressRefused
from .addresses import Network, embedded, special
from .url import IPAddress, Url

_PATTERN = re.compile(r"\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*", re.ASCII)
#: The names at which clouds serve credentials to whatever runs in them.
_METADATA_NAMES = frozenset(
    {
        "instance-data",
        "instance-data.ec2.internal",
        "metadata",
        "metadata.azure.internal",
        "metadata.google.internal",
        "metadata.goog",
        "metadata.tencentyun.com",
    }
)


@dataclass(frozen=True)
class Hosts:
    """A list of hosts, as in a setting: names, `*.names`, addresses, and networks such as `10.2.0.0/16`.

    `zenodo.org` is that host alone, `*.zenodo.org` all below it, `*` every host.
    """

    names: frozenset[str]
    networks: tuple[Network, ...]

    @classmethod
    def parse(cls, entries: Sequence[str]) -> Hosts:
        """Return the list that a setting's `entries` are.

        Raises
        ------
        ValueError
            For an entry that is neither name nor network.
        """
        names, networks = set(), []
        for entry in entries:
            text = entry.strip().lower().removesuffix(".")
            try:
                networks.append(ip_network(text))
            except ValueError:
                if not _PATTERN.fullmatch(text) or re.fullmatch(r"[0-9.]+", text):
                    raise ValueError(f"neither a host nor a network: {entry!r}") from None
                names.add(text)
        return cls(frozenset(names), tuple(networks))

    def name(self, host: str) -> bool:
        """Return whether a host is listed by its name."""
        above = host.split(".")
        wild = {"*." + ".".join(above[start:]) for start in range(1, len(above))}
        return not self.names.isdisjoint({host, "*", *wild})

    def holds(self, address: IPAddress) -> bool:
        """Return whether an address is in a listed network."""
        return any(address in network for network in self.networks)


@dataclass(frozen=True)
class Rules:
    """What links may lead to. By default any host whose addresses are all of the public internet, by https.

    Parameters
    ----------
    schemes : Sequence[str]
        `https`, and `http` where that is wanted, which anyone on the way can read and change.
    allow : Sequence[str]
        Names: only these hosts are allowed then. Networks: these are allowed beside others, private ones too.
        A name makes no private address allowed, since whoever owns the name could let it lead anywhere.
    deny : Sequence[str]
        Names and networks that are never allowed. The metadata services of clouds are not, without being
        listed.
    private : bool
        Whether addresses of private networks are allowed, all of them. This machine's own and link-local ones
        are not, unless their network is in `allow`.
    ports : Sequence[int] or None
        The ports that are allowed; None for all.
    most_redirects : int
        How many redirects are followed, one after the other.

    Raises
    ------
    ValueError
        When a list has an entry that is neither name nor network, or a scheme is another one.
    """

    schemes: Sequence[str] = ("https",)
    allow: Sequence[str] = ()
    deny: Sequence[str] = ()
    private: bool = False
    ports: Sequence[int] | None = (80, 443, 8080, 8443)
    most_redirects: int = 10

    def __post_init__(self) -> None:
        unknown = set(self.schemes) - {"http", "https"}
        if unknown:
            raise ValueError(f"schemes that nobody fetches by: {', '.join(sorted(unknown))}")
        _ = self._allowed, self._denied

    @cached_property
    def _allowed(self) -> Hosts:
        return Hosts.parse(self.allow)

    @cached_property
    def _denied(self) -> Hosts:
        return Hosts.parse(self.deny)

    def require_url(self, url: Url) -> None:
        """Check what can be checked before a name is looked up.

        Raises
        ------
        AddressRefused
            When no link of this scheme, to this port, or to this host is allowed.
        """
        if url.scheme not in self.schemes:
            raise AddressRefused(f"Links of {url.scheme}:// are not allowed; {_listed(self.schemes)} are.")
        if self.ports is not None and url.port not in self.ports:
            raise AddressRefused(f"Port {url.port} is not allowed.")
        if url.host in _METADATA_NAMES:
            raise AddressRefused(f"{url.host} is a cloud's metadata service.")
        if self._denied.name(url.host):
            raise AddressRefused(f"{url.host} is denied on this server.")
        if url.address is None and self._allowed.names and not self._allowed.networks:
            self._require_listed(url)

    def require_addresses(self, url: Url, addresses: Sequence[IPAddress]) -> None:
        """Check all addresses that a host has: one that is refused is enough to refuse the host.

        Raises
        ------
        AddressRefused
            When one is not allowed. The message names no address, so that nobody learns a private one.
        """
        if self._allowed.names and not all(map(self._allowed.holds, addresses)):
            self._require_listed(url)
        for address in addresses:
            inner = embedded(address)
            if self._denied.holds(address) or (inner is not None and self._denied.holds(inner)):
                raise AddressRefused(f"The address of {url.host} is denied on this server.")
            self._require_address(url, address)

    def _require_listed(self, url: Url) -> None:
        if not self._allowed.name(url.host):
            raise AddressRefused(f"{url.host} is not among the hosts that are allowed on this server.")

    def _require_address(self, url: Url, address: IPAddress) -> None:
        inner = embedded(address)
        for each in (address, inner):
            found = None if each is None else special(each)
            if found is not None and found.metadata:
                raise AddressRefused(f"The address of {url.host} is {found.what}.")
        found = special(address)
        if found is None or self._allowed.holds(address) or (found.private and self.private):
            return
        raise AddressRefused(f"The address of {url.host} is {found.what}, none of the public internet.")


def _listed(words: Sequence[str]) -> str:
    return " and ".join(f"{word}://" for word in words)
