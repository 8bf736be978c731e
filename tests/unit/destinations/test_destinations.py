"""Destinations: what settings may say, and what becomes of them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from jupyter_bigupload.destinations import (
    Destination,
    Destinations,
    UnusableDestination,
)
from jupyter_bigupload.destinations.connect import connector
from jupyter_bigupload.destinations.personal_file import DestinationFile
from jupyter_bigupload.destinations.settings import DestinationSettings, read_settings
from jupyter_bigupload.errors import Malformed, Unsupported
from jupyter_bigupload.stores.local import LocalStore

LITERAL = "wJalrXUtnFEMI"


def place(name: str, folder: Path, **more: Any) -> Destination:
    return Destination(name, name.title(), "folder", LocalStore(folder), **more)


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Destinations]:
    """Destinations whose buckets are folders: what they are made of is looked at elsewhere."""

    def connect(settings: DestinationSettings) -> Destination:
        if settings.address.region == "nowhere":
            raise Unsupported("There is nothing there.")
        folder = tmp_path / settings.bucket
        folder.mkdir(exist_ok=True)
        signer = object() if settings.direct else None
        return place(settings.name, folder, url=settings.url, signer=signer)

    def build(*entries: object, **more: Any) -> Destinations:
        return Destinations(home=place("home", tmp_path), connect=connect, configured=entries, **more)

    return build


def names(destinations: Destinations) -> list[str]:
    return [one.name for one in destinations.all()]


def failures(destinations: Destinations) -> dict[str, str]:
    return {
        one.name: one.failure.message for one in destinations.all() if isinstance(one, UnusableDestination)
    }


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("s3://bucket", ("s3", "bucket", "", None, None)),
        ("s3://bucket/", ("s3", "bucket", "", None, None)),
        ("s3://bucket/a b/ü", ("s3", "bucket", "a b/ü", None, None)),
        ("gs://bucket/x/", ("s3", "bucket", "x", "https://storage.googleapis.com", "md5")),
        ("az://container/x", ("azure", "container", "x", None, None)),
    ],
)
def test_urls(url: str, expected: tuple[object, ...]) -> None:
    read = read_settings({"name": "x", "url": url})
    assert (read.kind, read.bucket, read.prefix, read.address.endpoint_url, read.checksum) == expected
    assert read.url == url.rstrip("/")
    assert read.title == "x"


@pytest.mark.parametrize(
    "entry",
    [
        "s3://bucket",
        {},
        {"name": "x"},
        {"url": "s3://bucket"},
        {"name": "", "url": "s3://bucket"},
        {"name": "Upper", "url": "s3://bucket"},
        {"name": "x\n", "url": "s3://bucket"},
        {"name": "x" * 65, "url": "s3://bucket"},
        {"name": 7, "url": "s3://bucket"},
        {"name": "x", "url": ""},
        {"name": "x", "url": "bucket"},
        {"name": "x", "url": "s3:bucket"},
        {"name": "x", "url": "s3:///prefix"},
        {"name": "x", "url": "ftp://bucket"},
        {"name": "x", "url": "https://bucket.example.org"},
        {"name": "x", "url": "s3://../prefix"},
        {"name": "x", "url": "s3://bucket/../other"},
        {"name": "x", "url": "s3://bucket/a//b"},
        {"name": "x", "url": "s3://bucket/a\x00b"},
        {"name": "x", "url": "s3://bucket", "endpoint_url": "store.example.org"},
        {"name": "x", "url": "s3://bucket", "endpoint_url": "file:///etc"},
        {"name": "x", "url": "s3://bucket", "endpoint_url": "http://host:port"},
        {"name": "x", "url": "s3://bucket", "endpoint_url": "http://host\r\nX: y"},
        {"name": "x", "url": "s3://bucket", "path_style": "yes"},
        {"name": "x", "url": "s3://bucket", "direct": 1},
        {"name": "x", "url": "s3://bucket", "checksum": "xxh3-128"},
        {"name": "x", "url": "az://container", "checksum": "crc64nvme"},
        {"name": "x", "url": "s3://bucket", "part_size": 2**20},
        {"name": "x", "url": "s3://bucket", "part_size": True},
        {"name": "x", "url": "s3://bucket", "kind": "s3"},
        {"name": "x", "url": "s3://bucket", "colour": "red"},
        {"name": "x", "url": "s3://bucket", "title": "a\nb"},
        {"name": "x", "url": "s3://bucket", 7: "seven"},
    ],
)
def test_what_can_not_be_used_is_refused_in_a_sentence(entry: object) -> None:
    with pytest.raises(Malformed) as refused:
        read_settings(entry)
    assert refused.value.message.endswith(".")


@pytest.mark.parametrize("field", ["part_size", "max_parts", "max_size", "max_copy"])
@pytest.mark.parametrize(
    "value",
    [True, False, 0, -1, -(10**30), 10**30, 1.5, 1e9, float("nan"), float("inf"), "8388608", "1e9", [1], {}],
)
@pytest.mark.parametrize("url", ["s3://bucket", "gs://bucket", "az://container"])
def test_numbers_that_are_none(url: str, field: str, value: object) -> None:
    with pytest.raises(Malformed) as refused:
        read_settings({"name": "x", "url": url, field: value})
    assert refused.value.message.startswith(f"`{field}`")
    assert refused.value.message.endswith(".")


@pytest.mark.parametrize(
    ("url", "field", "bounds"),
    [
        ("s3://bucket", "part_size", (5 * 2**20, 4000 * 2**20)),
        ("s3://bucket", "max_parts", (1, 10_000)),
        ("gs://bucket", "max_parts", (1, 10_000)),
        ("az://container", "max_parts", (1, 50_000)),
        ("s3://bucket", "max_size", (1, 10_000 * 5 * 2**30)),
        ("az://container", "max_size", (1, 50_000 * 4000 * 2**20)),
        ("s3://bucket", "max_copy", (1, 5 * 2**30)),
        ("az://container", "max_copy", (1, 256 * 2**20)),
    ],
)
def test_numbers_have_bounds_that_are_told(url: str, field: str, bounds: tuple[int, int]) -> None:
    least, most = bounds
    for value in bounds:
        assert getattr(read_settings({"name": "x", "url": url, field: value}), field) == value
    for value in (least - 1, most + 1):
        with pytest.raises(Malformed, match=f"from {least} to {most}"):
            read_settings({"name": "x", "url": url, field: value})


@pytest.mark.parametrize(
    "number",
    [".nan", ".inf", "-.inf", "1e9", "1_000_000_000_000_000_000_000_000", "0x" + "f" * 40, "9" * 5000, "~1"],
)
def test_numbers_as_yaml_has_them(tmp_path: Path, made: Callable[..., Destinations], number: str) -> None:
    (tmp_path / "bigupload.yaml").write_text(
        f"destinations:\n  - {{name: mine, url: 's3://bucket', max_size: {number}}}\n"
    )
    (failure,) = failures(made(file=DestinationFile(tmp_path))).values()
    assert failure.endswith(".")


@pytest.mark.parametrize(
    "fields",
    [
        {"secret_access_key": LITERAL},
        {"aws_secret_access_key": LITERAL},
        {"key": LITERAL},
        {"password": LITERAL},
        {"session_token": LITERAL},
        {"connection_string": f"AccountKey={LITERAL}"},
        {"url": "az://container", "credentials": f"AccountName=x;AccountKey={LITERAL}"},
        {"credentials": "SOME_VARIABLE"},
        {"endpoint_url": f"https://key:{LITERAL}@host"},
        {"endpoint_url": f"https://host?sig={LITERAL}"},
        {"url": f"s3://key:{LITERAL}@bucket"},
        {"url": f"az://container/prefix?sv=1&sig={LITERAL}"},
    ],
)
def test_secrets_have_no_place_in_settings_and_are_not_repeated(fields: dict[str, str]) -> None:
    with pytest.raises(Malformed) as refused:
        read_settings({"name": "x", "url": "s3://bucket", **fields})
    assert LITERAL not in refused.value.message
    assert "profile" in refused.value.message or "s3://" in refused.value.message


def test_all_that_can_be_said() -> None:
    read = read_settings(
        {
            "name": "lab-2",
            "title": "The lab's",
            "url": "s3://bucket/x",
            "endpoint_url": "http://127.0.0.1:9000/",
            "region": "eu-central-1",
            "path_style": True,
            "profile": "lab",
            "direct": True,
            "checksum": "md5",
            "part_size": 8 * 2**20,
            "note": "For all.",
            "credentials": None,
        }
    )
    assert (read.title, read.address.region, read.address.profile, read.note) == (
        "The lab's",
        "eu-central-1",
        "lab",
        "For all.",
    )
    assert (read.address.path_style, read.direct, read.checksum, read.part_size) == (True, True, "md5", 2**23)
    read = read_settings({"name": "x", "url": "az://container", "credentials": "MINE"})
    assert read.address.credentials == "MINE"


def test_one_bad_entry_spoils_no_other(made: Callable[..., Destinations]) -> None:
    destinations = made(
        {"name": "home", "url": "s3://one"},
        {"name": "lab", "url": "s3://two", "direct": True},
        {"name": "lab", "url": "s3://three"},
        "nonsense",
        {"name": "lost", "url": "s3://four", "region": "nowhere", "title": "Lost"},
    )
    assert names(destinations) == ["home", "home-2", "lab", "lab-2", "unnamed", "lost"]
    assert set(failures(destinations)) == {"home-2", "lab-2", "unnamed", "lost"}
    assert set(destinations.stores) == {"home", "lab"}
    assert set(destinations.signers) == {"lab"}
    assert destinations.find("lab").url == "s3://two"
    for name in ("lost", "lab-2", "elsewhere", ""):
        with pytest.raises(Unsupported):
            destinations.find(name)


@pytest.mark.parametrize(
    ("scratch", "user", "url"),
    [
        ("s3://scratch", "ada", "s3://scratch/ada"),
        ("s3://scratch/ada", "ada", "s3://scratch/ada"),
        ("s3://scratch/ada/", "ada", "s3://scratch/ada"),
        ("gs://scratch/hub", "ada@example.org", "gs://scratch/hub/ada@example.org"),
        ("s3://scratch/one", "", "s3://scratch/one"),
    ],
)
def test_the_scratch_bucket(made: Callable[..., Destinations], scratch: str, user: str, url: str) -> None:
    destinations = made(scratch_url=scratch, user=user)
    assert destinations.find("scratch").url == url


def test_a_scratch_bucket_that_is_none(made: Callable[..., Destinations]) -> None:
    assert names(made()) == ["home"]
    for user in ("..", "a/../b"):
        assert set(failures(made(scratch_url="s3://scratch", user=user))) == {"scratch"}
    assert set(failures(made(scratch_url="/tmp", user="ada"))) == {"scratch"}  # noqa: S108  # as an example
    own = made({"name": "scratch", "url": "s3://mine"}, scratch_url="s3://scratch", user="ada")
    assert own.find("scratch").url == "s3://mine"


class TestFile:
    """A person's own file."""

    def write(self, folder: Path, text: str, name: str = "bigupload.yaml") -> None:
        """Put `text` in place, noticeably even within one tick of the clock."""
        new = folder / f"{name}.saved"
        new.write_text(text, "utf-8")
        new.replace(folder / name)

    def entries(self, *entries: Mapping[str, object]) -> str:
        return json.dumps({"destinations": list(map(dict, entries))})  # which YAML is, too

    async def test_it_is_read_again_when_it_changes(
        self, made: Callable[..., Destinations], tmp_path: Path
    ) -> None:
        destinations = made({"name": "lab", "url": "s3://lab"}, file=DestinationFile(tmp_path))
        assert names(destinations) == ["home", "lab"]
        one, two = {"name": "one", "url": "s3://one"}, {"name": "two", "url": "s3://two"}
        self.write(tmp_path, self.entries(one))
        assert "one" not in destinations.stores
        await destinations.refresh()
        assert names(destinations) == ["home", "lab", "one"]
        first = destinations.find("one")
        assert first.file == str(tmp_path / "bigupload.yaml")
        assert destinations.find("lab").file is None
        self.write(tmp_path, self.entries(two, one))
        await destinations.refresh()
        assert names(destinations) == ["home", "lab", "two", "one"]
        assert destinations.stores["one"] is first.store
        self.write(tmp_path, self.entries({**one, "url": "s3://other"}))
        await destinations.refresh()
        assert destinations.find("one").url == "s3://other"
        assert destinations.stores["one"] is not first.store
        (tmp_path / "bigupload.yaml").unlink()
        await destinations.refresh()
        assert names(destinations) == ["home", "lab"]
        assert set(destinations.stores) == {"home", "lab"}

    async def test_the_server_s_names_stay_the_server_s(
        self, made: Callable[..., Destinations], tmp_path: Path
    ) -> None:
        mine = [{"name": name, "url": "s3://mine"} for name in ("home", "lab", "scratch", "mine")]
        self.write(tmp_path, self.entries(*mine))
        destinations = made(
            {"name": "lab", "url": "s3://lab"}, scratch_url="s3://scratch", file=DestinationFile(tmp_path)
        )
        assert set(failures(destinations)) == {"home-2", "lab-2", "scratch-2"}
        assert destinations.find("lab").url == "s3://lab"
        assert destinations.find("mine").url == "s3://mine"

    @pytest.mark.parametrize(
        ("text", "parsed"),
        [
            ("destinations: [", "line 1"),
            (f"destinations:\n  - name: x\n  secret: {LITERAL}: [", "line 3"),
            ("- name: x\n  url: s3://x\n", "destinations"),
            ("destinations: x\n", "destinations"),
            ("buckets: []\n", "destinations"),
            ("7", "destinations"),
            ("!!python/object/apply:os.system ['true']", "YAML"),
            ("\x01", "YAML"),
            ("#" * 2**20 + "\n", "long"),
        ],
    )
    def test_a_file_that_can_not_be_read_is_a_failed_destination(
        self, made: Callable[..., Destinations], tmp_path: Path, text: str, parsed: str
    ) -> None:
        self.write(tmp_path, text)
        destinations = made(file=DestinationFile(tmp_path))
        (message,) = failures(destinations).values()
        assert names(destinations) == ["home", "bigupload-yaml"]
        assert parsed in message
        assert LITERAL not in message

    @pytest.mark.parametrize("text", ["", "# nothing yet\n", "destinations:\n", "destinations: []\n", "{}"])
    def test_a_file_that_says_nothing(
        self, made: Callable[..., Destinations], tmp_path: Path, text: str
    ) -> None:
        self.write(tmp_path, text)
        assert names(made(file=DestinationFile(tmp_path))) == ["home"]

    @pytest.mark.parametrize("word", ["yes", "On", "true"])
    def test_words_that_mean_true(self, tmp_path: Path, word: str) -> None:
        """As YAML 1.1 has them, which most files of settings are."""
        self.write(tmp_path, f"destinations:\n- direct: {word}\n")
        file = DestinationFile(tmp_path)
        assert file.changed()
        assert file.entries() == [{"direct": True}]

    def test_json_will_do(self, made: Callable[..., Destinations], tmp_path: Path) -> None:
        self.write(tmp_path, '{"destinations":\n\t[{"name": "one", "url": "s3://one"}]}', "bigupload.json")
        assert names(made(file=DestinationFile(tmp_path))) == ["home", "one"]
        self.write(tmp_path, "{\n]", "bigupload.json")
        destinations = made(file=DestinationFile(tmp_path))
        assert "line 2" in failures(destinations)["bigupload-json"]

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_a_file_that_may_not_be_read(self, made: Callable[..., Destinations], tmp_path: Path) -> None:
        self.write(tmp_path, "{}")
        (tmp_path / "bigupload.yaml").chmod(0)
        assert "can't be read" in failures(made(file=DestinationFile(tmp_path)))["bigupload-yaml"]

    def test_a_folder_in_its_place(self, made: Callable[..., Destinations], tmp_path: Path) -> None:
        (tmp_path / "bigupload.yaml").mkdir()
        assert "can't be read" in failures(made(file=DestinationFile(tmp_path)))["bigupload-yaml"]

    def test_it_is_shown_as_people_write_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        assert DestinationFile(tmp_path / ".jupyter").shown == "~/.jupyter/bigupload.yaml"


@pytest.mark.parametrize(
    ("url", "library"),
    [
        ("s3://bucket", "boto3"),
        ("s3://bucket", "aiohttp"),
        ("az://container", "azure.storage.blob"),
        ("az://container", "aiohttp"),
    ],
)
def test_what_is_not_installed_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, library: str
) -> None:
    optional = tuple(f"jupyter_bigupload.stores.{kind}" for kind in ("bucket", "s3", "azure"))
    for name in [name for name in sys.modules if name.startswith(optional)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)
    destinations = Destinations(
        home=place("home", tmp_path), connect=connector(tmp_path), configured=[{"name": "x", "url": url}]
    )
    (message,) = failures(destinations).values()
    assert "pip install 'jupyter_bigupload[" in message
