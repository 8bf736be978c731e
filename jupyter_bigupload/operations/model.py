"""What an operation is: frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class State(str, Enum):
    """Where an operation is. What is `DONE`, `FAILED` or `CANCELLED` stays that."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it."""
        return self in {State.DONE, State.FAILED, State.CANCELLED}


@dataclass(frozen=True)
class NewOperation:
    """What somebody wants to be done.

    Parameters
    ----------
    kind : str
        The name of a `Kind`.
    destination : str
        Where the file or folder is that it is about.
    path : str
        From that destination's root.
    parameters : Mapping
        What the kind's schema describes.
    """

    kind: str
    destination: str
    path: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Progress:
    """How far a worker is.

    Parameters
    ----------
    done, total : int
        In `unit`; `total` is None where nobody knows.
    unit : str
        `bytes`, `files`, `rows`, …
    at : float
        When it was written, seconds since 1970.
    """

    done: int = 0
    total: int | None = None
    unit: str = "bytes"
    at: float = 0.0


@dataclass(frozen=True)
class Failure:
    """Why an operation failed.

    Parameters
    ----------
    reason : str
        A stable code: one of the error tree's, or one of `worker_died`, `no_progress`, `out_of_memory`.
    message : str
        A sentence for a person.
    output : str
        The last that the worker printed.
    """

    reason: str
    message: str
    output: str = ""


@dataclass(frozen=True)
class Worker:
    """The process that works on an operation.

    Parameters
    ----------
    boot : str
        Which run of which machine it is on (see `boot_id`).
    started : str
        When the process started, as the system counts: with `pid` it names one process of that run.
    at : float
        When it took the operation, seconds since 1970.
    """

    boot: str
    pid: int
    started: str
    at: float


@dataclass(frozen=True)
class Operation:
    """An operation, as its files say now.

    Parameters
    ----------
    created, ended : float
        Seconds since 1970.
    cancelling : bool
        Whether somebody asked for its end.
    response : Mapping or None
        What came of it, once it is done.
    """

    id: str
    new: NewOperation
    created: float
    state: State = State.QUEUED
    cancelling: bool = False
    worker: Worker | None = None
    progress: Progress = field(default_factory=Progress)
    ended: float | None = None
    response: Mapping[str, Any] | None = None
    failure: Failure | None = None

    @property
    def last_sign(self) -> float:
        """When it was last seen to move, seconds since 1970."""
        return max(self.created, 0.0 if self.worker is None else self.worker.at, self.progress.at)
