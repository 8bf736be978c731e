"""What an administrator sets of links from which files are fetched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from traitlets import Bool, HasTraits, Int, List, TraitError, Unicode, validate

from .operations.fetching.rules import Hosts
from .operations.links import LinkSetup
from .settings import WholeNumber

_SCHEMES = {"http", "https"}
_LAST_PORT = 65_535


class LinkSettings(HasTraits):
    """Where links may lead (see `Rules`)."""

    links = Bool(
        True,  # noqa: FBT003  # traitlets has its default first
        config=True,
        help="Whether the server fetches files from links that people give.",
    )
    link_schemes = List(
        Unicode(),
        default_value=list(LinkSetup.schemes),
        config=True,
        help="What links may begin with: https, and http, which anyone on the way can read and change.",
    )
    link_allow = List(
        Unicode(),
        config=True,
        help="Hosts (zenodo.org, *.example.org): links lead to these alone then. Networks (10.2.0.0/16): "
        "links may lead there too, although they are private.",
    )
    link_deny = List(
        Unicode(), config=True, help="Hosts and networks to which no link leads, whatever allows it."
    )
    link_private = Bool(
        LinkSetup.private,
        config=True,
        help="Whether links may lead into private networks, all of them; never to this machine itself.",
    )
    link_ports = List(
        Int(),
        default_value=list(LinkSetup.ports),
        config=True,
        help="Ports to which links may lead; empty for all.",
    )
    link_redirects = WholeNumber(
        LinkSetup.most_redirects,
        most=100,
        unit="redirects",
        help="Most redirects that are followed, one after the other.",
    )
    link_connections = WholeNumber(
        LinkSetup.connections,
        least=1,
        most=16,
        unit="connections",
        help="Most parts of one file that are fetched at once, from sites that give parts.",
    )

    def link_setup(self) -> LinkSetup | None:
        """Return them as plain values; None where nothing is fetched."""
        if not self.links:
            return None
        return LinkSetup(
            schemes=self.link_schemes,
            allow=self.link_allow,
            deny=self.link_deny,
            private=self.link_private,
            ports=self.link_ports,
            most_redirects=self.link_redirects,
            connections=self.link_connections,
        )

    @validate("link_allow", "link_deny")
    def _hosts(self, proposal: Any) -> Sequence[str]:
        try:
            Hosts.parse(proposal.value)
        except ValueError as error:
            raise _refusal(self, proposal, f"{error}; write hosts, *.hosts and networks") from None
        return list(proposal.value)

    @validate("link_schemes")
    def _schemes(self, proposal: Any) -> Sequence[str]:
        if not proposal.value or not set(proposal.value) <= _SCHEMES:
            raise _refusal(self, proposal, "write https, http, or both")
        return list(proposal.value)

    @validate("link_ports")
    def _ports(self, proposal: Any) -> Sequence[int]:
        if not all(0 < port <= _LAST_PORT for port in proposal.value):
            raise _refusal(self, proposal, f"write numbers from 1 to {_LAST_PORT}")
        return list(proposal.value)


def _refusal(settings: HasTraits, proposal: Any, wanted: str) -> TraitError:
    return TraitError(f"{type(settings).__name__}.{proposal.trait.name} can't be {proposal.value}: {wanted}.")
