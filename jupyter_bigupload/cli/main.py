"""The command itself, with its subcommands."""

from __future__ import annotations

import io
import os
import sys

import click

from .._version import __version__
from .commands.completing import SHELLS, VARIABLE, script, without_subcommand
from .commands.listing import cancel, destinations, ls
from .commands.put import put
from .commands.resume import resume
from .exits import MEANINGS, Exit

_NAME = "jupyter bigupload"


class _Group(click.Group):
    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the exit codes."""
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(int(code)), meaning) for code, meaning in MEANINGS.items()])

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which they were added."""
        return list(self.commands)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name=_NAME)
def cli() -> None:
    """Upload files of any size to a Jupyter server.

    Uploads go on after any interruption, and a file appears on the server when it is whole and verified.
    """


@click.command("completion", short_help="Print the completion for a shell.")
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print what SHELL has to read to complete this command.

    bash: eval "$(jupyter bigupload completion bash)" in ~/.bashrc. zsh: the same with zsh in ~/.zshrc, behind
    compinit. fish: jupyter bigupload completion fish > ~/.config/fish/conf.d/jupyter-bigupload.fish
    """
    click.echo(script(cli, shell))


for command in (put, ls, resume, cancel, destinations, completion):
    cli.add_command(command)


def main() -> None:
    """Run the command that the process was started with; ends the process."""
    without_subcommand(os.environ)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal may have few characters
    try:
        code = cli.main(prog_name=_NAME, complete_var=VARIABLE, standalone_mode=False)
    except click.Abort:
        click.echo("", err=True)
        code = Exit.INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    sys.exit(int(code or 0))
