"""Where uploads can go: names, what settings say of them, and whether they can be reached."""

from .connect import connector, disconnect
from .health import HealthChecks, try_to_begin
from .personal_file import DestinationFile
from .registry import HOME, AnyDestination, Destination, Destinations, UnusableDestination

__all__ = [
    "HOME",
    "AnyDestination",
    "Destination",
    "DestinationFile",
    "Destinations",
    "HealthChecks",
    "UnusableDestination",
    "connector",
    "disconnect",
    "try_to_begin",
]
