"""Credentials that a store does not accept, and rights that are missing: told apart, in words that help.

Most of what is asked first of a store is a HEAD, whose refusal has no words.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import pytest

from jupyter_bigupload.errors import AccessDenied
from jupyter_bigupload.stores.address import StoreAddress
from jupyter_bigupload.stores.azure import AzureBlobs
from jupyter_bigupload.stores.bucket import BucketStore
from jupyter_bigupload.stores.s3 import S3
from jupyter_bigupload.testing.store_inputs import target
from tests.contract.buckets import PART, Bucket, connect, log_in
from tests.support.object_stores import Azurite, Rclone, SeaweedFS

#: What is asked of it with a HEAD, be the object there or not.
QUESTIONS: Mapping[str, Callable[[S3, BucketStore], Awaitable[object]]] = {
    "begin": lambda _, store: store.begin(target("new.bin", size=PART)),
    "taken": lambda _, store: store.begin(target("there.bin", size=PART)),
    "size": lambda _, store: store.size("there.bin"),
    "head": lambda port, _: port.head("no such key"),
    "delete": lambda port, _: port.objects.delete("there.bin"),
}


@pytest.fixture(params=QUESTIONS)
def question(request: pytest.FixtureRequest) -> Callable[[S3, BucketStore], Awaitable[object]]:
    return QUESTIONS[request.param]


async def refusal(made: Bucket, question: Callable[[S3, BucketStore], Awaitable[object]]) -> str:
    """Return what the store is said to have said."""
    port = connect(made.server, made.name)
    store = BucketStore(port, prefix="", spool=made.spool, part_size=PART)
    with pytest.raises(AccessDenied) as refused:
        await question(port, store)
    return refused.value.message


def log_in_with(monkeypatch: pytest.MonkeyPatch, keys: tuple[str, str]) -> None:
    for name, value in zip(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), keys, strict=True):
        monkeypatch.setenv(name, value)


@pytest.fixture(params=["seaweedfs", "rclone"])
def place(
    request: pytest.FixtureRequest, bucket: str, made: Bucket, rclone: Rclone, monkeypatch: pytest.MonkeyPatch
) -> Bucket:
    """A bucket on each of two stores, with an object in it."""
    if request.param == "rclone":
        rclone.make_bucket(bucket)
        log_in(rclone, monkeypatch)
        made = Bucket(rclone, bucket, made.spool)
    made.put("there.bin", b"1")
    return made


@pytest.mark.parametrize("wrong", ["key id", "secret", "both"])
async def test_wrong_keys(
    place: Bucket,
    question: Callable[[S3, BucketStore], Awaitable[object]],
    wrong: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right = place.server.access_key, place.server.secret_key
    log_in_with(
        monkeypatch,
        ("0" * 20 if wrong != "secret" else right[0], "0" * 40 if wrong != "key id" else right[1]),
    )
    message = await refusal(place, question)
    assert "does not accept the server's credentials" in message
    assert "rights" not in message


async def test_who_may_list_and_not_read(
    made: Bucket,
    question: Callable[[S3, BucketStore], Awaitable[object]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert isinstance(made.server, SeaweedFS)
    made.put("there.bin", b"1")
    log_in_with(monkeypatch, made.server.limited["List"])
    message = await refusal(made, question)
    assert "may list the bucket, but not read" in message
    assert "s3:GetObject" in message


async def test_who_may_neither_list_nor_read(
    made: Bucket,
    question: Callable[[S3, BucketStore], Awaitable[object]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert isinstance(made.server, SeaweedFS)
    made.put("there.bin", b"1")
    log_in_with(monkeypatch, made.server.limited["Write"])
    assert "may not do this in the bucket; extend their rights" in await refusal(made, question)


async def test_new_keys_need_no_restart(made: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    port = connect(made.server, made.name)
    log_in_with(monkeypatch, ("0" * 20, "0" * 40))
    with pytest.raises(AccessDenied):
        await port.head("x")
    log_in(made.server, monkeypatch)
    assert await port.head("x") is None


async def test_wrong_keys_for_azure(azurite: Azurite, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Azure says why in a header, which an answer to a HEAD has too."""
    azurite.make_bucket(bucket)
    wrong = azurite.connection_string.replace(azurite.key, "0" * 86 + "==")
    monkeypatch.setenv("WRONG", wrong)
    port = AzureBlobs(bucket, StoreAddress(credentials="WRONG"))
    for question in (
        lambda: port.head("x"),
        lambda: port.begin("x", tag="", content_type=""),
        lambda: port.objects.list(""),
    ):
        with pytest.raises(AccessDenied, match="wrong credentials"):
            await question()
