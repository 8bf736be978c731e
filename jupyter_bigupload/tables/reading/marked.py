"""Texts that say what they were: a value of JSON or of a sheet, which is no text there."""

from __future__ import annotations


class Number(str):
    """A number, as it is written."""

    __slots__ = ()


class Moment(str):
    """A date, a time, or both, in ISO 8601."""

    __slots__ = ()


class Flag(str):
    """`true` or `false`."""

    __slots__ = ()


class Nested(str):
    """JSON of an array or of an object."""

    __slots__ = ()


class NoValue(str):
    """An error, or a formula that has no value."""

    __slots__ = ()


FLAGS = {True: Flag("true"), False: Flag("false")}
