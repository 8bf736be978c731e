"""Conditional requests: RFC 9110, section 13, for what has a strong ETag and a date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from ...errors import Changed

_TAG = re.compile(r'(W/)?("[^"]*")')


def require_match(headers: Mapping[str, str], etag: str, modified: float) -> None:
    """Check `If-Match`, or `If-Unmodified-Since` where there is none.

    Parameters
    ----------
    etag : str
        What the client would get now has this entity tag, with its quotes.
    modified : float
        And was last modified then, seconds since 1970.

    Raises
    ------
    Changed
        When the client wants another state.
    """
    wanted = headers.get("If-Match")
    if wanted is not None:
        same = _names(wanted, etag, weakly=False)
    else:
        since = _date(headers.get("If-Unmodified-Since"))
        same = since is None or int(modified) <= since
    if not same:
        raise Changed("This is no longer what it was.")


def has_already(headers: Mapping[str, str], etag: str, modified: float) -> bool:
    """Return whether the client has what it asks for: `If-None-Match`, else `If-Modified-Since`."""
    known = headers.get("If-None-Match")
    if known is not None:
        return _names(known, etag, weakly=True)
    since = _date(headers.get("If-Modified-Since"))
    return since is not None and int(modified) <= since


def range_applies(headers: Mapping[str, str], etag: str) -> bool:
    """Return whether a `Range` is of the state that the client has a part of (`If-Range`).

    A date never says that: a file may change twice within its second, so that it is no strong validator
    (section 8.8.2.2), and the client gets the whole.
    """
    wanted = headers.get("If-Range")
    return wanted is None or wanted.strip() == etag


def http_date(seconds: float) -> str:
    """Return a moment, seconds since 1970, as `Last-Modified` has it (section 5.6.7)."""
    # One that is no year of a calendar is as good as none.
    whole = int(min(max(seconds, 0.0), 253_402_300_799.0))
    return datetime.fromtimestamp(whole, timezone.utc).strftime("%a, %d %b %Y %H:%M:%S GMT")


def _names(header: str, etag: str, *, weakly: bool) -> bool:
    """Return whether a list of entity tags has `etag`, or is `*`."""
    if header.strip() == "*":
        return True
    return any(tag == etag and (weakly or not weak) for weak, tag in _TAG.findall(header))


def _date(header: str | None) -> float | None:
    """Return the date in a header; None where there is none that can be read, which is then ignored."""
    if header is None:
        return None
    try:
        found = parsedate_to_datetime(header)
        if found.tzinfo is None:
            found = found.replace(tzinfo=timezone.utc)
        return found.timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
