"""docs/cli.md: its options are those of the code, and its examples do what it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from jupyter_bigupload.client import Client
from tests.cli.command import Command
from tests.cli.conftest import write
from tests.cli.reference import DOCUMENT, MARK, reference
from tests.support.forked_server import ForkedServer


def test_options() -> None:
    assert DOCUMENT.read_text("utf-8").partition(MARK)[2] == reference(), "python -m tests.cli.reference"


def test_events() -> None:
    """All that is printed for scripts is in the table, by its name."""
    source = Path(DOCUMENT.parent.parent, "jupyter_bigupload", "cli")
    texts = [path.read_text("utf-8") for path in source.rglob("*.py")]
    printed = {name for text in texts for name in re.findall(r'\bevent\(\s*"(\w+)"', text)}
    table = DOCUMENT.read_text("utf-8").partition("| `event` |")[2].partition("\n\n")[0]
    assert printed == set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))


def test_examples(
    command: Command, client: Client, server: ForkedServer, programs: Mapping[str, str], folder: Path
) -> None:
    run7 = write(folder / "run7.h5", 9 * 2**20)
    for number in range(3):
        write(folder / "results" / f"{number}.csv", 1000)
    write(folder / "begun.bin", 9 * 2**20)
    found = (folder / "begun.bin").stat()
    client.create("begun.bin", found.st_size, last_modified=found.st_mtime_ns // 1_000_000)
    home = Path(programs["HOME"])
    (home / ".jupyter-token").write_text(server.token)
    environment = {**command.environment, **programs, "JUPYTER_SERVER_URL": server.url}
    printed = []
    for example in re.findall(r"```bash\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL):
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", example.replace("http://localhost:8888/", server.url)],  # noqa: S607
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (example, done.stderr)
        printed.append(done.stdout)
    assert len(printed) == 7
    assert (server.root / "data" / "run7.h5").read_bytes() == run7
    assert (server.root / "data" / "run7-first.h5").read_bytes() == run7
    assert sorted(os.listdir(server.root / "data" / "results")) == ["0.csv", "1.csv", "2.csv"]  # noqa: PTH208
    assert (server.root / "begun.bin").is_file()
    with subprocess.Popen(
        ["tar", "tz"],  # noqa: S607
        stdin=(server.root / "backups" / "results.tar.gz").open("rb"),
        stdout=subprocess.PIPE,
        text=True,
    ) as listing:
        assert "results/0.csv" in str(listing.communicate()[0])
    assert json.loads(printed[5]).items() >= {"event": "summary", "saved": 3, "failed": 0}.items()
