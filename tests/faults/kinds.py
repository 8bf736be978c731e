"""The kinds of faults that uploads go through, one by one and all at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.support.faults import (
    BodyLimit,
    Duplicate,
    FlipBit,
    HalfOpen,
    Link,
    LostAnswer,
    Request,
    Reset,
    Rule,
    Stall,
    Truncate,
    Unavailable,
)

MIB = 2**20

#: Seconds after which the page gives up waiting for an answer to a chunk, and a little more.
PATIENCE = 125.0


def is_chunk(request: Request) -> bool:
    return "/api/upload_handlers" in request.target and "upload=" in request.target


def is_ours(request: Request) -> bool:
    """Chunks, and what creates, looks at and completes uploads."""
    return is_chunk(request) or "/api/bigupload/" in request.target


#: What goes wrong with a whole file in one request that does not with chunks.
OF_WHOLE_FILES = ("reset in the request", "lost answer")


@dataclass(frozen=True)
class Kind:
    """What goes wrong, and with which files.

    Parameters
    ----------
    needs_new_page : bool
        Once a page has learnt of it, it does not happen again.
    chunk_size : int, optional
        Of the server, when the small one shows nothing.
    skip : float, optional
        Seconds that the page waits in vain before it gives a connection up: it gets a clock of its own, which
        jumps so far ahead whenever nothing moves.
    seconds : float
        That one batch of files may take.
    """

    name: str
    rules: tuple[Rule, ...] = ()
    link: Link = field(default_factory=Link)
    needs_new_page: bool = False
    chunk_size: int | None = None
    skip: float | None = None
    seconds: float = 120


KINDS = (
    Kind("delay", link=Link(delay=0.02)),
    Kind("bandwidth", link=Link(bandwidth=8 * MIB)),
    Kind("stalls of the link", link=Link(stall_chance=0.5, stall=0.3)),
    Kind("lossy link", link=Link(delay=0.002, loss=0.02)),
    Kind("stalled request", (Rule(Stall(1.0), is_chunk, chance=0.2),)),
    Kind("reset in the request", (Rule(Reset(of="request"), is_chunk, chance=0.2),)),
    Kind("reset in the answer", (Rule(Reset(of="answer"), is_ours, chance=0.2),)),
    Kind("half-open", (Rule(HalfOpen(), is_chunk, chance=0.3),), skip=PATIENCE),
    Kind("duplicate at once", (Rule(Duplicate(), is_chunk, chance=0.3),)),
    Kind("duplicate late", (Rule(Duplicate(late=0.2), is_chunk, chance=0.3),)),
    Kind("truncated request", (Rule(Truncate(), is_chunk, chance=0.2),)),
    Kind("lost answer", (Rule(LostAnswer(), is_ours, chance=0.2),)),
    Kind("flipped bit", (Rule(FlipBit(), is_chunk, chance=0.3),)),
    Kind(
        "body limit",
        (Rule(BodyLimit(300 * 1024), is_chunk),),
        needs_new_page=True,
        chunk_size=8 * MIB,
    ),
    Kind("502 before the server", (Rule(Unavailable(502), is_ours, chance=0.2),)),
    Kind("503 before the server", (Rule(Unavailable(503), is_ours, chance=0.2),)),
    Kind("504 after the server", (Rule(Unavailable(504, reached=True), is_ours, chance=0.2),)),
)

MIXED = Kind(
    "all mixed",
    tuple(
        Rule(rule.fault, rule.where, chance=rule.chance / (20 if isinstance(rule.fault, HalfOpen) else 8))
        for kind in KINDS
        if not kind.needs_new_page
        for rule in kind.rules
    ),
    Link(delay=0.005, stall_chance=0.05, stall=0.3),
    skip=PATIENCE,
)
