"""The headers of tus 1.0: what this server says of itself, and what a request says."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from tornado.httputil import HTTPHeaders

from ...digests import Digest, Hasher
from ...errors import Malformed, TooLarge

VERSION = "1.0.0"
EXTENSIONS = (
    "creation",
    "creation-with-upload",
    "creation-defer-length",
    "expiration",
    "checksum",
    "termination",
    "concatenation",
)
#: Its algorithms of checksums, and their names in the registry of HTTP digests.
CHECKSUMS: Mapping[str, str] = {"sha1": "sha", "sha256": "sha-256", "sha512": "sha-512", "md5": "md5"}
#: The media type of a body that is a part of a file.
CHUNK = "application/offset+octet-stream"

#: Headers that a page of another site may read, and send.
EXPOSED = (
    "Location",
    "Retry-After",
    "Tus-Checksum-Algorithm",
    "Tus-Extension",
    "Tus-Max-Size",
    "Tus-Resumable",
    "Tus-Version",
    "Upload-Concat",
    "Upload-Defer-Length",
    "Upload-Expires",
    "Upload-Length",
    "Upload-Metadata",
    "Upload-Offset",
)
ACCEPTED = (
    "Tus-Resumable",
    "Upload-Checksum",
    "Upload-Concat",
    "Upload-Defer-Length",
    "Upload-Length",
    "Upload-Metadata",
    "Upload-Offset",
    "X-HTTP-Method-Override",
    "X-Request-ID",
    "X-Requested-With",
)

_NUMBER = re.compile(r"[0-9]+")
_CHECKSUM = re.compile(r"([a-z0-9_-]+) ([A-Za-z0-9+/]+={0,2})")
#: The ids of uploads that were created here.
_ID = re.compile(r"[0-9a-f]{32}")
#: More bytes than any file has.
_ENDLESS = 2**63


@dataclass(frozen=True)
class Concat:
    """What an `Upload-Concat` says: a part of a file, or a file of these parts, by their ids in order."""

    header: str
    parts: Sequence[str] = ()

    @property
    def is_final(self) -> bool:
        """Whether it is a file of parts."""
        return bool(self.parts)


def is_chunk(headers: HTTPHeaders) -> bool:
    """Return whether the body is a part of a file."""
    return headers.get("Content-Type", "").partition(";")[0].strip().lower() == CHUNK


def offset(headers: HTTPHeaders) -> int:
    """Return where a body begins; what no file reaches is one place.

    Raises
    ------
    Malformed
        When the request does not say so.
    """
    given = _number(headers, "Upload-Offset")
    if given is None:
        raise Malformed("Say in Upload-Offset where the body begins.")
    return given


def size(headers: HTTPHeaders) -> int | None:
    """Return the bytes of a file, where the request says them.

    Raises
    ------
    Malformed
        When it is no number.
    TooLarge
        When no file could have so many.
    """
    given = _number(headers, "Upload-Length")
    if given == _ENDLESS:
        raise TooLarge("No file has so many bytes.")
    return given


def new_size(headers: HTTPHeaders) -> int | None:
    """Return the bytes that a file is going to have; None when they are said later.

    Raises
    ------
    Malformed
        When the request says neither, or both.
    TooLarge
        As `size`.
    """
    given = size(headers)
    deferred = headers.get("Upload-Defer-Length")
    if deferred not in {None, "1"}:
        raise Malformed("Upload-Defer-Length can only be 1.")
    if (given is None) == (deferred is None):
        raise Malformed("Send either an Upload-Length, or Upload-Defer-Length: 1.")
    return given


def checksum(headers: HTTPHeaders) -> Digest | None:
    """Return what the client says that the body has; None when it says nothing.

    Raises
    ------
    Malformed
        When it is of an algorithm that is not known here, not written as tus has it, or comes as a trailer.
    """
    if "upload-checksum" in headers.get("Trailer", "").lower():
        # tornado reads no trailers: it would end the connection at this one, with the body taken unchecked.
        raise Malformed("This server reads no trailers: send the Upload-Checksum before the body.")
    given = headers.get("Upload-Checksum")
    if given is None:
        return None
    match = _CHECKSUM.fullmatch(given)
    if match is None:
        raise Malformed("Upload-Checksum must be an algorithm, a space, and a digest in base64.")
    algorithm = CHECKSUMS.get(match[1])
    if algorithm is None:
        raise Malformed(f"This server knows {', '.join(CHECKSUMS)}, not {match[1]}.")
    try:
        value = base64.b64decode(match[2], validate=True)
    except binascii.Error:
        raise Malformed("The Upload-Checksum is not base64.") from None
    if len(value) != len(Hasher(algorithm).digest.value):
        raise Malformed(f"The Upload-Checksum has not as many bits as {match[1]} makes.")
    return Digest(algorithm, value)


def concat(headers: HTTPHeaders) -> Concat | None:
    """Return what the `Upload-Concat` says; None for a file of its own.

    Raises
    ------
    Malformed
        When it is neither `partial` nor a list of the URLs of uploads.
    """
    given = headers.get("Upload-Concat")
    if given is None:
        return None
    if given == "partial":
        return Concat(given)
    kind, _, urls = given.partition(";")
    parts = [_id_of(url) for url in urls.split()]
    if kind != "final" or not parts:
        raise Malformed("Upload-Concat is 'partial', or 'final;' and the URLs of parts.")
    return Concat(given, parts)


def _number(headers: HTTPHeaders, name: str) -> int | None:
    given = headers.get(name)
    if given is None:
        return None
    if not _NUMBER.fullmatch(given):
        raise Malformed(f"{name} must be a number of bytes.")
    digits = given.lstrip("0") or "0"
    # Python refuses to read numbers of thousands of digits.
    return _ENDLESS if len(digits) > len(str(_ENDLESS)) else min(int(digits), _ENDLESS)


def _id_of(url: str) -> str:
    try:
        upload_id = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    except ValueError:  # of what is no URL at all
        upload_id = ""
    if not _ID.fullmatch(upload_id):
        raise Malformed("Upload-Concat has a URL that is none of an upload.")
    return upload_id
