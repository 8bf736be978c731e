"""Reading a link strictly: what two programs could read differently is refused, not mended.

Every trick that makes a check and a connection see different hosts lives from a parser that is kind: it drops
tabs and ends of lines, takes backslashes for slashes, maps other digits to ASCII, or lets libc read `127.1`.
So nothing of that is done here, and what was read once is what is checked and connected to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import quote, urljoin

from ...errors import AddressRefused, Malformed

IPAddress = IPv4Address | IPv6Address

#: The longest link, characters; signed ones have some 2000.
_LONGEST = 8192
_DEFAULT_PORTS = {"http": 80, "https": 443}
_MOST_PORT = 65535
_SHAPE = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<target>[^#]*)(?:#.*)?")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
#: Controls and blanks (also Unicode's), and the backslash, which browsers read as a slash.
_UNREADABLE = re.compile(r"[\x00-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff\\]")
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*", re.ASCII)
#: What libc takes for (a part of) an IPv4 address: decimal, octal or hexadecimal.
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*", re.ASCII)
#: What may stand in a path or a query as it is; `%` too, as what is encoded already stays as it is.
_PLAIN = "/?:@!$&'()*+,;=-._~%[]|"


@dataclass(frozen=True)
class Url:
    """A link that was read strictly.

    Parameters
    ----------
    scheme : str
        In lower case.
    host : str
        A name in lower case, without a dot at its end, or an address, an IPv6 one without brackets.
    port : int
        The one given, or the scheme's own.
    target : str
        Path and query, percent-encoded; begins with a slash.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def address(self) -> IPAddress | None:
        """The address, where the host is one."""
        try:
            return ip_address(self.host)
        except ValueError:
            return None

    @property
    def authority(self) -> str:
        """Host and port as in the `Host` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS.get(self.scheme, 0) else f"{host}:{self.port}"

    @property
    def path(self) -> str:
        """The path, percent-encoded, without the query."""
        return self.target.partition("?")[0]

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"

    def joined(self, location: str) -> Url:
        """Return where a redirect from here leads.

        Parameters
        ----------
        location : str
            The header as http.client gives it: its bytes as latin-1.

        Raises
        ------
        Malformed, AddressRefused
            As `parse_url`.
        """
        try:
            location = location.encode("latin-1").decode()
        except UnicodeError:
            raise Malformed("The site redirects to a link that is no text.") from None
        _require_readable(location)
        if _ABSOLUTE.match(location):  # urljoin would take `http:///x` for a path of this host
            return parse_url(location)
        try:
            return parse_url(urljoin(str(self), location))
        except ValueError:  # of urllib, about brackets
            raise Malformed("The site redirects to something that is no link.") from None


def parse_url(text: str) -> Url:
    """Return the link that `text` is. Its scheme may be any; the rules say which are wanted.

    Raises
    ------
    Malformed
        When it is no link, or one that programs read differently; when it holds a user or a password.
    AddressRefused
        When its host is an address in an unusual spelling, such as `127.1` or `0x7f000001`.
    """
    _require_readable(text)
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise Malformed("This is no link: it should begin with https:// and name a host.")
    scheme, authority = match["scheme"].lower(), match["authority"]
    if "@" in authority:
        raise Malformed(
            "A link with a user or a password in it is not taken; leave out what stands before '@'."
        )
    host, port = _host_and_port(authority)
    if port is None:
        port = _DEFAULT_PORTS.get(scheme, 0)
    return Url(scheme, _read_host(host), port, _encoded(match["target"]))


def _require_readable(text: str) -> None:
    if len(text) > _LONGEST:
        raise Malformed(f"The link has more than {_LONGEST} characters.")
    if _UNREADABLE.search(text):
        raise Malformed("The link holds a blank, a control character or a backslash; encode it, as in %20.")


def _host_and_port(authority: str) -> tuple[str, int | None]:
    if authority.startswith("["):
        inside, bracket, rest = authority[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise Malformed("The link's host has brackets that don't match.")
        host, port = f"[{inside}]", rest[1:]
    else:
        host, _, port = authority.partition(":")
    if not port:
        return host, None
    if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) <= _MOST_PORT):
        raise Malformed("The link's port is no number from 1 to 65535.")
    return host, int(port[:6])


def _read_host(host: str) -> str:
    """Return a host as it is looked up or connected to."""
    if host.startswith("["):
        try:
            address = IPv6Address(host[1:-1])
        except ValueError:
            raise Malformed("What stands in brackets is no IPv6 address.") from None
        if address.scope_id is not None:
            raise Malformed("An address with a scope (%) leads to no host of the internet.")
        return str(address)
    host = host.lower().removesuffix(".")
    if not host.isascii():
        raise Malformed("The host has other characters than ASCII; write it as xn--…")
    if not _HOST.fullmatch(host):
        raise Malformed("The link's host is missing, or no name that a host can have.")
    if not _NUMBER.fullmatch(host.rpartition(".")[2]):
        return host
    # libc reads all of these as addresses: 127.1, 0177.0.0.1, 0x7f.1, 2130706433.
    try:
        return str(IPv4Address(host))
    except ValueError:
        raise AddressRefused("The address is written in an unusual way; write it as in 192.0.2.1.") from None


def _encoded(target: str) -> str:
    try:
        target = quote(target, safe=_PLAIN)
    except UnicodeEncodeError:
        raise Malformed("The link has characters that are no Unicode text.") from None
    return target if target.startswith("/") else f"/{target}"
