"""Whatever a file is called, every route acts on that file and on no other."""

from __future__ import annotations

import ast
import secrets
import unicodedata
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.support.server import RunningServer
from tests.tiers import examples

from ..security.raw import ask_raw
from .conftest import create, reason, send
from .site import Site

UPLOADS = "api/bigupload/uploads"
HANDLER = "api/upload_handlers"
DATA = b"abc"

ODD = [chr(code) for code in [*range(1, 0x20), 0x7F, 0x80, 0x85, 0xA0, 0xAD]] + list(
    " %+#;&=?'\"\\:.,~*|<>$@!(){}[]^`"
)
WORDS = ["a", "é", unicodedata.normalize("NFD", "é"), "😀", "👩\u200d💻", "漢", "\u2028", "\u202e", "\ufeff"]
SPELLED = ["%20", "%2F", "%", "%zz", "+", "&amp;", "C:\\x", "\\\\x", "..", "file=", "'';"]
NAMES = (
    st.lists(st.sampled_from([*ODD, *WORDS, *SPELLED]), min_size=1, max_size=6).map("".join)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=12)
).filter(lambda name: not name.startswith(".") and len(name.encode()) < 200)
#: As a bucket takes them: no control characters; and SeaweedFS makes a slash of a backslash.
KEYS = NAMES.filter(lambda name: "\\" not in name and not any(unicodedata.category(c) == "Cc" for c in name))
ONE_SERVER = settings(max_examples=examples(60), suppress_health_check=list(HealthCheck))


def spoil(root: Path, name: str) -> dict[Path, bytes]:
    """Put files in place that have the names which others would make of this one."""
    others = {
        name.strip(),
        " ".join(name.split()),
        "".join(" " if ord(char) < 0x20 else char for char in name),
        name.replace("+", " "),
        quote(name, safe=""),
        unicodedata.normalize("NFC", name),
        name.rpartition("\\")[2],
    } - {name, "", ".", ".."}
    made = {root / other: b"another's" for other in others if len(other.encode()) < 256}
    for path, data in made.items():
        path.write_bytes(data)
    return made


def fresh(root: Path) -> Path:
    """A folder of its own for each example."""
    folder = root / secrets.token_hex(8)
    folder.mkdir()
    return folder


@ONE_SERVER
@example(" lead.bin")
@example("two\x01words")
@example("\x7f")
@example("100%")
@example("C:\\x")
@given(NAMES)
def test_an_upload_by_its_id(client: httpx.Client, root: Path, name: str) -> None:
    folder = fresh(root)
    others = spoil(folder, name)
    path = f"{folder.name}/{name}"
    upload_id = create(client, path, len(DATA))
    assert client.get(f"{UPLOADS}/{upload_id}").json()["path"] == path
    assert send(client, upload_id, DATA, 0, len(DATA)).status_code == 200
    done = client.post(f"{UPLOADS}/{upload_id}/complete").json()
    assert (done["path"], done["name"]) == (path, name)
    assert (folder / name).read_bytes() == DATA
    answer = client.get("api/bigupload/digest", params={"path": path})
    assert answer.json()["size"] == len(DATA)
    code = client.get("api/bigupload/code", params={"path": path}).json()["snippets"][-1]["code"]
    literals = [node.value for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant)]
    assert str(folder / name) in literals
    assert {other: other.read_bytes() for other in others} == others
    assert set(folder.iterdir()) == {folder / name, *others}


@ONE_SERVER
@example(" lead.bin")
@example("trail ")
@example("two\x01words")
@example("a+b;c&d#e%f")
@given(NAMES)
def test_an_upload_by_its_name(client: httpx.Client, root: Path, name: str) -> None:
    folder = fresh(root)
    others = spoil(folder, name)
    route = f"{HANDLER}/{folder.name}"
    disposition = f'attachment; filename="{quote(name, safe="")}"'

    def send_chunk(start: int, end: int) -> httpx.Response:
        headers = {"Content-Disposition": disposition, "Content-Range": f"bytes {start}-{end - 1}/3"}
        return client.post(route, content=DATA[start:end], headers=headers)

    def there(answer: httpx.Response) -> tuple[str, int] | None:
        file = answer.json()["file"]
        return None if file is None else (file["name"], file["size"])

    assert there(client.get(route, params={"file": name})) is None
    (file,) = send_chunk(0, 1).json()["files"]
    assert (file["name"], file["size"]) == (name, 1)
    assert there(client.get(route, params={"file": name})) == (name, 1)
    assert client.delete(file["deleteUrl"]).json() == {name: True}
    assert set(folder.iterdir()) == set(others)
    send_chunk(0, 2)
    assert client.delete(route, params={"file": name}).json() == {name: True}
    for start in range(3):
        (file,) = send_chunk(start, start + 1).json()["files"]
    assert (folder / name).read_bytes() == DATA
    assert there(client.get(route, params={"file": name})) == (name, 3)
    assert client.delete(file["deleteUrl"]).json() == {name: False}
    assert {other: other.read_bytes() for other in others} == others
    assert set(folder.iterdir()) == {folder / name, *others}


