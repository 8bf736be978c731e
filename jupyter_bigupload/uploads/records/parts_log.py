"""The log of an upload's verified parts: a line for each, only ever appended.

A large file on a narrow way has 100,000 parts: to write all of them down again with each would take longer
than to receive them. Every line carries a check of its own, so that a damaged one costs its own part alone,
and one that was torn by the death of the server is no part at all.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from ...digests import Digest
from ...stores.base import Handle
from ..parts import Parts, VerifiedPart

_BEGUN = "begun "
#: After a part whose digest the client has yet to confirm; before it is a stamp, or this.
_UNCONFIRMED, _NO_STAMP = "unconfirmed", "-"


@dataclass(frozen=True)
class Logged:
    """What a log says.

    Parameters
    ----------
    updated : float
        When the last part came, seconds since 1970; 0 without parts.
    begun : tuple or None
        The destination and the handle of the bytes; None when that line is missing.
    stamp : str or None
        The store's stamp after the last part; None where it has none.
    """

    parts: Parts
    updated: float
    begun: tuple[str, Handle] | None
    stamp: str | None = None


def encode_begun(upload_id: str, destination: str, handle: Handle) -> bytes:
    """Return the first line: where the bytes are, should the record itself be damaged one day."""
    return _line(upload_id, f"{_BEGUN}{json.dumps([destination, dict(handle)])}")


def encode_part(upload_id: str, part: VerifiedPart, at: float, stamp: str | None = None) -> bytes:
    """Return what is appended for `part`, which came at `at` (seconds since 1970) and left `stamp`."""
    content = f"{part.start} {part.end} {part.digest} {at:.3f}"
    if not part.confirmed:
        return _line(upload_id, f"{content} {stamp or _NO_STAMP} {_UNCONFIRMED}")
    return _line(upload_id, content if stamp is None else f"{content} {stamp}")


def decode_log(upload_id: str, data: bytes) -> Logged:
    """Return what the log of `upload_id` says."""
    parts: list[VerifiedPart] = []
    updated, begun = 0.0, None
    stamp: str | None = None
    for line in data.decode("ascii", "replace").split("\n"):
        if not line:
            continue
        content, _, check = line.rpartition(" ")
        if check != _check(upload_id, content):
            continue
        if content.startswith(_BEGUN):
            destination, handle = json.loads(content.removeprefix(_BEGUN))
            begun = (destination, handle)
        else:
            start, end, digest, at, *rest = content.split(" ")
            is_confirmed = _UNCONFIRMED not in rest
            parts.append(VerifiedPart(int(start), int(end), Digest.parse(digest), is_confirmed))
            updated = max(updated, float(at))
            stamp = rest[0] if rest and rest[0] != _NO_STAMP else None
    return Logged(Parts.of(parts), updated, begun, stamp)


def _line(upload_id: str, content: str) -> bytes:
    # The line break before it ends a line that a dying server left torn.
    return f"\n{content} {_check(upload_id, content)}\n".encode("ascii")


def _check(upload_id: str, content: str) -> str:
    return hashlib.sha256(f"{upload_id} {content}".encode()).hexdigest()[:16]
