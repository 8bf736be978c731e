"""What the destinations of a server are made of, as plain values, which a worker process can be given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..errors import Unsupported
from .connect import connector, home_folder
from .personal_file import DestinationFile
from .registry import HOME, HOME_TITLE, AnyDestination, Destinations, UnusableDestination


@dataclass(frozen=True)
class DestinationSetup:
    """What `connect` makes all destinations of.

    Parameters
    ----------
    root : str or None
        The folder that the server shows; None where its contents are in no folder of this machine.
    no_root : str
        Why there is none, for people.
    spool : str
        Folder in which chunks for buckets are gathered.
    min_free_space : int
        Bytes that stay free on each disk.
    configured : Sequence
        The administrator's entries.
    scratch_url, user : str
        As `Destinations` takes them.
    personal_folder : str or None
        Where the person's own file is looked for; None where nobody may have one.
    hint_above : int
        As `Destinations` takes it.
    """

    root: str | None
    no_root: str
    spool: str
    min_free_space: int
    configured: Sequence[object]
    scratch_url: str
    user: str
    personal_folder: str | None
    hint_above: int

    def as_json(self) -> Mapping[str, Any]:
        """Return it as JSON has it; there may be secrets in it."""
        return asdict(self)

    def connect(self) -> Destinations:
        """Make the destinations, without asking the network."""
        home: AnyDestination
        if self.root is None:
            home = UnusableDestination(HOME, HOME_TITLE, Unsupported(self.no_root), "folder")
        else:
            home = home_folder(Path(self.root), self.min_free_space)
        return Destinations(
            home=home,
            connect=connector(Path(self.spool), self.min_free_space),
            configured=self.configured,
            scratch_url=self.scratch_url,
            user=self.user,
            file=None if self.personal_folder is None else DestinationFile(Path(self.personal_folder)),
            hint_above=self.hint_above,
        )
