"""What an administrator lets links lead to, as plain values, which a worker process can be given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..fetching import Rules


@dataclass(frozen=True)
class LinkSetup:
    """How files are fetched from links (see `Rules`).

    Parameters
    ----------
    ports : Sequence[int]
        Those that are allowed; empty for all.
    connections : int
        Ranges of one file that are read at once.
    """

    schemes: Sequence[str] = ("https",)
    allow: Sequence[str] = ()
    deny: Sequence[str] = ()
    private: bool = False
    ports: Sequence[int] = (80, 443, 8080, 8443)
    most_redirects: int = 10
    connections: int = 4

    def as_json(self) -> Mapping[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)

    @property
    def rules(self) -> Rules:
        """What is checked of each link.

        Raises
        ------
        ValueError
            When a list has an entry that stands for no host, network or scheme.
        """
        return Rules(
            schemes=self.schemes,
            allow=self.allow,
            deny=self.deny,
            private=self.private,
            ports=self.ports or None,
            most_redirects=self.most_redirects,
        )
