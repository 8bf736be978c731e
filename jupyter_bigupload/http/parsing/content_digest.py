"""`Content-Digest` (RFC 9530): what a client says that the bytes of a body have."""

from __future__ import annotations

import re

from ...digests import ALGORITHMS, Digest
from ...errors import Malformed

#: A member of a dictionary (RFC 8941, section 3.2): a key and a byte sequence, whose parameters mean nothing.
_MEMBER = re.compile(r"\s*([a-z*][a-z0-9_.*-]*)=(:[A-Za-z0-9+/=]*:)\s*(?:;.*)?", re.DOTALL)


def parse_content_digest(value: str) -> Digest | None:
    """Return the first digest of the header whose algorithm is known here; None when there is none.

    Raises
    ------
    Malformed
        When the header is no dictionary of digests.
    """
    found: Digest | None = None
    for member in value.split(","):
        match = _MEMBER.fullmatch(member)
        if match is None:
            raise Malformed("The Content-Digest is not written as RFC 9530 has it: sha-256=:<base64>:.")
        try:
            digest = Digest.parse(f"{match[1]}={match[2]}")
        except ValueError:
            raise Malformed("The Content-Digest is not base64.") from None
        if found is None and digest.algorithm in ALGORITHMS:
            found = digest
    return found
