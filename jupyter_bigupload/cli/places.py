"""Where files go, and where the server is, as people write it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit, urlunsplit

HOME = "home"
_PLACE = re.compile(r"(?P<destination>[^:/]*):(?P<path>.*)", re.DOTALL)
#: What an address from the browser's bar has behind the server's own; a hub may have a user of that name.
_PAGES = re.compile(r"(?<!/user)/(lab|tree|notebooks|edit|voila|login)(/.*)?$")


@dataclass(frozen=True)
class Place:
    """A folder, or a file, of a destination.

    Parameters
    ----------
    path : str
        From the destination's root, without slashes around it; empty for the root itself.
    """

    destination: str
    path: str

    @classmethod
    def parse(cls, text: str) -> Place:
        """Read `DIR` of the home folder, or `destination:DIR`; `home:` lets a first name have a colon."""
        match = _PLACE.fullmatch(text)
        if match is None:
            return cls(HOME, text.strip("/"))
        return cls(match["destination"] or HOME, match["path"].strip("/"))

    def __truediv__(self, name: str) -> Place:
        return Place(self.destination, f"{self.path}/{name}" if self.path else name)

    @property
    def folder(self) -> Place:
        """The folder that it is in."""
        return Place(self.destination, self.path.rpartition("/")[0])

    def __str__(self) -> str:
        if self.destination == HOME and ":" not in self.path.partition("/")[0]:
            return self.path
        return f"{self.destination}:{self.path}"


@dataclass(frozen=True)
class ServerAddress:
    """A server, and what it is to be told about who asks; both None where they are to be found."""

    url: str | None
    token: str | None

    def __repr__(self) -> str:
        return f"ServerAddress({self.url!r})"  # whatever prints it, the token is not for other eyes

    @classmethod
    def read(
        cls, url: str | None, token: str | None, token_file: Path | None, environment: Mapping[str, str]
    ) -> ServerAddress:
        """Take the token of the file, or of the option, the environment, or the address, in this order.

        An address may be the one of the page in the browser, with `/lab` or `/tree` and `?token=…`.

        Raises
        ------
        ValueError
            When `url` is no address.
        OSError, UnicodeDecodeError
            When the file can't be read.
        """
        in_address = None
        if url is not None:
            url, in_address = _split(url)
        if token_file is not None:
            token = token_file.read_text("utf-8").strip()
        return cls(url, token or environment.get("JUPYTER_TOKEN") or in_address)


def _split(url: str) -> tuple[str, str | None]:
    if "://" not in url:
        url = f"http://{url}"
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("an address begins with http:// or https:// and has a host")
    token = parse_qs(parts.query).get("token", [None])[0]
    path = _PAGES.sub("/", parts.path)
    return urlunsplit((parts.scheme, parts.netloc, path if path.endswith("/") else f"{path}/", "", "")), token
