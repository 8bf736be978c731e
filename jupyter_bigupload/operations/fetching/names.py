"""A safe name for what a link leads to."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote, unquote_to_bytes

from .url import Url

#: Longest file name, bytes, on every file system that matters (NAME_MAX).
_MOST_BYTES = 255
#: The longest ending, bytes, that is kept when a name is cut.
_MOST_ENDING = 32
_NAMELESS = "download"
_PARAMETER = re.compile(
    r""";\s*(?P<name>filename\*?)\s*=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<token>[^\s;"]+))""",
    re.IGNORECASE,
)
#: A whole quoted string, in which a text that looks like a parameter is none.
_OTHER_QUOTED = re.compile(r""";\s*(?!filename)[^\s=;"]+\s*=\s*"(?:[^"\\]|\\.)*\"""", re.IGNORECASE)
#: What Windows forbids in names; slashes are none of them, as they end a folder's name.
_FORBIDDEN = re.compile(r'[<>:"|?*]')
#: Devices of Windows, whatever their ending, also with a digit in superscript.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\..*)?", re.IGNORECASE)
#: Controls, what changes the direction of text or can't be seen, halves of characters, ends of lines.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def name_of(disposition: str | None, *urls: Url) -> str:
    """Return a name from a `Content-Disposition` header, else the first link's with one, else `download`."""
    name = "" if disposition is None else safe_name(disposition_name(disposition))
    for url in urls:
        name = name or safe_name(unquote(url.path.rpartition("/")[2], errors="replace"))
    return name or _NAMELESS


def safe_name(name: str) -> str:
    """Return a name that any folder can hold, that is seen, and no device's; empty where nothing is left.

    What stands before a slash, of either kind, is left out, as are dots at the beginning.
    """
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    name = "".join(letter for letter in name if unicodedata.category(letter) not in _UNSEEN)
    name = _FORBIDDEN.sub("_", name).strip().lstrip(". ").rstrip(". ")
    if _DEVICE.fullmatch(name):
        name = f"_{name}"
    return _cut(name)


def disposition_name(header: str) -> str:
    """Return the file name of a `Content-Disposition` header (RFC 6266) as it is there, or an empty string.

    `filename*` is preferred, unless it can't be read. Of two of the same kind the first counts.

    Parameters
    ----------
    header : str
        As http.client gives it: its bytes as latin-1.
    """
    given: dict[str, str] = {}
    for match in _PARAMETER.finditer(_OTHER_QUOTED.sub("", header)):
        quoted = match["quoted"]
        value = match["token"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        given.setdefault(match["name"].lower(), value)
    return _extended(given.get("filename*", "")) or _as_utf_8(given.get("filename", ""))


def _extended(value: str) -> str:
    charset, _, rest = value.partition("'")
    encoded = rest.partition("'")[2]
    if charset.lower() not in {"utf-8", "iso-8859-1"}:
        return ""
    try:
        return unquote_to_bytes(encoded).decode(charset)
    except UnicodeError:
        return ""


def _as_utf_8(value: str) -> str:
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


def _cut(name: str) -> str:
    if len(name.encode()) <= _MOST_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    ending = dot + ending
    if not stem or len(ending.encode()) > _MOST_ENDING:
        stem, ending = name, ""
    room = _MOST_BYTES - len(ending.encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(". ") + ending
