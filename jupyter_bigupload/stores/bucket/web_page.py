"""Web pages: what comes where a web server answers, or a proxy, in the place of a store."""

from __future__ import annotations

import re

#: What proxies answer, with a page of theirs, while the store behind them is down or busy: that passes.
PASSING = {429, 500, 502, 503, 504}
#: Looked for at the beginning alone.
_PAGE = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE)


def is_page(body: bytes | bytearray) -> bool:
    """Return whether this is one, by how it begins: of its type, stores and their like say all sorts."""
    return _PAGE.match(body) is not None


def no_store(status: int) -> str:
    """Return the sentence for a page that came with `status`."""
    return (
        f"A web server answers there ({status}, with a page), and no store; "
        "check the destination's `endpoint_url`: host, port, and http or https."
    )
