"""The completion scripts, run by the shells that they are for."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from jupyter_bigupload.client import Client
from tests.cli.command import Command, Terminal

#: What each shell does when somebody presses Tab behind `$LINE`, and prints what it offers.
_BASH = r"""
eval "$(jupyter-bigupload completion bash)"
BEFORE
COMP_WORDS=($LINE)
[ "${LINE: -1}" != " " ] || COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
function=$(complete -p "${COMP_WORDS[0]}" | sed -n 's/.* -F \([^ ]*\) .*/\1/p')
compopt() { :; }  # bash has it only while somebody types
"$function" "${COMP_WORDS[0]}" "${COMP_WORDS[$COMP_CWORD]}" "${COMP_WORDS[$((COMP_CWORD - 1))]}"
printf '%s\n' "${COMPREPLY[@]}"
"""
_FISH = """
jupyter-bigupload completion fish | source
complete --do-complete "$LINE" | string replace --regex '\\t.*' ''
"""


def offered(script: str, shell: str, line: str, environment: Mapping[str, str], folder: Path) -> list[str]:
    done = subprocess.run(
        [shutil.which(shell) or shell, "-c", script],
        env={**environment, "LINE": line},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    return sorted(filter(None, done.stdout.splitlines()))


LINES = [
    ("jupyter-bigupload re", ["resume"]),
    ("jupyter bigupload re", ["resume"]),
    ("jupyter bigupload ", ["cancel", "completion", "destinations", "ls", "put", "resume"]),
    ("jupyter bigupload put --on-conflict re", ["rename", "replace"]),
    ("jupyter bigupload put --pa", ["--parallel", "--patience"]),
    ("jupyter bigu", ["bigupload"]),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_bash(programs: Mapping[str, str], tmp_path: Path, line: str, words: list[str]) -> None:
    environment = {**os.environ, **programs}
    assert offered(_BASH.replace("BEFORE", ""), "bash", line, environment, tmp_path) == words


def test_bash_leaves_what_completed_jupyter_before(programs: Mapping[str, str], tmp_path: Path) -> None:
    environment = {**os.environ, **programs}
    before = "before() { COMPREPLY=(lab); }; complete -F before jupyter\n"
    again = 'eval "$(jupyter-bigupload completion bash)"'
    script = before + _BASH.replace("BEFORE", again)
    assert offered(script, "bash", "jupyter l", environment, tmp_path) == ["lab"]
    assert offered(script, "bash", "jupyter bigupload l", environment, tmp_path) == ["ls"]


def test_ids(programs: Mapping[str, str], command: Command, client: Client, tmp_path: Path) -> None:
    upload = client.create("completed.bin", 20)
    environment = {**command.environment, **programs}
    line = f"jupyter bigupload cancel --url {command.url} {upload.id[:3]}"
    assert upload.id in offered(_BASH.replace("BEFORE", ""), "bash", line, environment, tmp_path)
    # Without a server there is nothing to offer, and no error in the middle of what somebody types.
    line = f"jupyter bigupload cancel --url http://127.0.0.1:1/ {upload.id[:3]}"
    assert offered(_BASH.replace("BEFORE", ""), "bash", line, environment, tmp_path) == []


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
@pytest.mark.parametrize(("line", "words"), LINES[:-1])
def test_fish(programs: Mapping[str, str], tmp_path: Path, line: str, words: list[str]) -> None:
    assert offered(_FISH, "fish", line, {**os.environ, **programs}, tmp_path) == words


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
@pytest.mark.parametrize(("line", "words"), LINES)
def test_zsh(programs: Mapping[str, str], tmp_path: Path, line: str, words: list[str]) -> None:
    """On a terminal, since zsh completes nowhere else."""
    (tmp_path / ".zshrc").write_text(
        "PS1='> '; autoload -Uz compinit; compinit -u\n"
        'eval "$(jupyter-bigupload completion zsh)"\n'
        "zstyle ':completion:*' list-prompt ''\n"
        "echo ready\n"
    )
    environment = {**os.environ, **programs, "ZDOTDIR": str(tmp_path), "TERM": "xterm-256color"}
    with Terminal([shutil.which("zsh") or "zsh", "-i"], tmp_path, environment, columns=120) as terminal:
        terminal.until(lambda text: "ready\n>" in text)
        terminal.type(f"{line}\t\t")
        terminal.until(lambda text: all(word in text.partition("ready\n")[2] for word in words))
