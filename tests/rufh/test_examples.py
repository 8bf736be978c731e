"""The examples of docs/protocol.md do what they say, with a real curl."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from .draft import Draft

PROTOCOLS = Path(__file__).parent.parent.parent / "docs" / "protocol.md"
DATA = "".join(f"{row},{row * row}\n" for row in range(5000)).encode()

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")


def section(title: str) -> str:
    _, _, rest = PROTOCOLS.read_text("utf-8").partition(f"\n## {title}\n")
    assert rest, f"there is no section {title!r}"
    return rest.partition("\n## ")[0]


def test_the_examples_of_the_draft(draft: Draft, root: Path, tmp_path: Path) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", section("Resumable uploads for HTTP (IETF draft)"), re.DOTALL)
    (tmp_path / "measurements.csv").write_bytes(DATA)
    script = "\n".join(["set -eux", *blocks])
    environment = {
        **os.environ,
        "SERVER": draft.server.url.rstrip("/"),
        "TOKEN": draft.server.token,
        "no_proxy": "*",
    }
    ran = subprocess.run(
        ["/bin/sh", "-c", script], cwd=tmp_path, env=environment, capture_output=True, check=False, text=True
    )
    assert ran.returncode == 0, ran.stderr
    assert "HTTP/1.1 104 Upload Resumption Supported" in ran.stdout
    assert "Upload-Limit: max-age=" in ran.stdout
    assert {path.name: path.read_bytes() for path in root.iterdir()} == {
        "measurements.csv": DATA,
        "again.csv": DATA,
        "in-parts.csv": DATA,
    }
