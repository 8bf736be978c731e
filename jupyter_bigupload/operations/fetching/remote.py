"""What a site says about a file, and whether it is still the same one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ...digests import Digest
from ...errors import RemoteChanged

_CONTENT_RANGE = re.compile(
    r"bytes (?:(?P<first>[0-9]{1,18})-(?P<last>[0-9]{1,18})|\*)/(?P<total>[0-9]{1,18}|\*)",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True)
class Remote:
    """What a link leads to now.

    Parameters
    ----------
    link : str
        The link of the bytes, as `resolve` gives it.
    url : str
        Where its redirects led, perhaps signed for a short time; `link` is followed again once it is refused.
    name : str
        A safe file name.
    size : int or None
        Bytes; None where the site does not say.
    etag : str or None
        As in the header, with its quotes, and `W/` where it is weak.
    last_modified : str or None
        As in the header.
    ranges : bool
        Whether parts can be had that are known to be of one file: the site gives ranges, and a strong etag or
        the time of the last change.
    checksum : Digest or None
        Of the whole file, where the site is known to tell it: MD5 on Zenodo, SHA-256 on Hugging Face.
    """

    link: str
    url: str
    name: str
    size: int | None
    etag: str | None
    last_modified: str | None
    ranges: bool
    checksum: Digest | None

    @property
    def is_known_again(self) -> bool:
        """Whether a later answer can be told to be of the same file (see `require_same`)."""
        return is_strong(self.etag) or self.last_modified is not None

    def as_json(self) -> dict[str, Any]:
        """Return it as fields of a record, from which another process can go on reading."""
        return asdict(self) | {"checksum": None if self.checksum is None else str(self.checksum)}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Remote:
        """Return what `as_json` returned the fields of."""
        checksum = fields["checksum"]
        return cls(**{**fields, "checksum": None if checksum is None else Digest.parse(checksum)})

    def require_same(self, headers: Mapping[str, str], *, total: int | None) -> bool:
        """Check that an answer is of the same file; return whether it is known to be.

        Parameters
        ----------
        headers : Mapping[str, str]
            Of the answer.
        total : int or None
            Bytes of the whole file by this answer, if it says.

        Raises
        ------
        RemoteChanged
            When it is of another one.
        """
        if None not in (self.size, total) and self.size != total:
            raise RemoteChanged(f"The file has {total} bytes now, not {self.size}.")
        etag, modified = headers.get("ETag"), headers.get("Last-Modified")
        if etag and self.etag and _opaque(etag) != _opaque(self.etag):
            raise RemoteChanged("The file was changed since it was looked at: its etag is another one.")
        if is_strong(etag) and is_strong(self.etag):
            return True
        if modified and self.last_modified and modified != self.last_modified:
            raise RemoteChanged("The file was changed since it was looked at, by its time of last change.")
        return bool(modified and self.last_modified)


@dataclass(frozen=True)
class ContentRange:
    """The bytes `start` up to, and without, `end`, of a file of `total`; each None where it is not known."""

    start: int | None
    end: int | None
    total: int | None


def parse_content_range(value: str) -> ContentRange | None:
    """Return what the `Content-Range` of an answer says, or None if it can't be read."""
    match = _CONTENT_RANGE.fullmatch(value.strip())
    if match is None:
        return None
    total = None if match["total"] == "*" else int(match["total"])
    if match["first"] is None:
        return ContentRange(None, None, total)
    start, end = int(match["first"]), int(match["last"]) + 1
    if start >= end or (total is not None and end > total):
        return None
    return ContentRange(start, end, total)


def is_strong(etag: str | None) -> bool:
    """Return whether an etag stands for exactly these bytes (RFC 9110, 8.8.1)."""
    return etag is not None and not etag.startswith(("W/", "w/"))


def _opaque(etag: str) -> str:
    return etag.removeprefix("W/").removeprefix("w/").strip('"')
