"""Every example of docs/python.md runs, in order, against a real server."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.support.forked_server import ForkedServer

_TEXT = (Path(__file__).parents[2] / "docs" / "python.md").read_text("utf-8")
#: Blocks of Python, but for those that need a hub or a bucket.
_BLOCKS = re.findall(r"^```python\n(.*?)^```$", _TEXT, re.DOTALL | re.MULTILINE)


def test_the_examples(server: ForkedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JUPYTER_SERVER_URL", server.url)
    monkeypatch.setenv("JUPYTER_TOKEN", server.token)
    data = os.urandom(9_000_000)
    for name in ("run7.h5", "plates/a/1.bin", "plates/2.bin"):
        Path(name).parent.mkdir(exist_ok=True, parents=True)
        Path(name).write_bytes(data)
    Path("parts.bin").write_bytes(bytes(100_000_000))
    first = (
        _BLOCKS[0].replace("http://localhost:8888/", server.url).replace("the server's token", server.token)
    )
    shown: dict[str, object] = {}
    for block in [first, *_BLOCKS[1:]]:
        exec(compile(block, "docs/python.md", "exec"), shown)  # noqa: S102  # the examples
    there = {str(path.relative_to(server.root)) for path in server.root.rglob("*") if path.is_file()}
    assert there >= {
        "run7.h5",
        "data/run7.h5",
        "data/2026/run7.h5",
        "data/first.h5",
        "data/first (1).h5",
        "data/plates/a/1.bin",
        "data/all/2.bin",
        "data/small.csv",
        "data/parts.bin",
    }
    assert (server.root / "data/parts.bin").read_bytes() == bytes(100_000_000)
