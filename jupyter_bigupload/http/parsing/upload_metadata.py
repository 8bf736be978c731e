"""`Upload-Metadata`, as tus 1.0 has it: what a client says of the file that it sends.

Its draft of the IETF took nothing of this over, but clients of tus send the header in its protocols too.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping

from ...errors import InvalidName, Malformed

#: Most characters of the header. It is kept with the upload, and sent back; a path has 4,096 bytes at most.
MOST = 2**14

#: A key has no spaces and no commas; what could be no header again is none either.
_PAIR = re.compile(r"([!-+\--~\x80-\xff]+)(?: +([A-Za-z0-9+/]*={0,2}))?")
#: What JavaScript makes of a field that has no value: Uppy sends it so.
_NOTHING = {"", "null", "undefined"}


def parse_upload_metadata(value: str) -> dict[str, bytes]:
    """Return the values of the header by their keys; none for an empty header.

    Raises
    ------
    Malformed
        When it is no list of keys with values in base64, has a key twice, or is longer than `MOST`.
    """
    if len(value) > MOST:
        raise Malformed(f"The Upload-Metadata may have {MOST} characters.")
    found: dict[str, bytes] = {}
    # Empty members of a list mean nothing (RFC 9110, section 5.6.1.2).
    for pair in filter(None, (member.strip(" \t") for member in value.split(","))):
        match = _PAIR.fullmatch(pair)
        if match is None:
            raise Malformed("The Upload-Metadata is no list of keys, each with a value in base64.")
        key, encoded = match.groups()
        if key in found:
            raise Malformed(f"The Upload-Metadata has {key!r} more than once.")
        try:
            found[key] = base64.b64decode(encoded or "", validate=True)
        except binascii.Error:
            raise Malformed(f"The value of {key!r} in Upload-Metadata is not base64.") from None
    return found


def text_of(metadata: Mapping[str, bytes], *keys: str) -> str | None:
    """Return the text of the first of `keys` that has one; None when none has.

    Raises
    ------
    Malformed
        When it is no UTF-8.
    """
    for key in keys:
        try:
            text = metadata.get(key, b"").decode()
        except UnicodeDecodeError:
            raise Malformed(f"{key!r} in Upload-Metadata is not UTF-8.") from None
        if text not in _NOTHING:
            return text
    return None


def path_of(metadata: Mapping[str, bytes]) -> str | None:
    """Return the path of the file from its destination's root; None when nothing says how it is called.

    `filename` (or `name`) is the file's name, and `relativePath` its path from the folder that a person
    chose, with the name that it had there.

    Raises
    ------
    Malformed
        When either is no UTF-8.
    InvalidName
        When the name brings folders of its own.
    """
    name = text_of(metadata, "filename", "name")
    path = text_of(metadata, "relativePath")
    if name is not None and "/" in name:
        raise InvalidName("The filename has no folder; relativePath says which one the file goes to.")
    if path is None:
        return name
    path = path.removeprefix("/")  # Uppy's are paths of file system entries, whose root is what was dropped
    folder, _, last = path.rpartition("/")
    name = name or last
    if not name:
        return None
    return f"{folder}/{name}" if folder else name
