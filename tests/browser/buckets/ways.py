"""The two ways of a file's bytes into a bucket: what is promised of one is promised of the other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

from ..patience import until
from ..payload import digest
from .panel import BucketPanel
from .places import PART, Place

#: More than any request of a page that sends no file has in its body.
NO_FILE = 128 * 1024


class Way(ABC):
    """One of them, on one page, to one place."""

    #: Bytes that are there at the least once some are.
    least = 1

    def __init__(self, panel: BucketPanel, place: Place) -> None:
        self.panel = panel
        self.place = place

    async def begin(self, file: Path) -> None:
        """Upload until some bytes are there and others are on their way."""
        await self.panel.choose(self.place)
        async with self.panel.frontend.upload_limit.after():
            await self.panel.frontend.pick(file)
            await until(lambda: self.is_under_way, what="a first part, and others")

    async def expect_the_whole_file(self, file: Path) -> None:
        """Wait for its end: all bytes, nothing beside them, and nothing sent twice."""
        await self.panel.expect_state(file, self.place, "Done")
        assert self.place.digest(file.name) == digest(file)
        assert self.place.unfinished() == []
        assert self.repeated == []
        assert self.panel.frontend.on_disk() == []

    @property
    @abstractmethod
    def begun(self) -> int:
        """How many times bytes were sent."""

    @property
    @abstractmethod
    def is_under_way(self) -> bool:
        """Whether some bytes are there and others are on their way."""

    @property
    @abstractmethod
    def idle(self) -> bool:
        """Whether nothing is on its way."""

    @property
    @abstractmethod
    def repeated(self) -> list[Any]:
        """What was sent although it had been acknowledged."""

    @abstractmethod
    def acknowledge(self, received: list[list[int]]) -> None:
        """Take in what the server says it has, though its answer may never have reached the page."""


class ThroughTheServer(Way):
    """Chunks to Jupyter."""

    @property
    def begun(self) -> int:
        return len(self.panel.frontend.chunks.sent)

    @property
    def is_under_way(self) -> bool:
        return self.panel.frontend.chunks.is_under_way

    @property
    def idle(self) -> bool:
        return self.panel.frontend.chunks.idle

    @property
    def repeated(self) -> list[Any]:
        return self.panel.frontend.chunks.repeated

    def acknowledge(self, received: list[list[int]]) -> None:
        self.panel.frontend.chunks.acknowledge(received)


class Direct(Way):
    """Parts to the bucket."""

    least = PART

    async def expect_the_whole_file(self, file: Path) -> None:
        """Wait for its end, as for any way's; and none of it went through Jupyter."""
        await super().expect_the_whole_file(file)
        assert self.panel.frontend.chunks.sent == []
        assert max(await self.panel.traffic.bodies_to(self.panel.frontend.server.url)) < NO_FILE

    @property
    def begun(self) -> int:
        return len(self.panel.parts.signed)

    @property
    def is_under_way(self) -> bool:
        return self.panel.parts.begun_and_not_done

    @property
    def idle(self) -> bool:
        return self.panel.parts.idle

    @property
    def repeated(self) -> list[Any]:
        return self.panel.parts.repeated

    def acknowledge(self, received: list[list[int]]) -> None:
        """Only what was confirmed counts: of that the page always has the answer, or asks again."""
