"""RFC 9530 and section 10 of the drafts up to -11: digests of the content, and of the whole file."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.http.half_request import until
from tests.support.server import RunningServer

from .draft import PARTIAL, Draft


def sha256(data: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


def sha512(data: bytes) -> str:
    return f"sha-512=:{base64.b64encode(hashlib.sha512(data).digest()).decode()}:"


def test_10_2_content_that_has_its_digest(each: Draft, root: Path) -> None:
    url = each.create("a.bin", b"abc", complete=False, more={"Content-Digest": sha256(b"abc")}).final[
        "Location"
    ]
    more = {"Content-Digest": f"unknown=:YQ==:, {sha512(b'def')}"}
    assert each.append(url, 3, b"def", complete=True, more=more).final.status == 201
    assert (root / "a.bin").read_bytes() == b"abcdef"


def test_10_2_content_that_has_not(each: Draft, root: Path) -> None:
    """SHOULD consider the transfer failed, not append the content, and signal the failure."""
    url = each.begin("a.bin", b"abc")
    more = {"Content-Digest": sha256(b"other")}
    answer = each.append(url, 3, b"def", complete=True, more=more).final
    assert (answer.status, answer.fields["reason"]) == (400, "digest_mismatch")
    assert each.is_complete(answer.headers) is False
    assert each.offset(url) == 3
    assert each.append(url, 3, b"def", complete=True).final.status == 201


def test_10_2_a_creation_with_content_that_has_not(draft: Draft, root: Path) -> None:
    more = {"Content-Digest": sha256(b"other")}
    answer = draft.create("a.bin", b"abc", complete=True, more=more).final
    assert answer.status == 400
    assert draft.offset(answer["Location"]) == 0
    assert draft.append(answer["Location"], 0, b"abc", complete=True).final.status == 201


def test_nothing_is_left_of_a_conventional_upload_with_another_digest(draft: Draft, root: Path) -> None:
    for header in ("Content-Digest", "Repr-Digest"):
        answer = draft.create("a.bin", b"abc", complete=None, more={header: sha256(b"x")}).final
        assert answer.status == 400
        assert not any(root.iterdir())


def test_10_2_interrupted_content_with_a_digest_is_not_kept(draft: Draft, root: Path) -> None:
    """Nobody could tell whether it is what was sent."""
    data = secrets.token_bytes(1000)
    url = draft.begin("a.bin")
    with draft.connect() as connection:
        headers = draft.headers(complete=True, offset=0, content_type=PARTIAL)
        more = {"Content-Digest": sha256(data), "Content-Length": "1000", "Expect": "100-continue"}
        connection.send_head("PATCH", url, {**headers, **more})
        assert connection.read_one().status == 100  # it writes from now on
        connection.send(data[:500])
    assert draft.offset(url) == 0
    assert draft.append(url, 0, data, complete=True).final.status == 201


def test_10_1_a_file_that_has_its_digest(each: Draft, root: Path) -> None:
    data = secrets.token_bytes(1000)
    more = {"Repr-Digest": sha256(data)}
    url = each.create("a.bin", data[:400], complete=False, more=more).final["Location"]
    assert each.append(url, 400, data[400:], complete=True).final.status == 201
    assert (root / "a.bin").read_bytes() == data


@pytest.mark.parametrize("in_parts", [True, False])
def test_10_1_a_file_that_has_not(each: Draft, root: Path, *, in_parts: bool) -> None:
    """SHOULD consider the upload failed, not process it further, and signal the failure."""
    more = {"Repr-Digest": sha256(b"other")}
    if in_parts:
        url = each.create("a.bin", b"abc", complete=False, more=more).final["Location"]
        answer = each.append(url, 3, b"def", complete=True).final
    else:
        answer = each.create("a.bin", b"abc", complete=True, more=more).final
        url = answer["Location"]
    assert (answer.status, answer.fields["reason"]) == (400, "checksum_mismatch")
    assert each.is_complete(answer.headers) is True  # to resume would not help
    assert each.head(url).final.status == 404
    assert not any(root.iterdir())


READS_SLOWLY = """
import asyncio, os, pathlib
import jupyter_bigupload.uploads.verification.checksums as checksums
from jupyter_bigupload.stores.local.store import LocalStore
checksums.PATIENCE = 0.1
digest_part = LocalStore.digest_part
async def waits(self, *arguments):
    while not (pathlib.Path(os.environ["JUPYTER_DATA_DIR"]) / "go").exists():
        await asyncio.sleep(0.01)
    return await digest_part(self, *arguments)
LocalStore.digest_part = waits
"""


def test_10_1_a_file_that_takes_long_to_be_looked_at(start: Callable[..., RunningServer]) -> None:
    """The client is told to come back, and that this is not the last word; nothing is sent twice."""
    server = start(config_code=READS_SLOWLY)
    draft = Draft(server)
    more = {"Repr-Digest": sha256(b"abcdef")}
    url = draft.create("a.bin", b"abc", complete=False, more=more).final["Location"]
    answer = draft.append(url, 3, b"def", complete=True).final
    assert (answer.status, answer.fields["reason"]) == (503, "checking")
    assert answer["Upload-Complete"] == "?0"
    assert draft.head(url).final.status == 503
    (server.data_dir / "go").touch()
    until(lambda: draft.head(url).final.status == 204)
    assert draft.head(url).final["Upload-Complete"] == "?1"
    assert (server.root / "a.bin").read_bytes() == b"abcdef"


def test_a_conventional_upload_waits_for_that(start: Callable[..., RunningServer]) -> None:
    server = start(config_code=READS_SLOWLY)
    draft = Draft(server)
    with draft.connect() as connection:
        head = {"Repr-Digest": sha256(b"abc"), "Content-Length": "3"}
        connection.send_head("PUT", draft.target("?path=a.bin"), head)
        connection.send(b"abc")
        # Another one is asked to come back meanwhile, so that this one has been waiting longer than that.
        more = {"Repr-Digest": sha256(b"abc")}
        assert draft.create("b.bin", b"abc", complete=True, more=more).final.status == 503
        (server.data_dir / "go").touch()
        assert connection.read().final.status == 201
    assert (server.root / "a.bin").read_bytes() == b"abc"


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("sha-256=1", sha256),
        ("sha-256=3, sha-512=9", sha512),
        ("sha-512=0, sha-256=1, unknown=10", sha256),
        ("unknown=10", None),
        ("sha-256", None),
        ("sha-256=?1", None),
        ("sha-256=1.5", None),
        ('sha-256="9"', None),
        ("not a dictionary!", None),
    ],
)
def test_10_1_a_digest_that_is_wanted(draft: Draft, root: Path, wanted: str, told: object) -> None:
    """SHOULD compute the digests by the preferred algorithms once the upload is complete."""
    url = draft.create("a.bin", b"abc", complete=False, more={"Want-Repr-Digest": wanted}).final["Location"]
    answer = draft.append(url, 3, b"def", complete=True).final
    assert answer.status == 201
    assert answer.get("Repr-Digest") == (told(b"abcdef") if callable(told) else None)


@pytest.mark.parametrize("header", ["Content-Digest", "Repr-Digest"])
@pytest.mark.parametrize("value", ["sha-256", "sha-256=abc", "sha-256=:a:", "!"])
def test_digests_that_can_t_be_read_are_refused(draft: Draft, root: Path, header: str, value: str) -> None:
    answer = draft.create("a.bin", b"abc", complete=True, more={header: value}).final
    assert (answer.status, answer.fields["reason"]) == (400, "malformed")
    assert not (root / "a.bin").exists()
