"""Links to pages about files, and what they stand for."""

from __future__ import annotations

import pytest

from jupyter_bigupload.errors import Malformed
from jupyter_bigupload.operations.fetching import resolve
from jupyter_bigupload.operations.fetching.sites import in_region, known_digest
from jupyter_bigupload.operations.fetching.url import parse_url

ZENODO = "https://zenodo.org"
HUB = "https://huggingface.co"
GITHUB = "https://github.com"


@pytest.mark.parametrize(
    ("link", "bytes_at"),
    [
        (f"{ZENODO}/records/12/files/a.zip?download=1", f"{ZENODO}/api/records/12/files/a.zip/content"),
        (f"{ZENODO}/record/12/files/a.zip", f"{ZENODO}/api/records/12/files/a.zip/content"),
        (f"{ZENODO}/records/12/preview/a%20b.csv", f"{ZENODO}/api/records/12/files/a%20b.csv/content"),
        (f"{ZENODO}/api/records/12/files/a.zip/content", f"{ZENODO}/api/records/12/files/a.zip/content"),
        (f"{ZENODO}/api/records/12/files/a.zip", f"{ZENODO}/api/records/12/files/a.zip/content"),
        (f"{ZENODO}/records/12", f"{ZENODO}/api/records/12/files-archive"),
        (f"{ZENODO}/records/12/#files", f"{ZENODO}/api/records/12/files-archive"),
        (f"{ZENODO}/api/records/12/files-archive", f"{ZENODO}/api/records/12/files-archive"),
        ("https://doi.org/10.5281/zenodo.12", f"{ZENODO}/api/records/12/files-archive"),
        ("https://doi.org/10.1000/182", "https://doi.org/10.1000/182"),
        (f"{ZENODO}/communities/x", f"{ZENODO}/communities/x"),
        (
            "https://sandbox.zenodo.org/records/12/files/a.zip",
            "https://sandbox.zenodo.org/api/records/12/files/a.zip/content",
        ),
        (
            f"{HUB}/openai/whisper/blob/main/model.safetensors",
            f"{HUB}/openai/whisper/resolve/main/model.safetensors",
        ),
        (f"{HUB}/gpt2/blob/main/a/b.json", f"{HUB}/gpt2/resolve/main/a/b.json"),
        (f"{HUB}/datasets/o/d/blob/refs%2Fpr%2F1/x.csv", f"{HUB}/datasets/o/d/resolve/refs%2Fpr%2F1/x.csv"),
        (f"{HUB}/datasets/squad/blob/main/x.csv", f"{HUB}/datasets/squad/resolve/main/x.csv"),
        (f"{HUB}/spaces/o/s/blob/main/app.py?x=1", f"{HUB}/spaces/o/s/resolve/main/app.py"),
        (f"{HUB}/o/m/resolve/main/x.bin?download=true", f"{HUB}/o/m/resolve/main/x.bin?download=true"),
        ("https://hf.co/o/m/blob/main/x.bin", "https://hf.co/o/m/resolve/main/x.bin"),
        (f"{GITHUB}/o/r/blob/main/data/x.csv", f"{GITHUB}/o/r/raw/main/data/x.csv"),
        (f"{GITHUB}/o/r/blob/feature/x/y.csv?raw=true#L3", f"{GITHUB}/o/r/raw/feature/x/y.csv"),
        (f"{GITHUB}/o/r/releases/download/v1/x.tgz", f"{GITHUB}/o/r/releases/download/v1/x.tgz"),
        ("s3://bucket/some/key.csv", "https://bucket.s3.amazonaws.com/some/key.csv"),
        ("S3://bucket/key", "https://bucket.s3.amazonaws.com/key"),
        ("s3://bucket/a b?c#d%20é", "https://bucket.s3.amazonaws.com/a%20b%3Fc%23d%2520%C3%A9"),
        ("s3://dotted.bucket/k", "https://s3.amazonaws.com/dotted.bucket/k"),
        ("s3://169.254.169.254/latest", "https://s3.amazonaws.com/169.254.169.254/latest"),
        ("https://Example.ORG./a b".replace(" ", "%20"), "https://example.org/a%20b"),
        ("https://example.org:443/é?ü", "https://example.org/%C3%A9?%C3%BC"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org?q", "https://example.org/?q"),
        ("http://example.org:8080/x#y", "http://example.org:8080/x"),
        ("https://[2606:4700::0:1]/x", "https://[2606:4700::1]/x"),
        # Names that only look like those of the sites.
        ("https://zenodo.org.evil.example/records/12", "https://zenodo.org.evil.example/records/12"),
        ("https://evil.example/o/r/blob/main/x", "https://evil.example/o/r/blob/main/x"),
    ],
)
def test_stands_for(link: str, bytes_at: str) -> None:
    assert resolve(link) == bytes_at
    assert resolve(bytes_at) == bytes_at


@pytest.mark.parametrize(
    "link", ["s3://bucket", "s3://bucket/", "s3://bucket/folder/", "s3://UPPER/key", "s3://b/k"]
)
def test_no_file_of_a_bucket(link: str) -> None:
    with pytest.raises(Malformed):
        resolve(link)


@pytest.mark.parametrize(
    ("link", "region", "there"),
    [
        ("https://b.s3.amazonaws.com/k", "eu-central-1", "https://b.s3.eu-central-1.amazonaws.com/k"),
        ("https://s3.amazonaws.com/b.c/k", "us-gov-west-1", "https://s3.us-gov-west-1.amazonaws.com/b.c/k"),
        ("https://b.s3.amazonaws.com/k", "evil.example/", None),
        ("https://b.s3.amazonaws.com/k", "", None),
        ("https://b.s3.eu-west-1.amazonaws.com/k", "eu-central-1", None),
        ("https://evil.example/k", "eu-central-1", None),
    ],
)
def test_a_bucket_of_another_region(link: str, region: str, there: str | None) -> None:
    found = in_region(parse_url(link), region)
    assert (None if found is None else str(found)) == there


MD5, SHA = (
    "e0df4b883c2c36058577379468dec558",
    "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
)


@pytest.mark.parametrize(
    ("link", "headers", "digest"),
    [
        (f"{ZENODO}/x", {"ETag": f'"md5:{MD5}"'}, f"md5 {MD5}"),
        (f"{ZENODO}/x", {"ETag": f'"{MD5}"'}, None),
        (f"{HUB}/x", {"X-Linked-ETag": f'"{SHA}"'}, f"sha-256 {SHA}"),
        (f"{HUB}/x", {"X-Linked-ETag": '"6db4dbb7f3d1a3fa8b5f4d1e5b4c5f4b1f2a3b4c"'}, None),
        ("https://evil.example/x", {"X-Linked-ETag": f'"{SHA}"', "ETag": f'"md5:{MD5}"'}, None),
    ],
)
def test_a_digest_that_a_site_tells(link: str, headers: dict[str, str], digest: str | None) -> None:
    found = known_digest(parse_url(link), headers)
    assert (None if found is None else f"{found.algorithm} {found.value.hex()}") == digest
