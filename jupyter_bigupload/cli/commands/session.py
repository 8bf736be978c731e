"""What all commands have in common: options, a server, and how they end."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from ..exits import Exit
from ..places import ServerAddress
from ..printing.output import Output

if TYPE_CHECKING:
    from ...client import Client

Command = TypeVar("Command", bound=Callable[..., Any])

#: Seconds for which a request is tried again where nothing is under way that would be lost.
SHORT_PATIENCE = 2.0
#: And where something is.
LONG_PATIENCE = 300.0
#: What can become of a name that is taken.
CONFLICTS = ("fail", "replace", "rename")


@dataclass(frozen=True)
class Session:
    """One run of a command: whom it talks to, and how it prints.

    Parameters
    ----------
    given : tuple of str
        The options that name the server, for a command that is shown.
    hides_token : bool
        Whether there was a token among them, which is not shown.
    """

    address: ServerAddress
    output: Output
    given: tuple[str, ...]
    hides_token: bool

    def client(self, patience: float = SHORT_PATIENCE) -> Client:
        """Return a client of the server that was named, or found.

        Raises
        ------
        ServerNotFound
            When there is none.
        """
        from ...client import Client, find_token  # noqa: PLC0415  # time that the help does without

        url, token = self.address.url, self.address.token
        if url is not None and token is None:
            token = find_token(url)
        return Client(url, token, patience=patience)


def sending_options(command: Command) -> Command:
    """Give a command the options of all that send files."""
    parallel = click.option(
        "--parallel", type=click.IntRange(1, 64), metavar="N", help="Requests of a large file at once."
    )
    patience = click.option(
        "--patience",
        type=click.IntRange(0),
        metavar="SECONDS",
        help="How long to try again while the server, or the network, does not answer.  [default: 300; 2 "
        "before anything was sent]",
    )
    return parallel(patience(command))


def server_options(command: Command) -> Command:
    """Give a command the options that all have, and itself a `Session` in their place."""

    @wraps(command)
    def with_session(
        url: str | None,
        token: str | None,
        token_file: Path | None,
        *,
        as_json: bool,
        quiet: bool,
        **rest: Any,
    ) -> None:
        try:
            address = ServerAddress.read(url, token, token_file, os.environ)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--url") from error
        except OSError as error:
            message = f"{token_file} can't be read: {error.strerror}"
            raise click.BadParameter(message, param_hint="--token-file") from error
        given = [] if address.url is None or url is None else ["--url", address.url]
        if token_file is not None:
            given += ["--token-file", str(token_file)]
        hides_token = token is not None or (url is not None and "token=" in url)
        session = Session(address, Output(as_json=as_json, quiet=quiet), tuple(given), hides_token)
        with_errors(session, lambda: command(session, **rest))

    for option in reversed(_OPTIONS):
        with_session = option(with_session)
    return with_session  # type: ignore[return-value]  # the same name, other options


def with_errors(session: Session, run: Callable[[], None]) -> None:
    """Run a command; what the client raises becomes words and an exit code."""
    from ...errors import BigUploadError  # noqa: PLC0415

    try:
        run()
    except BigUploadError as error:
        end(session.output.failure(error))


def end(code: Exit) -> NoReturn:
    """End the command with this exit code."""
    raise SystemExit(int(code))


def one_of(codes: list[Exit]) -> Exit:
    """Return the exit code of several that failed: that of the server, where it is one for all."""
    return codes[0] if codes and all(code is codes[0] for code in codes) else Exit.FAILED


_OPTIONS = (
    click.option(
        "--url",
        metavar="URL",
        help="The server's address; the one in the browser's bar will do. Without it the server is found: "
        "the one that JUPYTER_SERVER_URL names, the hub's, or the one that runs here.",
    ),
    click.option(
        "--token",
        metavar="TOKEN",
        help="Its token. Other people of this computer can see it in the list of processes: better use "
        "--token-file, or the environment variable JUPYTER_TOKEN. A server that runs here needs none.",
    ),
    click.option(
        "--token-file",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="A file with nothing but the token.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line, for scripts."),
    click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors."),
)
