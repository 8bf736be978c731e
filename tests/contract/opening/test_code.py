"""Every snippet runs as pasted: on files of this machine, and on objects in a bucket."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_bigupload.opening import Source, snippets
from jupyter_bigupload.stores.address import StoreAddress
from tests.support.object_stores import SeaweedFS
from tests.support.running_code import sums

pytest.importorskip("s3fs", "2023", reason="pip install 'jupyter_bigupload[data]'")

from tests.support.data_files import SUMS, WRITERS  # needs the same packages

#: What a person may call a file.
NAMES = ["plain", "ü n 名", 'it\'s "so" \\ #50%&+']


def sums_of(sources: list[Source], environment: dict[str, str] | None = None) -> dict[str, int]:
    found = [one for source in sources for one in snippets(source)]
    assert {one.title for one in found} >= set(SUMS) - {"Python", "fsspec"}
    return sums(found, SUMS, environment)


def write(folder: Path, name: str) -> list[Path]:
    """Write a file of each format, or all the files of a folder that is one."""
    folder.mkdir()
    for extension, writer in WRITERS.items():
        writer(folder / f"{name}{extension}")
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(NAMES[0], marks=pytest.mark.long),
        NAMES[1],
        pytest.param(NAMES[2], marks=pytest.mark.long),
    ],
)
def test_files(tmp_path: Path, name: str) -> None:
    write(tmp_path / "files", name)
    read = sums_of([Source("folder", str(path)) for path in (tmp_path / "files").iterdir()])
    assert set(read.values()) == {6}


@pytest.mark.parametrize(
    ("name", "profile"), [pytest.param(NAMES[1], None, marks=pytest.mark.long), (NAMES[2], "lab")]
)
def test_objects(seaweedfs: SeaweedFS, bucket: str, tmp_path: Path, name: str, profile: str | None) -> None:
    seaweedfs.make_bucket(bucket)
    keys = []
    for path in write(tmp_path / "a & b", name):
        keys.append(str(path.relative_to(tmp_path)))
        seaweedfs.client.put_object(Bucket=bucket, Key=keys[-1], Body=path.read_bytes())
    environment = dict(seaweedfs.environment)
    if profile:
        credentials = tmp_path / "credentials"
        credentials.write_text(
            f"[{profile}]\naws_access_key_id = {seaweedfs.access_key}\n"
            f"aws_secret_access_key = {seaweedfs.secret_key}\n"
        )
        environment = {"AWS_SHARED_CREDENTIALS_FILE": str(credentials)}
    sources = [
        Source(
            "s3",
            f"s3://{bucket}/{key}",
            StoreAddress(
                endpoint_url=seaweedfs.endpoint, region="us-east-1", path_style=True, profile=profile
            ),
        )
        for key in keys
    ]
    assert set(sums_of(sources, environment).values()) == {6}
    assert not [one for source in sources for one in snippets(source) if seaweedfs.access_key in one.code]
