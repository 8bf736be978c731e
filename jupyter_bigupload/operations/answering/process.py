"""The process that answers: `python -m jupyter_bigupload.operations.answering.process`.

Its standard input has a line of JSON that says what it works with, and then one for each question; it ends
with the last of them. Its standard output has a line for each answer, in whatever order these are found.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import resource
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TextIO

from ...errors import BigUploadError, ProcessFailed
from .answers import Answers

log = logging.getLogger(__name__)

#: How much lower than the server's is its priority for a processor.
_NICE = 5
#: Questions that are worked on at once.
_AT_ONCE = 4


class _Output:
    """Writes whole lines, of one thread at a time."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def write(self, fields: dict[str, Any]) -> None:
        line = json.dumps(fields)
        with self._lock, contextlib.suppress(BrokenPipeError):  # the server is gone
            self._stream.write(f"{line}\n")
            self._stream.flush()


def main() -> None:
    """Answer until there are no more questions."""
    # What any library prints is no answer.
    output = _Output(os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8"))
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    first = sys.stdin.readline()
    if not first:
        return
    orders: dict[str, Any] = json.loads(first)
    os.nice(_NICE)
    if orders["memory"]:
        with contextlib.suppress(ValueError, OSError):  # where the system's own limit is lower
            resource.setrlimit(resource.RLIMIT_DATA, (orders["memory"], orders["memory"]))
    answers = Answers(orders)
    pool = ThreadPoolExecutor(_AT_ONCE, "bigupload-answer")
    for line in sys.stdin:
        pool.submit(_answer, answers, json.loads(line), output)
    os._exit(0)  # nobody waits for what is still being worked on


def _answer(answers: Answers, question: dict[str, Any], output: _Output) -> None:
    number = question["number"]
    try:
        output.write({"number": number, "answer": answers.find(question["what"], question["fields"])})
    except BigUploadError as error:
        output.write(_refusal(number, error))
    except MemoryError:
        output.write(_refusal(number, ProcessFailed("It needs more memory than it may have.")))
    except Exception as error:  # what nobody foresaw goes to the log, and to whoever asked
        log.exception("could not answer")
        output.write(_refusal(number, ProcessFailed(f"It failed: {error}")))


def _refusal(number: int, error: BigUploadError) -> dict[str, Any]:
    return {"number": number, "error": {**error.as_json(), "status": error.status}}


if __name__ == "__main__":
    main()
