"""A client of docs/wire.md that brings one file to a bucket, and outlives all that fails on the way.

It goes on as the page does: what the server has, it learns from `GET uploads/<id>`; a part that the store
took is not sent again only because the server did not hear of it.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx
import xxhash
from awscrt.checksums import crc64nvme

from .moments import Moments
from .ranges import Range, gaps_in, union_of
from .wire import UPLOADS

MIB = 2**20

Algorithm = Literal["crc64nvme", "xxh3-128"]
Fate = Literal["complete", "cancel", "leave"]

#: Of a chunk that is no part: bytes.
_SMALL = (1, 3 * MIB)
_PAUSE = (0.02, 0.2)


@dataclass(frozen=True)
class Order:
    """What to upload, and how.

    Parameters
    ----------
    is_direct : bool
        Whether whole parts are to go past the server.
    cut : str
        Chunks are whole parts, small ones without regard for parts, or now this and now that.
    algorithm : str
        Of the digests; SeaweedFS verifies none but crc64nvme.
    fate : str
        How it ends: cancelled or just left alone after `share` of the bytes, if not completed.
    """

    destination: str
    is_direct: bool
    path: str
    data: bytes
    part_size: int
    cut: Literal["parts", "small", "mixed"]
    parallel: int
    algorithm: Algorithm
    fate: Fate
    share: float


@dataclass
class Outcome:
    """What became of an order."""

    lost: list[str] = field(default_factory=list)
    """What was acknowledged, and is not there any more."""
    sent_again: list[str] = field(default_factory=list)
    """What was sent although it had been acknowledged."""
    chunks: int = 0
    direct: int = 0
    """Of them, past the server."""
    trouble: str = ""
    """What went wrong last, and was to be tried again."""


class Refused(Exception):
    """The server does not want it, and never will."""


class _Broken(Exception):
    """No answer, or one that says to try again."""


class BucketClient:
    """Takes one order through; it may be asked for anything but twice at once.

    Parameters
    ----------
    http : httpx.AsyncClient
        Logged in at the server.
    moments : Moments
        Is told what comes next.
    """

    def __init__(
        self, http: httpx.AsyncClient, store: httpx.AsyncClient, order: Order, moments: Moments, seed: int
    ) -> None:
        self.order = order
        self.outcome = Outcome()
        self.id = ""
        self._http = http
        self._store = store
        self._moments = moments
        self._random = random.Random(seed)  # noqa: S311  # a run that can be repeated
        self._received: list[Range] = []
        self._cut: list[Range] = []
        self._acknowledged: list[Range] = []
        self._taken: set[Range] = set()

    async def run(self) -> None:
        """Create, send, and end it as ordered.

        Raises
        ------
        Refused
            When an answer says that this can't ever succeed.
        """
        await self._create()
        while True:
            if self.order.fate != "complete" and self._share() >= self.order.share:
                break
            try:
                await self._send_missing()
                if self.order.fate == "complete" and await self._complete():
                    return
            except _Broken:
                await self._pause()
            await self._look()
        if self.order.fate == "cancel":
            await self._insist("abort", "DELETE", f"{UPLOADS}/{self.id}", gone_is_good=True)

    async def _create(self) -> None:
        order = self.order
        answer = await self._insist(
            "create",
            "POST",
            UPLOADS,
            json={
                "destination": order.destination,
                "path": order.path,
                "size": len(order.data),
                "digests": [order.algorithm],
            },
            headers={"Idempotency-Key": secrets.token_hex(16)},
        )
        upload = answer.json()
        self.id = upload["id"]
        if (upload["part_size"], upload["digest"]) != (order.part_size, order.algorithm):
            raise Refused(f"not what was asked for: {upload}")

    async def _look(self) -> None:
        """Take note of what the server has; all requests have ended by now."""
        upload = (await self._insist("look", "GET", f"{UPLOADS}/{self.id}")).json()
        self._received = [(start, end) for start, end in upload["received"]]
        self._cut = [(start, end) for start, end, _ in upload["parts"]]
        self.outcome.lost += [
            f"[{start}, {end}) of {self.id}"
            for start, end in self._acknowledged
            if not any(first <= start and end <= last for first, last in self._received)
        ]
        self.outcome.lost += [
            f"the digest of [{start}, {end}) of {self.id}"
            for start, end, digest in upload["parts"]
            if digest != self._digest(start, end)
        ]
        # What the server has forgotten stays acknowledged: the client has to send it again, and says so.
        self._acknowledged = union_of([*self._acknowledged, *self._received])

    async def _send_missing(self) -> None:
        chunks = self._chunks()
        lanes = [asyncio.ensure_future(self._lane(chunks)) for _ in range(self.order.parallel)]
        try:
            await asyncio.gather(*lanes)
        finally:
            for lane in lanes:
                lane.cancel()
            await asyncio.gather(*lanes, return_exceptions=True)

    async def _lane(self, chunks: Iterator[Range]) -> None:
        order = self.order
        for start, end in chunks:
            if order.fate != "complete" and self._share() >= order.share:
                return
            whole = start % order.part_size == 0 and end == min(start + order.part_size, len(order.data))
            self._note_sent(start, end)
            if order.is_direct and whole and (order.cut == "parts" or self._random.random() < 0.5):
                await self._send_direct(start, end)
            else:
                await self._send_through(start, end)

    async def _send_through(self, start: int, end: int) -> None:
        self.outcome.chunks += 1
        folder = "/".join(["api/upload_handlers", *self.order.path.split("/")[:-1]])
        receipt = await self._ask(
            "chunk",
            "POST",
            folder,
            params={"upload": self.id},
            content=self.order.data[start:end],
            headers={
                "Content-Range": f"bytes {start}-{end - 1}/{len(self.order.data)}",
                "Content-Type": "application/octet-stream",
                "Content-Digest": self._digest(start, end),
            },
        )
        self._note_receipt((start, end), receipt.json())

    async def _send_direct(self, start: int, end: int) -> None:
        part = {"start": start, "end": end, "digest": self._digest(start, end)}
        if (start, end) not in self._taken:
            self.outcome.chunks += 1
            self.outcome.direct += 1
            signed = (await self._ask("sign", "POST", f"{UPLOADS}/{self.id}/sign", json=part)).json()
            self._moments.announce("put")
            try:
                answer = await self._store.request(
                    signed["method"],
                    signed["url"],
                    content=self.order.data[start:end],
                    headers=signed["headers"],
                )
            except httpx.TransportError as error:
                raise self._broken("put", repr(error)) from error
            if not answer.is_success:
                # The store may be about to start, and say anything; only time tells that it stays so.
                raise self._broken("put", answer.text)
            self._taken.add((start, end))
        receipt = await self._ask("confirm", "POST", f"{UPLOADS}/{self.id}/parts", json=part)
        self._taken.discard((start, end))
        self._note_receipt((start, end), receipt.json())

    async def _complete(self) -> bool:
        # Which chunks the server knows, when not all answers came: one that got lost may be among them.
        await self._look()
        lines = "".join(f"{start} {end} {self._digest(start, end)}\n" for start, end in sorted(self._cut))
        composite = hashlib.sha256(lines.encode()).hexdigest()
        while True:
            try:
                answer = await self._ask(
                    "complete", "POST", f"{UPLOADS}/{self.id}/complete", json={"composite": composite}
                )
            except _Broken:
                await self._pause()
                continue
            if answer.status_code == 409:
                self.outcome.lost.append(f"{answer.json()['missing']} of {self.id}, it says at the end")
                return False
            return answer.json()["state"] == "done"  # type: ignore[no-any-return]  # JSON

    async def _insist(self, moment: str, method: str, path: str, **request: Any) -> httpx.Response:
        """Ask until there is an answer."""
        while True:
            try:
                return await self._ask(moment, method, path, **request)
            except _Broken:
                await self._pause()

    async def _ask(
        self, moment: str, method: str, path: str, *, gone_is_good: bool = False, **request: Any
    ) -> httpx.Response:
        self._moments.announce(moment)
        try:
            answer = await self._http.request(method, path, **request)
        except httpx.TransportError as error:
            raise self._broken(moment, repr(error)) from error
        if answer.is_success or (gone_is_good and answer.status_code == 404):
            return answer
        try:
            problem = answer.json()
        except ValueError:
            problem = {}
        if problem.get("reason") == "incomplete" and moment == "complete":
            return answer
        if problem.get("retryable", answer.status_code >= 500):
            raise self._broken(moment, answer.text)
        raise Refused(f"{moment} of {self.id}: {answer.status_code} {answer.text}")

    def _broken(self, moment: str, why: str) -> _Broken:
        self.outcome.trouble = f"{moment}: {why}"
        return _Broken(self.outcome.trouble)

    async def _pause(self) -> None:
        await asyncio.sleep(self._random.uniform(*_PAUSE))

    def _share(self) -> float:
        size = len(self.order.data)
        return sum(end - start for start, end in self._received) / size if size else 1.0

    def _note_sent(self, start: int, end: int) -> None:
        self.outcome.sent_again += [
            f"[{start}, {end}) of {self.id} after [{first}, {last})"
            for first, last in self._acknowledged
            if first < end and start < last
        ]

    def _note_receipt(self, chunk: Range, receipt: dict[str, Any]) -> None:
        # Answers may overtake one another, so that this one may know less than others did.
        named = {(start, end) for start, end in receipt["received"]}
        if not any(start <= chunk[0] and chunk[1] <= end for start, end in named):
            self.outcome.lost.append(f"{chunk} of {self.id}, in its own receipt")
        self._acknowledged = union_of([*self._acknowledged, *named])
        self._received = union_of([*self._received, *named])

    def _chunks(self) -> Iterator[Range]:
        """Cut what is missing."""
        for first, last in gaps_in(self._received, len(self.order.data)):
            start = first
            while start < last:
                end = min(last, start + self._random.randint(*_SMALL))
                if self.order.cut == "parts" or (self.order.cut == "mixed" and self._random.random() < 0.5):
                    end = min(last, (start // self.order.part_size + 1) * self.order.part_size)
                yield start, end
                start = end

    def _digest(self, start: int, end: int) -> str:
        body = self.order.data[start:end]
        if self.order.algorithm == "crc64nvme":
            value = crc64nvme(body).to_bytes(8, "big")
        else:
            value = xxhash.xxh3_128_digest(body)
        return f"{self.order.algorithm}=:{base64.b64encode(value).decode()}:"
