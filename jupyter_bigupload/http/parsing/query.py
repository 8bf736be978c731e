"""The arguments of a URL's query, exactly as the client wrote them.

tornado's `get_query_argument` makes a space of every control character and trims the ends, which names
another file than the one that was meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote_to_bytes

from ...errors import Malformed

_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def query_argument(query: str, name: str) -> str | None:
    """Return the argument `name` of a query, or None when it is not given.

    Parameters
    ----------
    query : str
        What follows the `?`, each byte of the request as one character, which is how tornado keeps it.

    Raises
    ------
    Malformed
        When the argument is given twice, or is no text (see `percent_decoded`).
    """
    given = query_arguments(query, name)
    if not given:
        return None
    if len(given) > 1:
        raise Malformed(f"The query has {name!r} more than once.")
    return given[0]


def query_arguments(query: str, name: str) -> Sequence[str]:
    """Return all arguments `name` of a query, in their order.

    Raises
    ------
    Malformed
        When one is no text (see `percent_decoded`).
    """
    return [
        percent_decoded(value.replace(b"+", b" "), f"{name!r} in the query")
        for field in query.encode("latin-1").split(b"&")
        for found, _, value in [field.partition(b"=")]
        if unquote_to_bytes(found.replace(b"+", b" ")) == name.encode()
    ]


def percent_decoded(value: bytes, what: str) -> str:
    """Return the text that `value` stands for; nothing is trimmed, and nothing replaced.

    Parameters
    ----------
    what : str
        Names the value in the error.

    Raises
    ------
    Malformed
        When a `%` is not followed by two hexadecimal digits, or the bytes are not UTF-8.
    """
    if _BROKEN_ESCAPE.search(value):
        raise Malformed(f"{what} has a '%' that is no escape; one that stands for itself is '%25'.")
    try:
        return unquote_to_bytes(value).decode()
    except UnicodeDecodeError:
        raise Malformed(f"{what} is not UTF-8.") from None
