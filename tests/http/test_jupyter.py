"""How an upload looks to the rest of Jupyter: hooks, events, activity."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import httpx

from tests.support.server import RunningServer

from .conftest import client_of, create, reason, send

#: Writes a line for each hook that runs and each event that is emitted, and refuses one name.
RECORDING = """
import json
from pathlib import Path
from tornado.web import HTTPError

def note(**what):
    with Path("{notes}").open("a") as file:
        file.write(json.dumps(what) + "\\n")

def pre_save(model, path, contents_manager, **kwargs):
    note(hook="pre", path=path, type=model["type"])
    if path == "refused":
        raise HTTPError(400, "Not this one.")

def post_save(model, os_path, contents_manager, **kwargs):
    note(hook="post", path=model["path"], there=Path(os_path).read_text())
    if model["path"] == "awkward":
        raise RuntimeError("a hook that fails")

c.FileContentsManager.pre_save_hook = pre_save
c.FileContentsManager.post_save_hook = post_save
"""


def upload(client: httpx.Client, path: str, data: bytes, chunk: int = 2) -> httpx.Response:
    upload_id = create(client, path, len(data))
    for at in range(0, len(data), chunk):
        send(client, upload_id, data, at, min(at + chunk, len(data)))
    return client.post(f"api/bigupload/uploads/{upload_id}/complete")


def test_hooks_run_once_a_file(start: Callable[..., RunningServer], tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    server = start(config_code=RECORDING.replace("{notes}", str(notes)))

    def calls() -> list[dict[str, str]]:
        lines = notes.read_text().splitlines()
        notes.unlink()
        return [json.loads(line) for line in lines]

    with client_of(server) as client:
        assert upload(client, "x.txt", b"abcdef").status_code == 200
        assert calls() == [
            {"hook": "pre", "path": "x.txt", "type": "file"},
            {"hook": "post", "path": "x.txt", "there": "abcdef"},
        ]
        for start_ in (0, 3):
            client.post(
                "api/upload_handlers",
                files={"files[]": ("y.txt", b"abcdef"[start_ : start_ + 3])},
                headers={"Content-Range": f"bytes {start_}-{start_ + 2}/6"},
            )
        assert [one["hook"] for one in calls()] == ["pre", "post"]

        answer = upload(client, "refused", b"abc")
        assert reason(answer) == (403, "refused")
        assert answer.json()["message"] == "Not this one."
        assert [one["hook"] for one in calls()] == ["pre"]
        assert not (server.root / "refused").exists()
        (failed,) = client.get("api/bigupload/uploads").json()["uploads"]
        assert (failed["state"], failed["error"]["reason"]) == ("failed", "refused")
        assert client.delete(f"api/bigupload/uploads/{failed['id']}").status_code == 204

        # In the plain protocol the name is all there is: the next try starts anew.
        for _ in range(2):
            answers = [
                client.post(
                    "api/upload_handlers",
                    content=b"abc",
                    headers={
                        "Content-Disposition": 'attachment; filename="refused"',
                        "Content-Range": f"bytes {at}-{at + 2}/6",
                    },
                )
                for at in (0, 3)
            ]
            assert [answer.status_code for answer in answers] == [200, 403]
            there = client.get("api/upload_handlers", params={"file": "refused"})
            assert there.json() == {"file": None}
        assert [one["hook"] for one in calls()] == ["pre", "pre"]

        # The file is there by then: a hook that fails does not undo it.
        assert upload(client, "awkward", b"abc").json()["state"] == "done"
        assert (server.root / "awkward").read_bytes() == b"abc"


def test_one_save_event_a_file(start: Callable[..., RunningServer], tmp_path: Path) -> None:
    events = tmp_path / "events"
    code = f"import logging\nc.EventLogger.handlers = [logging.FileHandler({str(events)!r})]\n"
    with client_of(start(config_code=code)) as client:
        upload(client, "x", b"abcdef")
        client.post("api/upload_handlers", files={"files[]": ("y", b"abc")})
    emitted = [json.loads(line) for line in events.read_text().splitlines()]
    # Building the model for the hooks is a `get`, as it is for Jupyter's own saves.
    changes = [(event["action"], event["path"]) for event in emitted if event.get("action", "get") != "get"]
    assert changes == [("save", "x"), ("save", "y")]


def test_uploading_is_activity(server: RunningServer, client: httpx.Client, root: Path) -> None:
    def last_activity() -> datetime:
        return datetime.fromisoformat(client.get("api/status").json()["last_activity"].replace("Z", "+00:00"))

    upload_id = create(client, "x", 6)
    before = last_activity()
    time.sleep(0.01)
    send(client, upload_id, b"abcdef", 0, 6)
    assert last_activity() > before


def test_the_file_is_listed_and_the_partial_is_not(client: httpx.Client, root: Path) -> None:
    upload_id = create(client, "x", 3)
    send(client, upload_id, b"abc", 0, 3)
    assert client.get("api/contents").json()["content"] == []
    client.post(f"api/bigupload/uploads/{upload_id}/complete")
    assert [one["name"] for one in client.get("api/contents").json()["content"]] == ["x"]
