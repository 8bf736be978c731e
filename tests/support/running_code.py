"""Code that is run as pasted, by a process that knows nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

from jupyter_bigupload.opening import Snippet


def sums(
    snippets: Sequence[Snippet], expressions: Mapping[str, str], environment: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Return, by number and title, what each snippet reads; all of them run in one process.

    Parameters
    ----------
    expressions : Mapping
        By title: what makes one number of what the code read.
    environment : Mapping or None
        More variables, such as credentials.
    """
    steps = [
        f"names = {{}}\nexec({one.code!r}, names)\n"
        f"print('{number} {one.title}', int(eval({expressions[one.title]!r}, names)), sep='=')\n"
        for number, one in enumerate(snippets)
    ]
    ran = subprocess.run(
        [sys.executable, "-c", "".join(steps)],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    read = dict(line.split("=") for line in ran.stdout.splitlines())
    assert ran.returncode == 0, f"{snippets[len(read)].code}\n{ran.stderr}"
    return {title: int(number) for title, number in read.items()}
