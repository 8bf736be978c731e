"""Completion of what is typed, in bash, zsh and fish: click's, and the ids of uploads from the server."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import MutableMapping
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem, get_completion_class

from ..places import ServerAddress
from ..printing.text import printable

if TYPE_CHECKING:
    from ...client import Upload

SHELLS = ("bash", "zsh", "fish")
PROGRAM = "jupyter-bigupload"
VARIABLE = "_JUPYTER_BIGUPLOAD_COMPLETE"
#: Seconds that a person waits for ids, at most.
_PATIENCE = 2.0
_AS_SUBCOMMAND = re.compile(r"\s*\S*jupyter\s+bigupload(?=\s|$)")

# Each takes `jupyter bigupload …` over from whatever completes `jupyter`, and leaves it all else.
_FOR_JUPYTER = {
    "bash": """
_jupyter_completes=$({ complete -p jupyter 2>/dev/null || :; } | sed -n 's/.* -F \\([^ ]*\\) .*/\\1/p')
[ "$_jupyter_completes" = _jupyter_or_bigupload ] || _jupyter_before_bigupload=$_jupyter_completes
_jupyter_or_bigupload() {
    if [ "${COMP_WORDS[1]}" = bigupload ] && [ "$COMP_CWORD" -gt 1 ]; then
        _jupyter_bigupload_completion jupyter-bigupload "$2" "$3"
    elif [ -n "$_jupyter_before_bigupload" ]; then
        "$_jupyter_before_bigupload" "$@"
    elif [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W bigupload -- "$2"))
    fi
}
complete -o default -F _jupyter_or_bigupload jupyter
""",
    "zsh": """
[[ ${_comps[jupyter]-} == _jupyter_or_bigupload ]] || _jupyter_before_bigupload=${_comps[jupyter]-}
_jupyter_or_bigupload() {
    if [[ ${words[2]} == bigupload ]] && (( CURRENT > 2 )); then
        _jupyter_bigupload_completion
    elif [[ -n $_jupyter_before_bigupload ]]; then
        $_jupyter_before_bigupload "$@"
    elif (( CURRENT == 2 )); then
        compadd bigupload
    else
        _files
    fi
}
compdef _jupyter_or_bigupload jupyter
""",
    "fish": """
complete --no-files --command jupyter --condition '__fish_seen_subcommand_from bigupload' \
    --arguments '(_jupyter_bigupload_completion)'
complete --command jupyter --condition __fish_use_subcommand --arguments bigupload
""",
}


def script(command: click.Command, shell: str) -> str:
    """Return what a shell has to read to complete this command."""
    made = get_completion_class(shell)
    assert made is not None, shell  # noqa: S101  # the option's choices are those that click has
    return made(command, {}, PROGRAM, VARIABLE).source() + _FOR_JUPYTER[shell]


def without_subcommand(environment: MutableMapping[str, str] = os.environ) -> None:
    """Make of a request to complete `jupyter bigupload …` one of `jupyter-bigupload …`, as click wants it."""
    words, count = _AS_SUBCOMMAND.subn(PROGRAM, environment.get("COMP_WORDS", ""), count=1)
    if VARIABLE not in environment or not count:
        return
    environment["COMP_WORDS"] = words
    number = environment.get("COMP_CWORD", "")
    if not environment[VARIABLE].startswith("fish") and number.isdecimal():
        environment["COMP_CWORD"] = str(int(number) - 1)


def complete_upload(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the ids of unfinished uploads that begin so, with their paths; none if the server is slow."""
    found: list[CompletionItem] = []

    def ask() -> None:
        found.extend(
            CompletionItem(upload.id, help=printable(upload.path))
            for upload in _uploads(context)
            if upload.id.startswith(incomplete)
        )

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_PATIENCE)
    return list(found)


def _uploads(context: click.Context) -> list[Upload]:
    from ...client import BigUploadError, Client, find_token  # noqa: PLC0415

    options = context.params
    try:
        address = ServerAddress.read(
            options.get("url"), options.get("token"), options.get("token_file"), os.environ
        )
        token = address.token or (None if address.url is None else find_token(address.url))
        with Client(address.url, token, patience=0) as client:
            return list(client.uploads())
    except (BigUploadError, OSError, ValueError):
        return []  # there is nobody to tell