@ONE_SERVER
@example("C:\\x")
@example("\\\\host\\x")
@given(NAMES.filter(lambda name: not any(char in name for char in '"\\\r\n')) | st.sampled_from(["C:\\x"]))
def test_a_file_of_a_form(client: httpx.Client, root: Path, name: str) -> None:
    """As browsers write it: as it is, but for quotes and ends of lines."""
    folder = fresh(root)
    part = f'Content-Disposition: form-data; name="files[]"; filename="{name}"'
    body = b"--B\r\n" + part.encode() + b"\r\n\r\nabc\r\n--B--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=B"}
    answer = client.post(f"{HANDLER}/{folder.name}", content=body, headers=headers)
    if answer.status_code != 200:
        assert reason(answer) == (400, "malformed")
        assert list(folder.iterdir()) == []
        return
    sent = (
        name.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
    )  # which browsers can't tell apart
    assert answer.json()["files"][0]["name"] == sent
    assert [path.name for path in folder.iterdir()] == [sent]


@pytest.mark.parametrize("argument", ["%ff", "%ed%a0%80", "%", "%f", "%zz", "\xff", "a&{}=a", "%c0%af"])
@pytest.mark.parametrize(
    ("verb", "path", "name"),
    [
        ("GET", HANDLER, "file"),
        ("DELETE", HANDLER, "file"),
        ("POST", HANDLER, "upload"),
        ("POST", HANDLER, "on_conflict"),
        ("GET", "api/bigupload/digest", "path"),
        ("GET", "api/bigupload/digest", "destination"),
        ("GET", "api/bigupload/code", "path"),
        ("GET", "api/bigupload/objects", "prefix"),
        ("DELETE", "api/bigupload/objects", "path"),
        ("GET", "api/bigupload/destinations", "check"),
    ],
)
def test_an_argument_that_is_no_text(
    server: RunningServer,
    root: Path,
    *,
    verb: str,
    path: str,
    name: str,
    argument: str,
) -> None:
    target = f"/{path}?{name}={argument.format(name)}".encode("latin-1")
    answer = ask_raw(server, verb, target, [b"Content-Disposition: attachment; filename=x"])
    assert (answer.status, answer.fields["reason"]) == (400, "malformed")
    assert list(root.iterdir()) == []


def test_arguments_as_they_may_be_written(server: RunningServer, root: Path) -> None:
    (root / "é b+").write_bytes(DATA)
    for written in [
        "%C3%A9+b%2B",
        "%c3%a9%20b%2b",
        "é%20b%2B",
        "%C3%A9 b%2B".replace(" ", "+"),
        "é+b%2B&x=y&x=z",
    ]:
        answer = ask_raw(server, "GET", f"/{HANDLER}?file={written}".encode(), [])
        assert answer.fields["file"]["name"] == "é b+", written


@settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))
@example(" lead ")
@example("two words")
@example("a+b%20c;d&e")
@given(KEYS)
def test_an_object(site: Site, visitor: httpx.Client, name: str) -> None:
    """Created, looked at and removed by its name, beside one that is called almost the same."""
    prefix = f"names {secrets.token_hex(4)}"
    path = f"{prefix}/{name}"
    created = visitor.post(UPLOADS, json={"path": path, "size": 3, "destination": "lab"})
    if created.status_code == 400:  # `..`, and the like
        assert reason(created) == (400, "invalid_name")
        refused = visitor.delete("api/bigupload/objects", params={"destination": "lab", "path": path})
        assert reason(refused) == (400, "invalid_name")
        return
    other = f"{prefix}/{name}x".replace("  ", " ")
    for wanted, answer in ((path, created), (other, None)):
        made = answer or visitor.post(UPLOADS, json={"path": wanted, "size": 3, "destination": "lab"})
        assert made.status_code == 201, made.text
        upload_id = made.json()["id"]
        assert send(visitor, upload_id, DATA, 0, 3).status_code == 200
        done = visitor.post(f"{UPLOADS}/{upload_id}/complete", json={"on_conflict": "replace"})
        assert (done.status_code, done.json()["path"]) == (200, wanted)
    assert site.read("lab", path) == DATA

    def listed() -> set[str]:
        asked = {"destination": "lab", "prefix": f"{prefix}/"}
        return {one["path"] for one in visitor.get("api/bigupload/objects", params=asked).json()["objects"]}

    assert {path, other} <= listed()
    for gone in (path, other):
        removed = visitor.delete("api/bigupload/objects", params={"destination": "lab", "path": gone})
        assert removed.status_code == 204
        assert gone not in listed()
