"""The `Content-Disposition` of a download: RFC 6266, with names as RFC 8187 (once 5987) encodes them."""

from __future__ import annotations

import re
from urllib.parse import quote

#: `attr-char` of RFC 8187, beside letters and digits.
_ATTR_CHAR = "!#$&+-.^_`|~"
#: What a quoted name has in place of what some clients read in ways of their own, and of what is no ASCII.
_AMBIGUOUS = re.compile(r'[^ -~]|["\\%/]')


def attachment(name: str) -> str:
    """Return the value of the header for a file that is to be saved under `name`.

    The first form is for clients that do not know the second, which says the same exactly.
    """
    encoded = quote(name.encode("utf-8", "replace"), safe=_ATTR_CHAR)
    return f"attachment; filename=\"{_AMBIGUOUS.sub('_', name)}\"; filename*=UTF-8''{encoded}"
