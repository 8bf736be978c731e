"""`jupyter bigupload resume`: goes on with uploads that were begun before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..exits import Exit
from ..places import Place
from ..printing.text import count_of
from .completing import complete_upload
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
from .unfinished import all_of, chosen, local_file_of

if TYPE_CHECKING:
    from ...client import Client, Progress, Upload


@click.command("resume", short_help="Go on with unfinished uploads.")
@click.argument("id", required=False, shell_complete=complete_upload, metavar="[ID]")
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[FILE]")
@click.option(
    "--in",
    "folders",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Where to look for the files; may be given more than once.  [default: the current folder]",
)
@click.option(
    "--on-conflict",
    type=click.Choice(CONFLICTS),
    help="Decide anew what to do with a name that is taken meanwhile.",
)
@sending_options
@server_options
def resume(  # noqa: PLR0917  # click gives them by name
    session: Session,
    id: str | None,  # noqa: A002  # as it is called in the help
    file: Path | None,
    folders: tuple[Path, ...],
    on_conflict: str | None,
    parallel: int | None,
    patience: int | None,
) -> None:
    """Go on with the upload ID of FILE, wherever it was begun.

    The beginning of an ID is enough. Without FILE, it is looked for: it has the same name, size and time
    of change. Without ID, all unfinished uploads go on whose files are found so. Of another file nothing
    is sent.
    """
    with session.client(SHORT_PATIENCE if patience is None else patience) as client:
        uploads = all_of(client)
        if id is not None:
            uploads = [chosen(uploads, id)]
    run = _Resume(session, on_conflict, parallel)
    for upload in uploads:
        run.add(upload, file or local_file_of(upload, folders or (Path(),)), named=id is not None)
    if run.found:
        with session.client(LONG_PATIENCE if patience is None else patience) as client:
            watched(session, lambda told: run.send(client, told), run.rest)
    elif not run.codes:
        session.output.remark("There is nothing to go on with.")
    end(one_of(run.codes) if run.codes else Exit.DONE)


@dataclass
class _Resume:
    """One run, and what has come of it."""

    session: Session
    on_conflict: str | None
    parallel: int | None
    found: list[tuple[Upload, Path]] = field(default_factory=list)
    codes: list[Exit] = field(default_factory=list)
    done: int = 0

    def add(self, upload: Upload, file: Path | None, *, named: bool) -> None:
        """Take an upload with its file; without one, say so."""
        place = str(Place(upload.destination, upload.path))
        if file is not None:
            self.found.append((upload, file))
            return
        self.session.output.event("skipped", id=upload.id, destination=upload.destination, path=upload.path)
        words = f"{place}: its file is not here. Say where it is: jupyter bigupload resume {upload.id} FILE"
        if named:
            self.session.output.problem(f"Error: {words}")
            self.codes.append(Exit.FAILED)
        else:
            self.session.output.remark(words)

    def send(self, client: Client, told: Callable[[Progress], None]) -> None:
        """Send the rest of all that were found, one after the other."""
        from ...client import BigUploadError  # noqa: PLC0415

        for upload, file in self.found:
            try:
                saved = client.resume(
                    upload.id, file, on_conflict=self.on_conflict, parallel=self.parallel, progress=told
                )
            except BigUploadError as error:
                about = str(Place(upload.destination, upload.path))
                code = self.session.output.failure(error, about=about, id=upload.id, file=str(file))
                self.codes.append(code)
            else:
                self.session.output.event("saved", id=upload.id, **vars(saved))
                self.session.output.line(str(Place(saved.destination, saved.path)))
            self.done += 1

    def rest(self) -> tuple[str, Sequence[str]]:
        """Return what a signal left undone, and the command that goes on."""
        left = self.found[self.done :]
        words = f"{count_of(len(left), 'upload')} can go on: what has arrived is kept on the server."
        options = ["--on-conflict", self.on_conflict] if self.on_conflict is not None else []
        options += ["--parallel", str(self.parallel)] if self.parallel is not None else []
        behind: list[str] = []
        if len(left) == 1:
            upload, file = left[0]
            behind = [upload.id, str(file) if not str(file).startswith("-") else f"./{file}"]
        return words, ("jupyter", "bigupload", "resume", *self.session.given, *options, *behind)
