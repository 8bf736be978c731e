"""From answers of object stores, and errors of their client libraries, to this package's errors.

What all kinds of stores have in common; each has its own tables. Nothing of a store's own sentences is passed
on but the code: they repeat what was signed, and with what.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ...errors import BigUploadError, BucketMissing, StorageFailed, StoreUnreachable
from .web_page import PASSING, no_store

UNTRUSTED = "The store's certificate is not trusted; name a file with its authority's in AWS_CA_BUNDLE."
#: An error, and its sentence.
Kind = tuple[type[BigUploadError], str]

#: Answered by what does not know the method or the query.
_NOT_KNOWN = {405, 501}
_SERVER_ERROR = 500


@dataclass(frozen=True)
class Answers:
    """The errors that the answers of a kind of store stand for.

    Parameters
    ----------
    name : str
        How the store is called at the beginning of a sentence.
    codes : Mapping
        By `<Code>` of the answer.
    statuses : Mapping
        By status of HTTP, for answers without a code that is known.
    not_a_store : str
        The sentence for an answer of something else, with a place for the `status`.
    """

    name: str
    codes: Mapping[str, Kind]
    statuses: Mapping[int, Kind]
    not_a_store: str

    def error(self, status: int, code: str, *, page: bool = False) -> BigUploadError:
        """Return the error for an answer; `page` when it is a web page."""
        if page and status not in PASSING:
            return BucketMissing(no_store(status))
        known = self.codes.get(code) or self.statuses.get(status)
        if known is not None:
            kind, sentence = known
            return kind(sentence)
        if status in _NOT_KNOWN:
            return self.stranger(status)
        kind = StoreUnreachable if status >= _SERVER_ERROR else StorageFailed
        return kind(f"{self.name} answered {status} {code}".rstrip() + ".")

    def stranger(self, status: int) -> BucketMissing:
        """Return the error for an answer of something that is no such store."""
        return BucketMissing(self.not_a_store.format(status=status))


@contextlib.contextmanager
def translated(translate: Callable[[Exception], BigUploadError | None]) -> Iterator[None]:
    """Turn errors of a client library into ours; `translate` returns None for what it does not know."""
    try:
        yield
    except Exception as error:
        ours = translate(error)
        if ours is None:
            raise
        raise ours from None
