"""Ctrl-C and SIGTERM: the first ends what is under way, in order; the second ends at once."""

from __future__ import annotations

import os
import shlex
import signal
import threading
from collections.abc import Callable, Sequence
from types import FrameType

from .printing.text import printable

#: Seconds that threads have to let go of their connections. Nothing that has arrived depends on it.
_GRACE = 2.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_BY_SIGNAL = 128


class Interrupted(KeyboardInterrupt):
    """The person, or the system, wants this to end."""


class Interrupts:
    """While it is entered, signals raise `Interrupted` in the main thread, once.

    Parameters
    ----------
    last_words : Callable
        Says how to go on; called once however this ends, at the latest after some seconds, and from any
        thread. Not called when nothing interrupts.
    begins : Callable
        Is called in the signal's handler.
    clean_up : Callable
        Leaves the terminal as it was; only called where the process ends without unwinding.
    """

    def __init__(
        self,
        last_words: Callable[[], None],
        begins: Callable[[], None],
        clean_up: Callable[[], None],
    ) -> None:
        self._last_words = last_words
        self._begins = begins
        self._clean_up = clean_up
        self._lock = threading.Lock()
        self._said = False
        self._signal: int | None = None

    def __enter__(self) -> Interrupts:
        self._before = [signal.signal(one, self._handle) for one in _SIGNALS]
        return self

    def __exit__(self, *_: object) -> None:
        if self._signal is None:
            for one, before in zip(_SIGNALS, self._before, strict=True):
                signal.signal(one, before)

    def leave(self) -> None:
        """Say the last words and end the process, without waiting for threads that wait for a network."""
        self._say()
        os._exit(_BY_SIGNAL + (self._signal or signal.SIGINT))

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self._signal is not None:
            self._clean_up()
            os._exit(_BY_SIGNAL + number)
        self._signal = number
        self._begins()
        timer = threading.Timer(_GRACE, self._too_late)
        timer.daemon = True
        timer.start()
        raise Interrupted

    def _too_late(self) -> None:
        self._clean_up()
        self.leave()

    def _say(self) -> None:
        with self._lock:
            said, self._said = self._said, True
        if not said:
            self._last_words()


def command_line(arguments: Sequence[str]) -> str:
    """Return a command as it can be pasted into a shell, whatever its arguments have in them."""
    return " ".join(_quoted(one) for one in arguments)


def _quoted(argument: str) -> str:
    if printable(argument) == argument:
        return shlex.quote(argument)
    # As bash and zsh read it, so that the terminal gets no raw byte of a hostile name.
    parts = []
    for byte in os.fsencode(argument):
        one = chr(byte)
        parts.append(one if one.isascii() and one.isprintable() and one not in "'\\" else f"\\x{byte:02x}")
    return "$'" + "".join(parts) + "'"
