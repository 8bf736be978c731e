"""Certificates to trust: read once for all connections, and again when their file is another one."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import trustme

from jupyter_bigupload.errors import StoreUnreachable
from jupyter_bigupload.stores.bucket.certificates import Certificates


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Every file that is read from now on."""
    files: list[str | None] = []
    make = ssl.create_default_context

    def made(*, cafile: str | None = None) -> ssl.SSLContext:
        files.append(cafile)
        return make(cafile=cafile)

    monkeypatch.setattr(ssl, "create_default_context", made)
    return files


def new_authority() -> bytes:
    return trustme.CA().cert_pem.bytes()


def trusted(context: ssl.SSLContext) -> set[bytes]:
    return set(context.get_ca_certs(binary_form=True))


def test_a_file_is_read_once(tmp_path: Path, read: list[str | None]) -> None:
    certificates = Certificates()
    one, other = str(tmp_path / "one.pem"), str(tmp_path / "other.pem")
    for path in (one, other):
        Path(path).write_bytes(new_authority())
    contexts = [certificates.context(path) for path in (one, other, one, other, None, None)]
    assert contexts[:2] == contexts[2:4]
    assert contexts[4] is contexts[5]
    assert len(set(contexts)) == 3
    assert read == [one, other, None]
    for context in contexts:
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname


def test_all_who_come_at_once_get_the_same(tmp_path: Path, read: list[str | None]) -> None:
    certificates = Certificates()
    path = tmp_path / "ca.pem"
    for _ in range(20):
        path.write_bytes(new_authority() * 20)
        read.clear()
        with ThreadPoolExecutor(16) as threads:
            made = set(threads.map(certificates.context, [str(path)] * 64))
        assert len(made) == len(read) == 1


def _written_over(path: Path, new: bytes) -> None:
    path.write_bytes(new)


def _replaced(path: Path, new: bytes) -> None:
    other = path.with_suffix(".new")
    other.write_bytes(new)
    other.replace(path)


def _restored(path: Path, new: bytes) -> None:
    """As a copy does it that keeps times: the file may even look older than it was."""
    before = path.stat()
    _replaced(path, new)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _turned(path: Path, new: bytes) -> None:
    """As Kubernetes does it: the name is a link, which leads to another file from now on."""
    other = path.with_suffix(".new")
    other.write_bytes(new)
    link = path.with_suffix(".link")
    link.symlink_to(other)
    link.replace(path)


@pytest.mark.parametrize("renew", [_written_over, _replaced, _restored, _turned])
def test_a_renewed_file_counts_at_once(tmp_path: Path, renew: Callable[[Path, bytes], None]) -> None:
    certificates = Certificates()
    path = tmp_path / "ca.pem"
    path.write_bytes(new_authority())
    before = trusted(certificates.context(str(path)))
    renew(path, new_authority())
    after = trusted(certificates.context(str(path)))
    assert len(after) == 1
    assert not before & after  # what was taken out is trusted no longer


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN CERTIFICATE-----\nhalf of"])
def test_a_file_that_cannot_be_used(tmp_path: Path, content: bytes | None) -> None:
    """Not what it was before: somebody may have taken it away for a reason. It is tried again each time."""
    certificates = Certificates()
    path = tmp_path / "ca.pem"
    path.write_bytes(new_authority())
    certificates.context(str(path))
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    for _ in range(2):
        with pytest.raises(StoreUnreachable, match="AWS_CA_BUNDLE"):
            certificates.context(str(path))
    path.write_bytes(new_authority())
    assert len(trusted(certificates.context(str(path)))) == 1


def test_the_system_may_be_told_of_others(
    tmp_path: Path, read: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates = Certificates()
    certificates.context(None)
    path = tmp_path / "system.pem"
    path.write_bytes(new_authority())
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    certificates.context(None)
    path.write_bytes(new_authority())
    certificates.context(None)
    certificates.context(None)
    assert len(read) == 3
