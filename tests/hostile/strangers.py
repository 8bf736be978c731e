"""Requests without a login, with a wrong token, or with a cookie but no XSRF token."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import httpx

from tests.support.server import RunningServer

from .connections import descriptors, settles_at
from .report import Report

_ROUTES = (
    "api/upload_handlers",
    "api/upload_handlers/sub/deeper?file=x",
    "api/upload_handlers?upload=0123456789abcdef",
    "api/bigupload/uploads",
    "api/bigupload/uploads?limit=1",
    "api/bigupload/uploads/0123456789abcdef",
    "api/bigupload/uploads/0123456789abcdef/complete",
    "api/bigupload/uploads/0123456789abcdef/sign",
    "api/bigupload/uploads/0123456789abcdef/parts",
    "api/bigupload/digest?path=there",
    "api/bigupload/destinations?check=all",
    "api/bigupload/destinations/home/probe",
    "api/bigupload/objects?destination=home&path=there",
    "api/bigupload/code?path=there",
    "api/bigupload/catalog",
)
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "FOO")
_LOGINS: dict[str, dict[str, str]] = {
    "without a login": {},
    "with a wrong token": {"Authorization": "token 0123"},
    "with a cookie of nobody": {
        "Cookie": "_xsrf=2|a|b|1; username-127-0-0-1-8888=x",
        "X-XSRFToken": "2|a|b|1",
    },
}
_LARGE = 3 * 2**20


def _bodies() -> Iterator[tuple[str, bytes | None, bool]]:
    """Yield a name, the bytes, and whether they are sent in chunks of unannounced length."""
    yield "no body", None, False
    yield "JSON", b'{"path": "mine", "size": 3}', False
    yield "3 MiB", b"x" * _LARGE, False
    yield "3 MiB chunked", b"x" * _LARGE, True


def attack(server: RunningServer, rng: random.Random, report: Report) -> None:
    """Try every route, method, login and body once, in any order."""
    (server.root / "there").write_bytes(b"there")
    before = _content(server.root)
    open_before = descriptors(server)
    cases = list(itertools.product(_ROUTES, _METHODS, _LOGINS, _bodies()))
    rng.shuffle(cases)
    for route, method, login, (kind, body, chunked) in cases:
        content = iter([body]) if chunked and body is not None else body
        headers = {"Content-Range": f"bytes 0-{_LARGE - 1}/{_LARGE}", **_LOGINS[login]}
        # One connection a request, so that each is counted when it stays.
        with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
            try:
                answer = client.request(method, route, content=content, headers=headers)
            except httpx.TransportError:
                report.count(f"{login}, {kind}", "connection closed")
                continue
        report.count(f"{login}, {kind}", str(answer.status_code))
        harmless = answer.status_code >= httpx.codes.BAD_REQUEST or method == "OPTIONS"
        report.require(harmless, f"{method} {route} {login}: {answer.status_code}")
        failed = answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR
        report.require(not failed, f"{method} {route} {login}, {kind}: {answer.status_code}")
    report.require(_content(server.root) == before, "a stranger changed a file")
    report.require(settles_at(server, open_before), "connections of strangers stay open")


def _content(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}
