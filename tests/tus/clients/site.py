"""What clients upload to: a server, or the proxy that breaks things before it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.faults import (
    FaultProxy,
    LostAnswer,
    Plan,
    Request,
    Reset,
    Rule,
    Truncate,
    Unavailable,
)
from tests.support.server import RunningServer

MIB = 2**20
SIZE = 8 * MIB + 7


@dataclass(frozen=True)
class Way:
    """A way to a server.

    Parameters
    ----------
    proxy : FaultProxy or None
        What is on it.
    """

    server: RunningServer
    proxy: FaultProxy | None
    file: Path

    @property
    def endpoint(self) -> str:
        """Where uploads are created."""
        start = self.server.url if self.proxy is None else self.proxy.url
        return f"{start}api/bigupload/tus"

    @property
    def headers(self) -> dict[str, str]:
        """What every request has to bring."""
        return {"Authorization": f"token {self.server.token}"}

    def require(self, name: str) -> None:
        """Return if the file arrived, and nothing else is left."""
        assert (self.server.root / name).read_bytes() == self.file.read_bytes()
        assert [path.name for path in self.server.root.iterdir()] == [name]
        self.require_nothing_unfinished()

    def require_nothing_unfinished(self) -> None:
        """Return if the server knows of no unfinished upload."""
        answer = httpx.get(f"{self.server.url}api/bigupload/uploads", headers=self.headers, trust_env=False)
        assert answer.json()["uploads"] == []

    def requests(self, method: str) -> list[Request]:
        """Return what has come through the proxy by a verb."""
        assert self.proxy is not None, "only a proxy sees requests"
        return [request for request in self.proxy.requests if request.method == method]


def faulty(seed: int = 1) -> Plan:
    """What happens to the bytes of an upload, and to what asks for them: often, but not for ever."""

    def sends(request: Request) -> bool:
        return request.method == "PATCH"

    def sends_or_asks(request: Request) -> bool:
        return request.method in {"PATCH", "HEAD"}

    return Plan(
        [
            Rule(Reset(of="request"), sends, most=2),
            Rule(Unavailable(503), sends, most=1, skip=1),
            Rule(LostAnswer(), sends, most=2, skip=1),
            Rule(Truncate(), sends, most=1),
            Rule(Reset(of="answer"), sends_or_asks, chance=0.3, most=2),
        ],
        seed=seed,
    )


def write_file(folder: Path, size: int = SIZE) -> Path:
    """Make a file that is like no other."""
    file = folder / "source.bin"
    file.write_bytes(os.urandom(size))
    return file
