"""The examples of docs/protocol.md, as they are there, against a server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.server import RunningServer

_DOCS = Path(__file__).parents[2] / "docs" / "protocol.md"
_SECTION = re.compile(r"^## (.+)\n", re.MULTILINE)
_EXAMPLE = re.compile(r"^```bash\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
#: What is said between two examples, so that each one's output can be told.
_NEXT = "-- the next example --"


def sections() -> dict[str, list[tuple[str, str]]]:
    _, *found = _SECTION.split(_DOCS.read_text("utf-8"))
    return {name: _EXAMPLE.findall(text) for name, text in zip(found[::2], found[1::2], strict=True)}


def test_there_are_examples() -> None:
    assert all(sections().values())


@pytest.mark.parametrize("section", sections())
def test_the_examples(section: str, server: RunningServer, root: Path, tmp_path: Path) -> None:
    """Each one's output has the lines that the docs show of it, in their order."""
    examples = sections()[section]
    bash = shutil.which("bash")
    assert bash is not None
    script = "set -eu\nhead -c 1000000 /dev/urandom > events.bin\n" + f"echo '{_NEXT}'\n".join(
        code for code, _ in examples
    )
    known = {"JUPYTER": server.url.rstrip("/"), "TOKEN": server.token}
    ran = subprocess.run(
        [bash, "-c", script],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], **known},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert not ran.returncode, ran.stderr.decode()
    outputs = ran.stdout.decode().split(f"{_NEXT}\n")
    for (code, shown), output in zip(examples, outputs, strict=True):
        lines = iter(output.splitlines())
        for line in shown.splitlines():
            expected = re.compile(re.escape(line).replace("…", ".*"))
            assert any(expected.fullmatch(one.strip()) for one in lines), (line, code, output)
