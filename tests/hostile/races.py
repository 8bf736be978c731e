"""Fifty at once, over two servers that share root and records."""

from __future__ import annotations

import itertools
import random
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.faults.wire import UPLOADS, content_digest
from tests.support.server import RunningServer

from .report import Report

_AT_ONCE = 50
_SIZE = 2**20
_CHUNK = 2**18
#: Answers to those who came second.
_SECOND = {"locked", "offset_mismatch", "exists", "not_receiving", "not_found", "incomplete", "range_overlap"}


def attack(servers: Sequence[RunningServer], rng: random.Random, report: Report, *, rounds: int) -> None:
    """Run every race `rounds` times."""
    clients = [
        httpx.Client(
            base_url=server.url,
            headers={"Authorization": f"token {server.token}"},
            trust_env=False,
            timeout=120,
            limits=httpx.Limits(max_connections=_AT_ONCE),
        )
        for server in servers
    ]
    root = servers[0].root
    races = (_same_key, _same_chunk, _complete, _abort_and_write, _same_name, _create_same_name)
    for number, race in itertools.product(range(rounds), races):
        name = f"{race.__name__.strip('_')}-{number}"
        Race(clients, report, name, rng.randbytes(_SIZE)).run(race)
        target = root / name
        target.unlink(missing_ok=True)
    left = list(root.rglob(".*.bigupload"))
    report.require(not left, f"{len(left)} partials are left, e.g. {left[:1]}")
    for client in clients:
        client.close()


class Race:
    """One race: what is asked, by all at once, on both servers in turn."""

    def __init__(self, clients: Sequence[httpx.Client], report: Report, name: str, data: bytes) -> None:
        self.clients = clients
        self.report = report
        self.name = name
        self.data = data

    def run(self, race: Callable[[Race], None]) -> None:
        race(self)

    def all_at_once(self, *asks: Callable[[httpx.Client], httpx.Response]) -> list[httpx.Response]:
        """Let fifty ask, each one of `asks` in turn."""
        kinds, clients = itertools.cycle(asks), itertools.cycle(self.clients)
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            asked = [threads.submit(next(kinds), next(clients)) for _ in range(_AT_ONCE)]
        answers = [one.result() for one in asked]
        for answer in answers:
            ended = str(answer.status_code) if answer.is_success else _reason(answer)
            self.report.count(self.name.partition("-")[0], ended)
            second = answer.is_success or ended in _SECOND
            self.report.require(second, f"{self.name}: {answer.status_code} {ended}")
        return answers

    def create(self, client: httpx.Client, key: str) -> httpx.Response:
        fields = {"path": self.name, "size": len(self.data), "digests": ["xxh3-128"]}
        return client.post(UPLOADS, json=fields, headers={"Idempotency-Key": key})

    def send(self, client: httpx.Client, upload_id: str, start: int) -> httpx.Response:
        body = self.data[start : start + _CHUNK]
        headers = {
            "Content-Range": f"bytes {start}-{start + len(body) - 1}/{len(self.data)}",
            "Content-Digest": content_digest(body, "xxh3-128"),
        }
        return client.post("api/upload_handlers", params={"upload": upload_id}, content=body, headers=headers)

    def begun(self) -> str:
        answer = self.create(self.clients[0], secrets.token_hex(8)).raise_for_status()
        return str(answer.json()["id"])

    def begun_and_sent(self) -> str:
        upload_id = self.begun()
        for start in range(0, len(self.data), _CHUNK):
            self.send(self.clients[0], upload_id, start).raise_for_status()
        return upload_id

    def abort(self, upload_id: str) -> None:
        self.clients[0].delete(f"{UPLOADS}/{upload_id}")

    def require_file(self, expected: set[bytes]) -> None:
        answer = self.clients[0].get(f"files/{self.name}")
        self.report.require(answer.content in expected, f"{self.name}: a file that nobody sent")


def _same_key(race: Race) -> None:
    """A create is repeated."""
    key = secrets.token_hex(8)
    answers = race.all_at_once(lambda client: race.create(client, key))
    ids = {answer.json()["id"] for answer in answers if answer.is_success}
    race.report.require(len(ids) == 1, f"{race.name}: {len(ids)} uploads of one key")
    for upload_id in ids:
        race.abort(upload_id)


def _same_chunk(race: Race) -> None:
    """A chunk is repeated while it comes; the file is whole all the same."""
    upload_id = race.begun()
    for start in range(0, len(race.data), _CHUNK):
        answers = race.all_at_once(lambda client, start=start: race.send(client, upload_id, start))  # type: ignore[misc]  # a default binds it
        race.report.require(any(answer.is_success for answer in answers), f"{race.name}: nobody was let in")
    race.clients[0].post(f"{UPLOADS}/{upload_id}/complete").raise_for_status()
    race.require_file({race.data})


def _complete(race: Race) -> None:
    """A complete is repeated."""
    upload_id = race.begun_and_sent()
    answers = race.all_at_once(lambda client: client.post(f"{UPLOADS}/{upload_id}/complete"))
    race.report.require(any(answer.is_success for answer in answers), f"{race.name}: nobody completed it")
    race.require_file({race.data})


def _abort_and_write(race: Race) -> None:
    """Cancelled, written and completed at once: the whole file or nothing."""
    upload_id = race.begun_and_sent()
    race.all_at_once(
        lambda client: client.delete(f"{UPLOADS}/{upload_id}"),
        lambda client: race.send(client, upload_id, 0),
        lambda client: client.post(f"{UPLOADS}/{upload_id}/complete"),
    )
    answer = race.clients[1].get(f"files/{race.name}")
    whole = answer.status_code == httpx.codes.NOT_FOUND or answer.content == race.data
    race.report.require(whole, f"{race.name}: half a file")
    race.abort(upload_id)


def _same_name(race: Race) -> None:
    """Plain uploads of one name: the file is one sender's, and no mixture."""
    contents = [secrets.token_bytes(_CHUNK) for _ in range(_AT_ONCE)]
    waiting = iter(contents)
    headers = {"Content-Disposition": f'attachment; filename="{race.name}"'}
    race.all_at_once(
        lambda client: client.post("api/upload_handlers", content=next(waiting), headers=headers)
    )
    race.require_file(set(contents))


def _create_same_name(race: Race) -> None:
    """Uploads of one name are completed at once: one gets it, the others are told."""
    ids = iter([race.begun_and_sent() for _ in range(6)] * _AT_ONCE)
    answers = race.all_at_once(lambda client: client.post(f"{UPLOADS}/{next(ids)}/complete"))
    done = Counter(answer.json()["id"] for answer in answers if answer.is_success)
    race.report.require(len(done) == 1, f"{race.name}: {len(done)} uploads got one name")
    race.require_file({race.data})
    for upload_id in {next(ids) for _ in range(6)}:
        race.abort(upload_id)


def _reason(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["reason"])
    except (ValueError, KeyError):
        return f"{answer.status_code} without a reason"
