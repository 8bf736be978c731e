from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_bigupload.errors import Malformed
from jupyter_bigupload.http.content_range.form import form_files

BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
CONTENT_TYPE = f'multipart/form-data; boundary="{BOUNDARY}"'


def encode(files: Sequence[tuple[str, bytes]]) -> bytes:
    """A form as Chromium writes it, with a field that is no file in front."""
    parts = [b'Content-Disposition: form-data; name="note"\r\n\r\nno file']
    for name, data in files:
        quoted = name.replace('"', "%22")
        disposition = f'Content-Disposition: form-data; name="files[]"; filename="{quoted}"'
        head = f"{disposition}\r\nContent-Type: a/b\r\n\r\n"
        parts.append(head.encode() + data)
    return (
        b"".join(f"--{BOUNDARY}\r\n".encode() + part + b"\r\n" for part in parts)
        + f"--{BOUNDARY}--\r\n".encode()
    )


async def split(data: bytes, cuts: Sequence[int]) -> AsyncIterator[bytes]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    for start, end in pairwise(edges):
        if start < end:
            yield data[start:end]


async def parse(body: AsyncIterator[bytes], content_type: str = CONTENT_TYPE) -> list[tuple[str, bytes]]:
    return [
        (file.name, b"".join([piece async for piece in file]))
        async for file in form_files(body, content_type)
    ]


# What looks like a boundary, or like a part of one, is what a parser gets wrong.
near_boundary = st.sampled_from(
    [b"\r\n", b"\r", b"\n--", f"\r\n--{BOUNDARY}"[:-1].encode(), b"--" + BOUNDARY[1:].encode(), b"x"]
)
contents = st.lists(near_boundary, max_size=8).map(b"".join) | st.binary(max_size=64)


@given(
    files=st.lists(st.tuples(st.sampled_from(["a", "ü b.bin", "漢"]), contents), max_size=3),
    cuts=st.lists(st.integers(0, 4000), max_size=12),
)
async def test_wherever_the_network_cuts(files: list[tuple[str, bytes]], cuts: list[int]) -> None:
    assert await parse(split(encode(files), cuts)) == files


async def test_what_is_left_of_a_file_is_passed_over() -> None:
    body = split(encode([("a", bytes(1000)), ("b", b"second")]), range(0, 2000, 7))
    names = [file.name async for file in form_files(body, CONTENT_TYPE)]
    assert names == ["a", "b"]


@pytest.mark.parametrize("end", [3, 5, 40, 200])
async def test_a_form_that_is_cut_off(end: int) -> None:
    whole = encode([("a", bytes(1000))])
    with pytest.raises(Malformed):
        await parse(split(whole[:-end], []))


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=other"],
)
async def test_the_wrong_boundary(content_type: str) -> None:
    with pytest.raises(Malformed):
        await parse(split(encode([("a", b"x")]), []), content_type)
