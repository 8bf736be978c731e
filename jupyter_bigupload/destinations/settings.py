"""What settings say of a destination: read, checked, and refused in sentences that say what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from ..errors import Malformed
from ..stores.address import StoreAddress

T = TypeVar("T")

Kind = Literal["folder", "s3", "azure"]

#: GCS as one more S3; it knows no newer checksums than MD5.
_GCS = "https://storage.googleapis.com"
_KINDS: Mapping[str, Kind] = {"s3": "s3", "gs": "s3", "az": "azure"}
_CHECKSUMS: Mapping[str, tuple[str, ...]] = {"s3": ("crc64nvme", "md5"), "azure": ("md5",)}
_PART_SIZES = range(5 * 2**20, 4000 * 2**20 + 1)
#: What `max_parts` may be: numbers of parts end there, of S3 by its protocol, so it only ever lowers them.
_MAX_PARTS: Mapping[Kind, range] = {"s3": range(1, 10_000 + 1), "azure": range(1, 50_000 + 1)}
#: What `max_copy` may be.
_MAX_COPIES: Mapping[str, range] = {"s3": range(1, 5 * 2**30 + 1), "azure": range(1, 256 * 2**20 + 1)}
#: What `max_size` may be: up to the most parts of the largest size. Some stores take more than is usual.
_MAX_SIZES: Mapping[Kind, range] = {
    "s3": range(1, 10_000 * 5 * 2**30 + 1),
    "azure": range(1, 50_000 * 4000 * 2**20 + 1),
}

#: What a destination may be called.
NAME = re.compile(r"[a-z0-9-]{1,64}")
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
#: What people call the fields in which they would write a secret.
_SECRET = re.compile(r"secret|password|token|key|sas|connection_?string", re.IGNORECASE)

_NO_SECRETS = (
    "Credentials are named here, never written: for s3:// and gs:// a `profile` of ~/.aws/credentials, "
    "for az:// as `credentials` an environment variable that holds a connection string."
)


@dataclass(frozen=True)
class DestinationSettings:
    """A destination as settings have it.

    Parameters
    ----------
    bucket, prefix : str
        Where its root is; the prefix has no slash at either end.
    address : StoreAddress
        How the bucket is reached.
    direct : bool
        Whether browsers may send parts to the store themselves.
    checksum : str or None
        The one digest that the store is to verify; None for the best that it is known to have.
    part_size : int or None
        Bytes; None to plan by the size of the file.
    max_parts : int or None
        Most parts of one object, where the store takes fewer than its kind does.
    max_size : int or None
        Largest object, bytes; None for that of its kind.
    max_copy : int or None
        Largest object that the store copies in one request, bytes; None for that of its kind.
    """

    name: str
    title: str
    kind: Kind
    url: str
    bucket: str
    prefix: str
    address: StoreAddress
    direct: bool
    checksum: str | None
    part_size: int | None
    max_parts: int | None
    max_size: int | None
    max_copy: int | None
    note: str | None


_FIELDS = {field.name for field in (*fields(DestinationSettings), *fields(StoreAddress))}
_FIELDS -= {"kind", "bucket", "prefix", "address"}


def read_settings(entry: object) -> DestinationSettings:
    """Return what `entry`, an item of a list of destinations, says.

    Raises
    ------
    Malformed
        When it can't be used. The sentence repeats no value that might hold a secret.
    """
    if not isinstance(entry, Mapping):
        raise Malformed("A destination is written as fields with values: name, url, and so on.")
    for field in entry:
        if field not in _FIELDS:
            why = _NO_SECRETS if _SECRET.search(str(field)) else "docs/settings.md lists those there are."
            raise Malformed(f"There is no field {field!r} in a destination. {why}")
    name = _field(entry, "name", str)
    if name is None or not NAME.fullmatch(name):
        raise Malformed("A destination needs a `name`: 1 to 64 of a-z, 0-9 and '-'.")
    url = _field(entry, "url", str)
    if url is None:
        raise Malformed("A destination needs a `url`, such as s3://bucket/prefix.")
    scheme, bucket, prefix = _split(url)
    kind = _KINDS[scheme]
    endpoint_url = _field(entry, "endpoint_url", str)
    if endpoint_url is not None:
        _require_endpoint(endpoint_url)
    elif scheme == "gs":
        endpoint_url = _GCS
    checksum = _field(entry, "checksum", str)
    if checksum is not None and checksum not in _CHECKSUMS[kind]:
        raise Malformed(f"`checksum` is one of {', '.join(_CHECKSUMS[kind])}.")
    if checksum is None and endpoint_url is not None and endpoint_url.rstrip("/") == _GCS:
        checksum = "md5"
    return DestinationSettings(
        name=name,
        title=_field(entry, "title", str) or name,
        kind=kind,
        url="/".join([f"{scheme}://{bucket}", *([prefix] if prefix else [])]),
        bucket=bucket,
        prefix=prefix,
        address=StoreAddress(
            endpoint_url=endpoint_url,
            region=_field(entry, "region", str),
            path_style=_field(entry, "path_style", bool),
            profile=_field(entry, "profile", str),
            credentials=_variable(entry, kind),
        ),
        direct=bool(_field(entry, "direct", bool)),
        checksum=checksum,
        part_size=_number(entry, "part_size", _PART_SIZES, "is in bytes"),
        max_parts=_number(entry, "max_parts", _MAX_PARTS[kind], f"of {scheme}:// is a number"),
        max_size=_number(entry, "max_size", _MAX_SIZES[kind], f"of {scheme}:// is in bytes"),
        max_copy=_number(entry, "max_copy", _MAX_COPIES[kind], f"of {scheme}:// is in bytes"),
        note=_field(entry, "note", str),
    )


def _split(url: str) -> tuple[str, str, str]:
    """Return scheme, bucket and prefix of a destination's URL.

    Raises
    ------
    Malformed
        When it is none.
    """
    scheme, separator, rest = url.partition("://")
    bucket, _, prefix = rest.partition("/")
    prefix = prefix.strip("/")
    if not separator or scheme not in _KINDS or not _BUCKET.fullmatch(bucket):
        raise Malformed("`url` is written s3://bucket/prefix, gs://bucket/prefix or az://container/prefix.")
    if prefix and any(segment in {"", ".", ".."} for segment in prefix.split("/")):
        raise Malformed("The prefix in `url` has a segment that is empty, '.' or '..'.")
    if _CONTROL.search(prefix) or "?" in prefix or "#" in prefix:
        raise Malformed(f"The prefix in `url` has a '?', a '#' or a control character. {_NO_SECRETS}")
    return scheme, bucket, prefix


def _require_endpoint(endpoint_url: str) -> None:
    try:
        parts = urlsplit(endpoint_url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:  # a port that is no number
        usable = False
    if not usable:
        raise Malformed("`endpoint_url` is written https://host or https://host:port.")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise Malformed(f"`endpoint_url` is an address and nothing else. {_NO_SECRETS}")


def _variable(entry: Mapping[object, Any], kind: Kind) -> str | None:
    variable = _field(entry, "credentials", str)
    if variable is None:
        return None
    if kind != "azure":
        raise Malformed("`credentials` is for az://; for others name a `profile` of ~/.aws/credentials.")
    if not _VARIABLE.fullmatch(variable):
        raise Malformed(_NO_SECRETS)
    return variable


def _number(entry: Mapping[object, Any], name: str, allowed: range, what: str) -> int | None:
    """Return a whole number, which is one of `allowed`."""
    value = _field(entry, name, int)
    if value is not None and value not in allowed:
        raise Malformed(f"`{name}` {what}, from {allowed[0]} to {allowed[-1]}.")
    return value


def _field(entry: Mapping[object, Any], name: str, kind: type[T]) -> T | None:
    value: T | None = entry.get(name)
    if value is None:
        return None
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        wanted = {str: "text", bool: "true or false", int: "a whole number"}
        raise Malformed(f"`{name}` is {wanted[kind]}.")
    if kind is str and (not value or _CONTROL.search(str(value))):
        raise Malformed(f"`{name}` is empty, or has a control character in it.")
    return value
