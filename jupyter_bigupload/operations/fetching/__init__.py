"""Files from links, within an administrator's rules, and without being led anywhere else.

Blocking code, for a process of its own; several threads may read parts of one file at once. Where a link
leads is checked for each request and each redirect: a host's name is looked up once, all its addresses are
held against the rules, and the connection goes to one of those, as a number (`connecting`). A proxy would
look names up by itself, behind every check, so none is used, whatever the environment says.
"""

from .checksums import parse_checksum, require_checksum
from .fetcher import Fetcher
from .remote import Remote
from .rules import Rules
from .sites import resolve

__all__ = ["Fetcher", "Remote", "Rules", "parse_checksum", "require_checksum", "resolve"]
