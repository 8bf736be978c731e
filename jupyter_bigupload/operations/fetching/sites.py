"""Links to pages about files, as what they stand for: the link of the bytes.

By the text of the link alone; nothing is asked of the sites.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import quote

from ...digests import Digest
from ...errors import Malformed
from .url import Url, parse_url

_ZENODO = frozenset({"zenodo.org", "www.zenodo.org", "sandbox.zenodo.org"})
_HUGGING_FACE = frozenset({"huggingface.co", "www.huggingface.co", "hf.co"})
_GITHUB = frozenset({"github.com", "www.github.com"})
_DOI = frozenset({"doi.org", "dx.doi.org", "www.doi.org"})

#: A bucket's name that is also a name of a host, and of which the certificate is (a dot would be too much).
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_S3_HOST = re.compile(r"(?P<bucket>[a-z0-9-]+\.)?s3\.amazonaws\.com", re.ASCII)
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-[0-9]", re.ASCII)
_RECORD = re.compile(r"/(?:records?|api/records)/(?P<record>[0-9]+)(?P<rest>/.*)?")
_RECORD_FILE = re.compile(r"/(?:files|preview)/(?P<name>[^/]+?)(?:/content)?")
_ZENODO_DOI = re.compile(r"/10\.5281/zenodo\.(?P<record>[0-9]+)", re.IGNORECASE)
_BLOB = re.compile(r"(?P<repository>/(?:(?:datasets|spaces)/)?[^/]+/[^/]+)/blob/(?P<file>[^/]+/.+)")
_ONE_NAMED_BLOB = re.compile(r"(?P<repository>/(?:datasets/)?[^/]+)/blob/(?P<file>[^/]+/.+)")
_ZENODO_TAG = re.compile(r'"?md5:(?P<md5>[0-9a-f]{32})"?')
_HUGGING_FACE_TAG = re.compile(r'(?:W/)?"?(?P<sha256>[0-9a-f]{64})"?')


def resolve(text: str) -> str:
    """Return the https link of the bytes that a link stands for; most are their own.

    - Zenodo: a file's page is its content, a record (also by its DOI) the zip archive of all its files.
    - Hugging Face: `blob` pages of models, datasets and spaces.
    - GitHub: `blob` pages, files in LFS too.
    - `s3://bucket/key`: a public object. The key is taken as it is, not percent-encoded.

    Raises
    ------
    Malformed, AddressRefused
        As `parse_url`; or when it names a bucket without a key.
    """
    if text[:5].lower() == "s3://":
        return str(_of_s3(text[5:]))
    url = parse_url(text)
    for hosts, found in _SITES:
        if url.host in hosts:
            return str(found(url))
    return str(url)


def in_region(url: Url, region: str) -> Url | None:
    """Return where an object of S3 is, when the host without a region answered that it is in `region`."""
    match = _S3_HOST.fullmatch(url.host)
    if match is None or not _REGION.fullmatch(region):
        return None
    return replace(url, host=f"{match['bucket'] or ''}s3.{region}.amazonaws.com")


def known_digest(url: Url, headers: Mapping[str, str]) -> Digest | None:
    """Return the digest of the whole file that a site is known to tell in its headers."""
    if url.host in _ZENODO and (match := _ZENODO_TAG.fullmatch(headers.get("ETag", ""))):
        return Digest("md5", bytes.fromhex(match["md5"]))
    # Files in LFS or Xet; that of any other is one of git's, with a header before the bytes.
    if url.host in _HUGGING_FACE and (match := _HUGGING_FACE_TAG.fullmatch(headers.get("X-Linked-ETag", ""))):
        return Digest("sha-256", bytes.fromhex(match["sha256"]))
    return None


def _of_s3(rest: str) -> Url:
    bucket, _, key = rest.partition("/")
    if not _BUCKET.fullmatch(bucket) or ".." in bucket:
        raise Malformed("There is no bucket of this name; a link to S3 is s3://<bucket>/<key>.")
    if not key or key.endswith("/"):
        raise Malformed("This is a bucket or a folder of it; give the link of one file.")
    if re.search(r"[\x00-\x1f\x7f]", key):
        raise Malformed("The link holds a control character.")
    path = _quoted(key)
    if "." in bucket:  # its certificate is for one label before s3.amazonaws.com
        return parse_url(f"https://s3.amazonaws.com/{bucket}/{path}")
    return parse_url(f"https://{bucket}.s3.amazonaws.com/{path}")


def _quoted(key: str) -> str:
    try:
        return quote(key, safe="/~")
    except UnicodeEncodeError:
        raise Malformed("The link has characters that are no Unicode text.") from None


def _of_zenodo(url: Url) -> Url:
    match = _RECORD.fullmatch(url.path)
    if match is None:
        return url
    record = f"/api/records/{match['record']}"
    if match["rest"] in {None, "/", "/files", "/files-archive"}:
        return replace(url, target=f"{record}/files-archive")
    file = _RECORD_FILE.fullmatch(match["rest"])
    return url if file is None else replace(url, target=f"{record}/files/{file['name']}/content")


def _of_doi(url: Url) -> Url:
    match = _ZENODO_DOI.fullmatch(url.path)
    if match is None:
        return url
    return parse_url(f"https://zenodo.org/api/records/{match['record']}/files-archive")


def _of_hugging_face(url: Url) -> Url:
    match = _BLOB.fullmatch(url.path) or _ONE_NAMED_BLOB.fullmatch(url.path)
    return url if match is None else replace(url, target=f"{match['repository']}/resolve/{match['file']}")


def _of_github(url: Url) -> Url:
    match = _BLOB.fullmatch(url.path)
    return url if match is None else replace(url, target=f"{match['repository']}/raw/{match['file']}")


_SITES: tuple[tuple[frozenset[str], Callable[[Url], Url]], ...] = (
    (_ZENODO, _of_zenodo),
    (_HUGGING_FACE, _of_hugging_face),
    (_GITHUB, _of_github),
    (_DOI, _of_doi),
)
