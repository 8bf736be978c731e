"""A proxy that breaks things: between a client and a server, it does what real networks do.

>>> plan = Plan([Rule(Reset(of="request"), chance=0.2)], seed=7)
>>> with FaultProxy(("127.0.0.1", 8888), plan=plan, link=Link(delay=0.05)) as proxy:
...     use(proxy.url)
...     print(proxy.count("reset"))
"""

from .kinds import (
    BodyLimit,
    Duplicate,
    Fault,
    FlipBit,
    HalfOpen,
    LostAnswer,
    Reset,
    Stall,
    Truncate,
    Unavailable,
)
from .link import Link
from .message import Request
from .plan import Injected, Plan, Rule
from .proxy import FaultProxy

__all__ = [
    "BodyLimit",
    "Duplicate",
    "Fault",
    "FaultProxy",
    "FlipBit",
    "HalfOpen",
    "Injected",
    "Link",
    "LostAnswer",
    "Plan",
    "Request",
    "Reset",
    "Rule",
    "Stall",
    "Truncate",
    "Unavailable",
]
