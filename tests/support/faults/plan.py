"""Which requests something happens to, and what has happened so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from .kinds import Fault
from .message import Request


@dataclass(frozen=True)
class Rule:
    """One kind of fault, and when it strikes.

    Parameters
    ----------
    where : callable
        Whether it may strike a request; by default any.
    chance : float
        Probability that it does.
    most : int, optional
        How often, over all requests; by default without end.
    skip : int
        How many of the requests that it would have struck it lets pass first.
    """

    fault: Fault
    where: Callable[[Request], bool] = lambda _: True
    chance: float = 1.0
    most: int | None = None
    skip: int = 0


@dataclass(frozen=True)
class Injected:
    """Something that happened to a request."""

    kind: str
    method: str
    target: str


class Plan:
    """Chooses what happens to each request; the first rule that strikes wins.

    With the same seed and the same requests in the same order, the same happens.

    Parameters
    ----------
    seed : int
        What all chance comes from.
    """

    def __init__(self, rules: Sequence[Rule] = (), *, seed: int = 0) -> None:
        self.random = Random(seed)  # noqa: S311  # a test that can be repeated
        self._rules = tuple(rules)
        self._struck = [0] * len(self._rules)

    def choose(self, request: Request) -> Fault | None:
        """Decide about a request; None lets it pass."""
        for number, rule in enumerate(self._rules):
            exhausted = rule.most is not None and self._struck[number] >= rule.skip + rule.most
            if exhausted or not rule.fault.applies(request) or not rule.where(request):
                continue
            if self.random.random() < rule.chance:
                self._struck[number] += 1
                if self._struck[number] > rule.skip:
                    return rule.fault
        return None
