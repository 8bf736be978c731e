"""The places that uploads can go to, by name: home folder, the administrator's buckets, a person's own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from types import MappingProxyType

from ..errors import BigUploadError, Malformed, Unsupported
from ..stores.address import StoreAddress
from ..stores.base import Store
from ..stores.listing import Objects
from ..stores.reading import RangeReading, Readable
from ..stores.signing import PartSigner
from ..threads import in_thread
from .personal_file import DestinationFile
from .settings import NAME, DestinationSettings, Kind, read_settings

#: The name of the server's root folder as a destination.
HOME = "home"
#: What people call it.
HOME_TITLE = "Home folder"


@dataclass(frozen=True, eq=False)
class Destination:
    """A place that uploads can go to.

    Parameters
    ----------
    title : str
        What people call it.
    store : Store
        Its bytes.
    signer : PartSigner or None
        Where browsers may send parts to the store themselves.
    objects : Objects or None
        Where one can look into it.
    url : str or None
        Of its root; None for a folder.
    note : str or None
        What people should know of it.
    file : str or None
        The person's own file that names it; None for one that the server has.
    address : StoreAddress
        How others reach the same bytes; empty for a folder.
    """

    name: str
    title: str
    kind: Kind
    store: Store = field(repr=False)
    signer: PartSigner | None = field(default=None, repr=False)
    objects: Objects | None = field(default=None, repr=False)
    url: str | None = None
    note: str | None = None
    file: str | None = None
    address: StoreAddress = field(default_factory=StoreAddress)

    @property
    def reading(self) -> RangeReading:
        """How its files are read.

        Raises
        ------
        Unsupported
            When they can't be.
        """
        if not isinstance(self.store, Readable):
            raise Unsupported(f"What is in {self.title} can't be read here.")
        return self.store.reading

    def url_of(self, path: str) -> str | None:
        """Return the URL of the file at `path` from the root; None in a folder."""
        return None if self.url is None else f"{self.url}/{path}"


@dataclass(frozen=True, eq=False)
class UnusableDestination:
    """A destination that was named, and can't be used: `failure` says why."""

    name: str
    title: str
    failure: BigUploadError
    kind: Kind | None = None
    url: str | None = None
    note: str | None = None
    file: str | None = None


AnyDestination = Destination | UnusableDestination


class Destinations:
    """All destinations of one server.

    One whose settings stay the same stays the same object, whatever else changes in the person's file.

    Parameters
    ----------
    home : Destination or UnusableDestination
        The server's root folder.
    connect : Callable
        Makes a destination of its settings, without asking the network. It runs in a thread, and raises
        `BigUploadError` where something is missing.
    configured : Sequence
        The administrator's entries.
    scratch_url : str
        Of a bucket that is emptied after 7 days; empty for none.
    user : str
        Whose prefix in that to use, where `scratch_url` does not end with it.
    file : DestinationFile or None
        The person's own entries; None where nobody may have any.
    hint_above : int
        Bytes from which a bucket is the better place for a file; 0 for never.
    """

    def __init__(
        self,
        *,
        home: AnyDestination,
        connect: Callable[[DestinationSettings], Destination],
        configured: Sequence[object] = (),
        scratch_url: str = "",
        user: str = "",
        file: DestinationFile | None = None,
        hint_above: int = 0,
    ) -> None:
        self.hint_above = hint_above
        self._connect = connect
        self._file = file
        self._refreshing = asyncio.Lock()
        self._kept: dict[tuple[DestinationSettings, str | None], Destination] = {}
        self._served = [home]
        for entry in configured:
            self._served.append(self._made(entry, self._served))
        if scratch_url and "scratch" not in _names(self._served):
            self._served.append(self._made(_scratch(scratch_url, user), self._served))
        self._stores: dict[str, Store] = {}
        self._signers: dict[str, PartSigner] = {}
        #: Live views for the upload service: by name, what can be used now.
        self.stores: Mapping[str, Store] = MappingProxyType(self._stores)
        self.signers: Mapping[str, PartSigner] = MappingProxyType(self._signers)
        self._publish(self._served + ([] if file is None else self._changed(file) or []))

    async def refresh(self) -> None:
        """Take note of changes in the person's file."""
        if self._file is None:
            return
        async with self._refreshing:
            own = await in_thread(self._changed)(self._file)
            if own is not None:
                self._publish(self._served + own)

    def all(self) -> Sequence[AnyDestination]:
        """Return all of them, the home folder first."""
        return self._all

    def find(self, name: str) -> Destination:
        """Return the destination of this name.

        Raises
        ------
        Unsupported
            When there is none, or it can't be used.
        """
        for destination in self._all:
            if destination.name != name:
                continue
            if isinstance(destination, UnusableDestination):
                raise Unsupported(destination.failure.message)
            return destination
        raise Unsupported(f"This server can't upload to {name!r}.")

    def _changed(self, file: DestinationFile) -> list[AnyDestination] | None:
        """Return what the person's file names, or None when it is what it was. Runs in a thread."""
        return self._own(file) if file.changed() else None

    def _own(self, file: DestinationFile) -> list[AnyDestination]:
        own: list[AnyDestination] = []
        try:
            for entry in file.entries():
                own.append(self._made(entry, [*self._served, *own], file=file.shown))
        except Malformed as error:
            title = file.path.name
            name = _free(title.replace(".", "-"), self._served)
            own.append(UnusableDestination(name, title, error, file=file.shown))
        return own

    def _made(
        self, entry: object, others: Sequence[AnyDestination], *, file: str | None = None
    ) -> AnyDestination:
        """Return the destination of `entry`, which comes after `others`."""
        settings: DestinationSettings | None = None
        try:
            settings = read_settings(entry)
            if settings.name in _names(others):
                raise Malformed(
                    f"There is a destination {settings.name!r} already; name this one differently."
                )
            kept = self._kept.get((settings, file))
            if kept is None:
                kept = replace(self._connect(settings), file=file)
                self._kept[settings, file] = kept
            return kept
        except BigUploadError as error:
            name = _free(_name_of(entry), others)
            if settings is None:
                return UnusableDestination(name, name, error, file=file)
            return UnusableDestination(
                name, settings.title, error, settings.kind, settings.url, settings.note, file
            )

    def _publish(self, destinations: Sequence[AnyDestination]) -> None:
        self._all = tuple(destinations)
        usable = [one for one in destinations if isinstance(one, Destination)]
        self._stores.clear()
        self._stores.update({one.name: one.store for one in usable})
        self._signers.clear()
        self._signers.update({one.name: one.signer for one in usable if one.signer is not None})


def _scratch(url: str, user: str) -> dict[str, str]:
    """Return the entry of the hub's scratch bucket, with one prefix per user."""
    url = url.rstrip("/")
    if user and url.rpartition("/")[2] != user:
        url = f"{url}/{user}"
    return {
        "name": "scratch",
        "title": "Scratch bucket",
        "url": url,
        "note": "Objects here are deleted after 7 days.",
    }


def _names(destinations: Sequence[AnyDestination]) -> set[str]:
    return {destination.name for destination in destinations}


def _name_of(entry: object) -> str:
    """Return the name that `entry` would have if it were right."""
    name = entry.get("name") if isinstance(entry, Mapping) else None
    return name if isinstance(name, str) and NAME.fullmatch(name) else "unnamed"


def _free(name: str, others: Sequence[AnyDestination]) -> str:
    taken = _names(others)
    return next(free for n in count(1) if (free := name if n == 1 else f"{name}-{n}") not in taken)
