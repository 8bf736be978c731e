"""Where uploads can go: names, what settings say of them, and whether they can be reached."""

from .connect import disconnect
from .health import HealthChecks, try_to_begin
from .registry import HOME, AnyDestination, Destination, Destinations, UnusableDestination
from .setup import DestinationSetup

__all__ = [
    "HOME",
    "AnyDestination",
    "Destination",
    "DestinationSetup",
    "Destinations",
    "HealthChecks",
    "UnusableDestination",
    "disconnect",
    "try_to_begin",
]
