"""tus-js-client 5, in a process of its own for each upload."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
PACKAGE = HERE / "node_modules" / "tus-js-client-5"
#: Seconds in which a client has ended.
_PATIENCE = 120


@dataclass(frozen=True)
class Client:
    """How a client is set up.

    Parameters
    ----------
    endpoint, token : str
        Where it creates uploads, and how it logs in.
    storage : Path
        The file in which it keeps where uploads are that it has begun.
    protocol : str
        What it speaks.
    more : dict
        Further options of `upload.mjs`: `chunkSize`, `abortAt`, `stream`, `duringCreation`, `retryDelays`.
    """

    endpoint: str
    token: str
    storage: Path
    protocol: str
    more: dict[str, Any] = field(default_factory=dict)

    def upload(self, file: Path, name: str, **more: object) -> dict[str, Any]:
        """Upload `file` in a new process, and return how it went."""
        options = {
            "endpoint": self.endpoint,
            "token": self.token,
            "storage": str(self.storage),
            "protocol": self.protocol,
            "file": str(file),
            "name": name,
            "retryDelays": None,
            "stream": False,
            "duringCreation": False,
            "abortAt": None,
            "terminate": None,
            **self.more,
            **more,
        }
        ran = subprocess.run(
            ["node", "upload.mjs", json.dumps(options)],  # noqa: S607  # where node is differs
            cwd=HERE,
            capture_output=True,
            check=False,
            text=True,
            timeout=_PATIENCE,
        )
        assert ran.returncode == 0, ran.stderr
        (line,) = ran.stdout.splitlines()
        result = json.loads(line)
        assert isinstance(result, dict)
        return result


def methods(result: dict[str, Any]) -> Sequence[str]:
    """Return the methods of the requests that were answered."""
    return [method for method, _, _ in result["requests"]]


needs_client = pytest.mark.skipif(
    not PACKAGE.is_dir(), reason="run `jlpm install` in tests/rufh/client first"
)
