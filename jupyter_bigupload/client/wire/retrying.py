"""What is sent again, and when: the one place that decides it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from threading import Event
from typing import TypeVar

import httpx

from ...errors import BigUploadError, Checking
from ..errors import Unreachable

T = TypeVar("T")

#: Seconds before the first time that something is sent again; the next ones come after twice as many.
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 15.0
#: Network errors that no other try changes.
_HOPELESS = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)


class Stopped(BaseException):
    """Another thread has failed, or the person wants to stop: this one ends too."""


class Retrying:
    """Repeats requests that may succeed later.

    Parameters
    ----------
    patience : float
        Seconds for which something is sent again since it first failed, or since the last progress.
    stop : threading.Event
        Ends all waiting once it is set.
    """

    def __init__(self, patience: float, stop: Event) -> None:
        self._patience = patience
        self._stop = stop
        self._failing_since: float | None = None

    def progress(self) -> None:
        """Say that something arrived: patience begins anew."""
        self._failing_since = None

    def run(self, attempt: Callable[[], T], *, not_again: tuple[type[BigUploadError], ...] = ()) -> T:
        """Return what `attempt` returns, as soon as it does.

        Parameters
        ----------
        not_again : tuple
            Errors after which something else has to be done first.

        Raises
        ------
        BigUploadError
            When another try is no use, or patience is over.
        """
        tries = 0
        while True:
            if self._stop.is_set():
                raise Stopped
            try:
                result = attempt()
            except httpx.TransportError as error:
                failure: BigUploadError = Unreachable(f"The server can't be reached: {error or type(error)}.")
                if isinstance(error, _HOPELESS):
                    raise failure from error
                cause: Exception = error
            except BigUploadError as error:
                if not error.retryable or isinstance(error, not_again):
                    raise
                if isinstance(error, Checking):  # it is at work
                    self.progress()
                failure, cause = error, error
            else:
                self.progress()
                return result
            now = time.monotonic()
            if self._failing_since is None:
                self._failing_since, tries = now, 0
            if now - self._failing_since > self._patience:
                raise failure from cause
            self._wait(tries, failure)
            tries += 1

    def _wait(self, tries: int, failure: BigUploadError) -> None:
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** min(tries, 10))
        pause = longest * random.uniform(0.5, 1.0)  # noqa: S311  # so that many clients do not come at once
        wanted = failure.details.get("retry_after")
        if isinstance(wanted, int | float):
            pause = max(pause, float(wanted))
        if self._stop.wait(pause):
            raise Stopped
