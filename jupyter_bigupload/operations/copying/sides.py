"""Where a copy is from and where it goes, and whether both are the same."""

from __future__ import annotations

from dataclasses import dataclass

from ...destinations import HOME, Destination, Destinations
from ...stores.base import Store
from ...stores.reading import FileState, RangeReading


@dataclass(frozen=True, eq=False)
class Side:
    """A destination whose files can be read."""

    destination: Destination
    reading: RangeReading

    @property
    def name(self) -> str:
        """The destination's."""
        return self.destination.name

    @property
    def store(self) -> Store:
        """The destination's."""
        return self.destination.store

    @property
    def is_home(self) -> bool:
        """Whether it is the home folder."""
        return self.name == HOME


@dataclass(frozen=True)
class FileAt:
    """A file of one side, in a state that it had."""

    side: Side
    path: str
    state: FileState


def side_of(destinations: Destinations, name: str) -> Side:
    """Return the destination of this name as one side of a copy.

    Raises
    ------
    Unsupported
        When there is none, or what is in it can't be read.
    """
    destination = destinations.find(name)
    return Side(destination, destination.reading)


def is_itself(one: FileAt, other: FileAt) -> bool:
    """Return whether both are the very same file: a destination may be part of another."""
    state, there = one.state, other.state
    if one.side.is_home and other.side.is_home:  # there an ETag has the number of the file
        return one.path == other.path or state.etag == there.etag
    if not is_same_place(one.side, one.path, other.side, other.path, any_endpoint=True):
        return False
    # One store may have several addresses.
    same_state = (state.etag, state.modified) == (there.etag, there.modified)
    return same_state or is_same_place(one.side, one.path, other.side, other.path)


def is_same_place(one: Side, path: str, other: Side, other_path: str, *, any_endpoint: bool = False) -> bool:
    """Return whether two paths are the same place, as far as addresses tell."""
    if one.name == other.name:
        return path == other_path
    url = one.destination.url_of(path)
    if url is None or url != other.destination.url_of(other_path):
        return False
    addresses = {side.destination.address.endpoint_url for side in (one, other)}
    return any_endpoint or len(addresses) == 1
