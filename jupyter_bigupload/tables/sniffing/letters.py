"""Encodings of one byte a character, told apart by the letters that they make of a text's bytes."""

# ruff: noqa: RUF001  # letters of other scripts are what this is about

from __future__ import annotations

import re
from collections.abc import Mapping

_WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
#: Words that are looked at.
_MOST = 5000
#: Of the letters in words that are not all ASCII, those that are not, in a script of its own.
_OWN_SCRIPT = 0.5
#: Words of a script that have to be as words of it are.
_WELL_FORMED = 0.6
_SCRIPTS = {
    "cp1251": r"[А-ЯЁІЇЄҐ]?[а-яёіїєґ]+|[А-ЯЁІЇЄҐ]+",
    "koi8_r": r"[А-ЯЁ]?[а-яё]+|[А-ЯЁ]+",
    "cp866": r"[А-ЯЁ]?[а-яё]+|[А-ЯЁ]+",
    "cp1253": r"[Α-ΩΆΈΉΊΌΎΏ]?[ά-ώα-ω]+|[Α-ΩΆΈΉΊΌΎΏ]+",
    "cp1255": r"[א-ת\u05b0-\u05c3]+",
    "cp1256": r"[ء-يپچژگک\u064b-\u0652]+",
}
_CAPITALS = re.compile(rb"[\xc0-\xdf]")


def _weights(*groups: tuple[float, str]) -> Mapping[str, float]:
    return {letter: weight for weight, letters in groups for letter in letters + letters.upper()}


_WEST = _weights((1, "éèêëàâäáãåæçñóôöøúüíîï"), (0.9, "ðþ"), (0.5, "ìòùûõœß"), (-0.2, "ý"), (-1, "šžÿ"))
#: Languages' letters, and how far they tell; every other character within a word is against it.
_LATIN = {
    "cp1252": _WEST,
    "cp1250": _weights((1, "ąćęłńóśźżáčďéěíňřšťúůýžőűöüäô"), (0.3, "ăâîșțşţđľçëß"), (0.2, "ŕĺ")),
    "cp1254": {**_WEST, **_weights((1, "ı"), (0.8, "ğş")), "İ": 1, "I": 0},
    "cp850": _WEST,
    "mac_roman": _WEST,
}
_AGAINST = -2.0


def single_byte(text: bytes) -> str | None:
    """Return the encoding of a text whose characters have one byte each; None where it seems to have none."""
    words = [match[0] for match in _WORD.finditer(text)][:_MOST]
    longer = [word for word in words if len(word) > 1]
    letters = sum(map(len, longer))
    others = sum(len(word.translate(None, bytes(range(128)))) for word in longer)
    if not words:
        return "cp1252"
    if others < _OWN_SCRIPT * letters or not longer:
        return max(_LATIN, key=lambda name: _score(words, name, _LATIN[name]))
    shares = {name: _share(words, name, re.compile(pattern)) for name, pattern in _SCRIPTS.items()}
    best = max(shares, key=lambda name: shares[name])
    if shares["cp1255"] == shares[best] and not any(_CAPITALS.search(word) for word in words):
        best = "cp1255"  # Cyrillic of as many words has a capital letter somewhere
    return best if shares[best] > _WELL_FORMED else None


def _score(words: list[bytes], name: str, weights: Mapping[str, float]) -> float:
    total = 0.0
    for word in words:
        decoded = word.decode(name, "replace")
        for before, letter in zip(" " + decoded, decoded, strict=False):
            if letter > "\x7f":
                is_odd = letter.isupper() and before.islower()
                total += _AGAINST if is_odd else weights.get(letter, _AGAINST)
    return total


def _share(words: list[bytes], name: str, pattern: re.Pattern[str]) -> float:
    right = sum(1 for word in words if pattern.fullmatch(word.decode(name, "replace")))
    return right / len(words)
