"""The plain Content-Range protocol, as blueimp-file-upload and its like speak it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from .conftest import reason

HANDLER = "api/upload_handlers"


def form(
    client: httpx.Client,
    name: str,
    data: bytes,
    *,
    field: str = "files[]",
    fields: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    params: dict[str, str] | None = None,
) -> httpx.Response:
    return client.post(
        HANDLER, files={field: (name, data)}, data=fields or {}, headers=headers or {}, params=params or {}
    )


def form_chunk(client: httpx.Client, name: str, data: bytes, start: int, end: int) -> httpx.Response:
    headers = {"Content-Range": f"bytes {start}-{end - 1}/{len(data)}"}
    return form(client, name, data[start:end], headers=headers)


def there(client: httpx.Client, name: str) -> int | None:
    file = client.get(HANDLER, params={"file": name}).json()["file"]
    return None if file is None else int(file["size"])


def test_chunks_of_a_form(client: httpx.Client, root: Path) -> None:
    data = secrets.token_bytes(2500)
    assert there(client, "x.bin") is None
    for start, end in ((0, 1000), (1000, 2000)):
        answer = form_chunk(client, "x.bin", data, start, end)
        assert answer.headers["Range"] == f"0-{end - 1}"
        assert answer.json()["files"][0]["size"] == end
        assert there(client, "x.bin") == end
        assert not (root / "x.bin").exists()
    answer = form_chunk(client, "x.bin", data, 2000, 2500)
    assert "Range" not in answer.headers
    assert answer.json() == {
        "files": [
            {
                "name": "x.bin",
                "size": 2500,
                "type": "application/octet-stream",
                "url": "/files/x.bin",
                "deleteUrl": "/api/upload_handlers?file=x.bin",
                "deleteType": "DELETE",
            }
        ]
    }
    assert (root / "x.bin").read_bytes() == data
    assert there(client, "x.bin") == 2500
    assert [path.name for path in root.iterdir()] == ["x.bin"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_chunks_of_a_raw_body(client: httpx.Client, root: Path, method: str) -> None:
    (root / "sub folder").mkdir()
    name = 'ü 100% "q" 漢.bin'
    quoted = "%C3%BC%20100%25%20%22q%22%20%E6%BC%A2.bin"
    data = secrets.token_bytes(3000)
    for start in (0, 1000, 2000):
        answer = client.request(
            method,
            f"{HANDLER}/sub%20folder",
            content=data[start : start + 1000],
            headers={
                "Content-Disposition": f'attachment; filename="{quoted}"',
                "Content-Range": f"bytes {start}-{start + 999}/3000",
                "Content-Type": "image/x-odd",
            },
        )
        assert answer.status_code == 200, answer.text
    file = answer.json()["files"][0]
    assert (file["name"], file["size"], file["type"]) == (name, 3000, "image/x-odd")
    assert (root / "sub folder" / name).read_bytes() == data
    assert client.get(file["url"]).content == data


@pytest.mark.parametrize("data", [b"", b"x", secrets.token_bytes(3_000_000)], ids=["empty", "byte", "3 MB"])
@pytest.mark.parametrize("field", ["files[]", "file", "anything"])
def test_a_whole_file_in_a_form(client: httpx.Client, root: Path, data: bytes, field: str) -> None:
    answer = form(client, "x", data, field=field, fields={"note": "no file"})
    assert answer.json()["files"][0]["size"] == len(data)
    assert (root / "x").read_bytes() == data


@pytest.mark.parametrize("data", [b"", b"x", secrets.token_bytes(3_000_000)], ids=["empty", "byte", "3 MB"])
def test_a_whole_file_as_a_raw_body(client: httpx.Client, root: Path, data: bytes) -> None:
    headers = {"Content-Disposition": 'attachment; filename="x"'}
    assert client.post(HANDLER, content=data, headers=headers).json()["files"][0]["size"] == len(data)
    assert (root / "x").read_bytes() == data


def test_a_body_of_unknown_length(client: httpx.Client, root: Path) -> None:
    data = secrets.token_bytes(3_000_000)

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(data), 70_000):
            yield data[start : start + 70_000]

    headers = {"Content-Disposition": 'attachment; filename="x"'}
    answer = client.post(HANDLER, content=pieces(), headers=headers)
    assert answer.request.headers["Transfer-Encoding"] == "chunked"
    assert answer.json()["files"][0]["size"] == len(data)
    assert (root / "x").read_bytes() == data


def test_several_files_of_one_form(client: httpx.Client, root: Path) -> None:
    files = {f"{number}.bin": secrets.token_bytes(number * 100_000) for number in range(4)}
    answer = client.post(HANDLER, files=[("files[]", item) for item in files.items()])
    assert [file["name"] for file in answer.json()["files"]] == list(files)
    assert {path.name: path.read_bytes() for path in root.iterdir()} == files


def test_the_header_names_the_file_when_both_do(client: httpx.Client, root: Path) -> None:
    headers = {"Content-Disposition": 'attachment; filename="right"'}
    assert form(client, "wrong", b"x", headers=headers).status_code == 200
    assert [path.name for path in root.iterdir()] == ["right"]


@pytest.mark.parametrize("start", [0, 500, 999, 1001, 1500, 2000])
def test_a_start_that_does_not_match(client: httpx.Client, root: Path, start: int) -> None:
    data = secrets.token_bytes(2500)
    form_chunk(client, "x", data, 0, 1000)
    (partial,) = root.iterdir()
    before = partial.read_bytes()
    answer = form_chunk(client, "x", bytes(2500), start, start + 500)
    assert reason(answer) == (409, "offset_mismatch")
    assert answer.json()["offset"] == 1000
    assert partial.read_bytes() == before
    assert there(client, "x") == 1000
    form_chunk(client, "x", data, 1000, 2500)
    assert (root / "x").read_bytes() == data


def test_a_first_chunk_that_is_not_the_first(client: httpx.Client, root: Path) -> None:
    answer = form_chunk(client, "x", bytes(2500), 1000, 2000)
    assert reason(answer) == (409, "offset_mismatch")
    assert answer.json()["offset"] == 0
    assert list(root.iterdir()) == []


def test_another_file_of_the_same_name_does_not_go_on_from_it(client: httpx.Client, root: Path) -> None:
    data = secrets.token_bytes(2500)
    form_chunk(client, "x", data, 0, 1000)
    assert reason(form_chunk(client, "x", bytes(2501), 1000, 2000)) == (409, "offset_mismatch")
    form_chunk(client, "x", data, 1000, 2500)
    assert (root / "x").read_bytes() == data


def test_a_file_that_lacks_only_its_name(client: httpx.Client, root: Path) -> None:
    data = secrets.token_bytes(2500)
    form_chunk(client, "x", data, 0, 2000)
    (root / "x").write_bytes(b"mine")
    assert reason(form_chunk(client, "x", data, 2000, 2500)) == (409, "exists")
    assert there(client, "x") == 2500
    assert reason(form_chunk(client, "x", data, 2000, 2500)) == (409, "exists")
    (root / "x").unlink()
    assert form_chunk(client, "x", data, 2000, 2500).status_code == 200
    assert (root / "x").read_bytes() == data
    assert [path.name for path in root.iterdir()] == ["x"]


def test_cancel(client: httpx.Client, root: Path) -> None:
    form_chunk(client, "a b+ü", bytes(2500), 0, 1000)
    assert client.delete(HANDLER, params={"file": "a b+ü"}).json() == {"a b+ü": True}
    assert list(root.iterdir()) == []
    assert there(client, "a b+ü") is None
    assert client.delete(HANDLER, params={"file": "a b+ü"}).json() == {"a b+ü": False}


def test_cancel_spares_a_finished_file(client: httpx.Client, root: Path) -> None:
    delete_url = form(client, "x", b"mine").json()["files"][0]["deleteUrl"]
    assert client.delete(delete_url).json() == {"x": False}
    assert (root / "x").read_bytes() == b"mine"


def test_a_name_that_is_taken(client: httpx.Client, root: Path) -> None:
    (root / "x").write_bytes(b"mine")
    for answer in (
        form(client, "x", b"new"),
        form_chunk(client, "x", b"new", 0, 2),
        client.post(HANDLER, content=b"new", headers={"Content-Disposition": 'attachment; filename="x"'}),
    ):
        assert reason(answer) == (409, "exists")
    assert [path.name for path in root.iterdir()] == ["x"]
    assert (root / "x").read_bytes() == b"mine"
    assert form(client, "x", b"2nd", params={"on_conflict": "rename"}).json()["files"][0]["name"] == "x (1)"
    assert form(client, "x", b"new", params={"on_conflict": "replace"}).json()["files"][0]["name"] == "x"
    assert {path.name: path.read_bytes() for path in root.iterdir()} == {"x": b"new", "x (1)": b"2nd"}
    assert reason(form(client, "x", b"new", params={"on_conflict": "?"})) == (400, "malformed")


@pytest.mark.parametrize(
    ("folder", "name", "expected"),
    [
        ("", "..", {(400, "invalid_name")}),
        ("", ".", {(400, "invalid_name")}),
        ("", "../x", {(400, "invalid_name")}),
        ("", "/etc/x", {(400, "invalid_name")}),
        ("", "a%2Fb", {(400, "invalid_name")}),
        ("", "%2e%2e%2fx", {(400, "invalid_name")}),
        ("", "nul%00", {(400, "invalid_name")}),
        ("", "x" * 256, {(400, "invalid_name")}),
        ("", "", {(400, "invalid_name")}),
        ("", ".hidden", {(403, "hidden")}),
        ("/.hidden", "x", {(403, "hidden")}),
        ("/%2e%2e", "x", {(403, "outside_root")}),
        ("/folder/%2e%2e/%2e%2e", "x", {(403, "outside_root")}),
        ("/out", "x", {(403, "outside_root")}),
        ("/missing", "x", {(404, "folder_missing")}),
        ("/file", "x", {(404, "folder_missing")}),
    ],
)
def test_places_that_are_none(
    client: httpx.Client,
    root: Path,
    tmp_path: Path,
    *,
    folder: str,
    name: str,
    expected: set[tuple[int, str]],
) -> None:
    (root / "folder").mkdir()
    (root / ".hidden").mkdir()
    (root / "file").write_bytes(b"")
    (root / "out").symlink_to(tmp_path)
    before = sorted(root.parent.rglob("root/**/*"))
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    answers = [
        client.post(HANDLER + folder, content=b"data", headers=disposition),
        client.post(HANDLER + folder, content=b"da", headers={**disposition, "Content-Range": "bytes 0-1/4"}),
        client.post(HANDLER + folder, files={"files[]": ("x", b"data")}, headers=disposition),
    ]
    assert {reason(answer) for answer in answers} == expected
    assert list(tmp_path.iterdir()) == []
    assert sorted(root.parent.rglob("root/**/*")) == before


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"", "multipart/form-data; boundary=b"),
        (b"junk", "multipart/form-data; boundary=b"),
        (b"junk", "multipart/form-data"),
        (
            b'--b\r\nContent-Disposition: form-data; name="n"\r\n\r\nv\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
        ),
        (
            b'--b\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\nhalf a file',
            "multipart/form-data; boundary=b",
        ),
    ],
    ids=["empty", "junk", "no boundary", "no file", "cut off"],
)
def test_forms_that_are_none(client: httpx.Client, root: Path, content: bytes, content_type: str) -> None:
    answer = client.post(HANDLER, content=content, headers={"Content-Type": content_type})
    assert reason(answer) == (400, "malformed")
    assert list(root.iterdir()) == []


def test_a_chunk_that_is_not_as_long_as_it_says(client: httpx.Client, root: Path) -> None:
    headers = {"Content-Range": "bytes 0-99/200"}
    assert reason(form(client, "x", b"short", headers=headers)) == (400, "length_mismatch")
    assert reason(form(client, "x", bytes(101), headers=headers)) == (400, "length_mismatch")
    assert there(client, "x") == 0
    assert not (root / "x").exists()
