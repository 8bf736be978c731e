"""`jupyter bigupload put`: files, folders and standard input to a server."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

import click

from ..exits import Exit, code_of
from ..places import HOME, Place
from ..printing.text import count_of, duration_of, size_of
from .sending import watched
from .session import (
    CONFLICTS,
    LONG_PATIENCE,
    SHORT_PATIENCE,
    Session,
    end,
    one_of,
    sending_options,
    server_options,
)
from .sources import Source, StandardInput, sources_of

if TYPE_CHECKING:
    from ...client import BigUploadError, Client, Progress, Saved

#: Results that people see one by one; of more they see how many there are.
MOST_LINES = 20
#: Seconds below which their tenths are told.
_SECONDS = 60


@click.command("put", short_help="Upload files, folders, or standard input.")
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILES...")
@click.option(
    "--to",
    "to",
    default="",
    metavar="[DESTINATION:]FOLDER",
    help="The folder that they go into; it is made where it is missing. In another destination than the home "
    "folder (see the command destinations): archive:raw. Of standard input alone, the file itself.",
)
@click.option("--name", metavar="NAME", help="The name that the one file or folder gets.")
@click.option(
    "--on-conflict",
    type=click.Choice(CONFLICTS),
    default="fail",
    show_default=True,
    help="What to do with a name that is taken by another file: not upload it, replace it, or keep both.",
)
@sending_options
@server_options
def put(  # noqa: PLR0917  # click gives them by name
    session: Session,
    files: Sequence[str],
    to: str,
    name: str | None,
    on_conflict: str,
    parallel: int | None,
    patience: int | None,
) -> None:
    """Upload FILES: files, folders with all that is in them, or - for standard input.

    Every byte is verified. What was begun before, by anybody, is gone on with: after Ctrl-C, a crash or a
    network that failed, give the same command again. Files that are there already are not sent again.
    """
    place = Place.parse(to)
    sources = sources_of(files, place, name)
    options = ["--to", to] if to else []
    options += ["--name", name] if name is not None else []
    options += ["--on-conflict", on_conflict] if on_conflict != "fail" else []
    options += ["--parallel", str(parallel)] if parallel is not None else []
    run = _Put(session, sources, options, on_conflict, parallel)
    with session.client(SHORT_PATIENCE if patience is None else patience) as client:
        # At once, with a token that is wrong or a server that is not there, and not after all the patience.
        run.require_destination(client, place)
    with session.client(LONG_PATIENCE if patience is None else patience) as client:
        watched(session, lambda told: run.send(client, told), run.rest)
    run.report()


@dataclass
class _Put:
    """One run, and what has come of it."""

    session: Session
    sources: Sequence[Source]
    options: Sequence[str]
    on_conflict: str
    parallel: int | None
    saved: list[Saved] = field(default_factory=list)
    failed: dict[str, BigUploadError] = field(default_factory=dict)
    last: Progress | None = None
    begun: float = field(default_factory=monotonic)

    def require_destination(self, client: Client, place: Place) -> None:
        """Ask the server for its destinations; end when it has not the one that was named."""
        names = [one.name for one in client.destinations()]
        if place.destination != HOME and place.destination not in names:
            known = ", ".join(names)
            raise click.BadParameter(
                f"the server has no destination {place.destination!r}, but {known}. For a folder of the home "
                f"folder with a colon in its name, write home: before it.",
                param_hint="--to",
            )

    def send(self, client: Client, told: Callable[[Progress], None]) -> None:
        """Send all, and keep what came of it."""

        def noted(progress: Progress) -> None:
            self.last = progress
            told(progress)

        source, conflict = self.sources[0], self.on_conflict
        place = source.target
        if source.is_stdin:
            if sys.stdin.isatty():
                self.session.output.remark("Reading what is typed, up to Ctrl-D.")
            self._take(
                lambda: client.upload(
                    StandardInput(),
                    place.path,
                    destination=place.destination,
                    on_conflict=conflict,
                    progress=noted,
                ),
                about="standard input",
            )
            return
        self._take(
            lambda: client.upload_all(
                [(one.given, one.target.path) for one in self.sources],
                destination=place.destination,
                on_conflict=conflict,
                parallel=self.parallel,
                progress=noted,
            )
        )

    def _take(self, upload: Callable[[], list[Saved]], about: str = "") -> None:
        from ...client import BigUploadError, UploadsFailed  # noqa: PLC0415

        try:
            self.saved += upload()
        except UploadsFailed as error:
            self.saved += error.saved
            self.failed |= error.failed
        except BigUploadError as error:
            self.failed[about] = error

    def rest(self) -> tuple[str, Sequence[str]]:
        """Return what a signal left undone, and the command that goes on."""
        if self.sources[0].is_stdin:
            return "Nothing is kept of standard input: it can't be read a second time.", ()
        files = [source.given for source in self.sources]
        words = "What has arrived is kept on the server."
        if self.last is not None and self.last.files > 1:
            words = f"{self.last.files_done:,} of {self.last.files:,} files are finished. {words}"
        behind = ["--", *files] if any(one.startswith("-") for one in files) else files
        return words, ("jupyter", "bigupload", "put", *self.session.given, *self.options, *behind)

    def report(self) -> None:
        """Say what came of all, and end with the code for it."""
        output = self.session.output
        for saved in self.saved:
            output.event("saved", **vars(saved))
        _say_saved(self.session, self.saved)
        for number, (path, error) in enumerate(self.failed.items()):
            if number < MOST_LINES or output.as_json:
                output.failure(error, about=path, file=path)
        if len(self.failed) > MOST_LINES:
            output.problem(f"… and {len(self.failed) - MOST_LINES:,} more errors; --json shows all.")
        seconds = monotonic() - self.begun
        sent = sum(one.size or 0 for one in self.saved)
        output.event(
            "summary", saved=len(self.saved), failed=len(self.failed), bytes=sent, seconds=round(seconds, 3)
        )
        if self.saved or len(self.failed) > 1:
            output.remark(self._summary(sent, seconds))
        end(one_of([code_of(error) for error in self.failed.values()]) if self.failed else Exit.DONE)

    def _summary(self, sent: int, seconds: float) -> str:
        took = f"{seconds:.1f} s" if seconds < _SECONDS else duration_of(seconds)
        words = f"{count_of(len(self.saved), 'file')}, {size_of(sent)}, in {took}"
        same = sum(one.identical for one in self.saved)
        if same and len(self.saved) > MOST_LINES:
            words += f"; {same:,} were there already"
        return f"{words}; {count_of(len(self.failed), 'error')}" if self.failed else words


def _say_saved(session: Session, saved: Sequence[Saved]) -> None:
    if len(saved) > MOST_LINES:
        return
    for one in saved:
        place = Place(one.destination, one.path)
        session.output.line(f"{place} (was there already)" if one.identical else str(place))
