"""`jupyter bigupload ls`, `cancel` and `destinations`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ..exits import Exit
from ..places import Place
from ..printing.output import table
from ..printing.tally import part_of
from ..printing.text import count_of, local_time_of
from .completing import complete_upload
from .session import Session, end, one_of, server_options
from .unfinished import all_of, chosen, short_ids

if TYPE_CHECKING:
    from ...client import Upload


@click.command("ls", short_help="List unfinished uploads.")
@server_options
def ls(session: Session) -> None:
    """List the uploads that are not finished, the oldest first.

    Each with the beginning of its id, which resume and cancel take, and with the time from which on the
    server may remove it, if nobody goes on with it.
    """
    with session.client() as client:
        uploads = all_of(client)
    for upload in uploads:
        session.output.event("upload", **_described(upload))
    if session.output.as_json:
        return
    if not uploads:
        session.output.remark("There are no unfinished uploads.")
        return
    short = short_ids(uploads)
    rows = [
        (
            short[upload.id],
            str(Place(upload.destination, upload.path)),
            part_of(upload.received_bytes, upload.size),
            local_time_of(upload.expires),
        )
        for upload in uploads
    ]
    table(("ID", "PATH", "RECEIVED", "EXPIRES"), rows, cut=1)


@click.command("cancel", short_help="Give up unfinished uploads.")
@click.argument("ids", nargs=-1, shell_complete=complete_upload, metavar="[IDS]...")
@click.option("--all", "every", is_flag=True, help="All unfinished uploads, those of open pages too.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask before --all.")
@server_options
def cancel(session: Session, ids: Sequence[str], *, every: bool, yes: bool) -> None:
    """Give up the uploads IDS: nothing is left of what has arrived of them.

    The beginning of an id is enough, as ls shows it.
    """
    if bool(ids) == every:
        raise click.UsageError("Say which uploads: their IDs, or --all.")
    codes = []
    with session.client() as client:
        uploads = all_of(client)
        named = [chosen(uploads, each) for each in ids]
        wanted = uploads if every else list({one.id: one for one in named}.values())
        if every and not yes and wanted:
            _require_consent(len(wanted))
        for upload in wanted:
            codes += _cancel(session, upload)
    if not wanted:
        session.output.remark("There are no unfinished uploads.")
    end(one_of(codes) if codes else Exit.DONE)


@click.command("destinations", short_help="List where files can go.")
@click.option("--check", is_flag=True, help="Have the server look whether each can be written to.")
@server_options
def destinations(session: Session, *, check: bool) -> None:
    """List where files can go: the home folder, and the buckets that the server knows.

    The name is what --to takes: put FILE --to NAME:FOLDER.
    """
    with session.client() as client:
        found = client.destinations(check=check)
    for one in found:
        session.output.event("destination", **vars(one))
    if not session.output.as_json:
        rows = [(one.name, one.title, one.url or "", one.message or one.state) for one in found]
        table(("NAME", "TITLE", "ADDRESS", "STATE"), rows, cut=3)
    failed = [Exit.FAILED for one in found if one.state == "failed"] if check else []
    end(one_of(failed) if failed else Exit.DONE)


def _described(upload: Upload) -> dict[str, object]:
    return {
        "id": upload.id,
        "destination": upload.destination,
        "path": upload.path,
        "size": upload.size,
        "received": upload.received_bytes,
        "state": upload.state,
        "expires": upload.expires,
    }


def _require_consent(count: int) -> None:
    if not sys.stdin.isatty():
        raise click.UsageError(f"--all would cancel {count_of(count, 'upload')}; say --yes to do it unasked.")
    if not click.confirm(f"Cancel {count_of(count, 'upload')}?", err=True):
        end(Exit.FAILED)


def _cancel(session: Session, upload: Upload) -> list[Exit]:
    from ...errors import BigUploadError  # noqa: PLC0415

    place = str(Place(upload.destination, upload.path))
    try:
        upload.cancel()
    except BigUploadError as error:
        return [session.output.failure(error, about=place, id=upload.id)]
    session.output.event("cancelled", id=upload.id, destination=upload.destination, path=upload.path)
    session.output.line(f"Cancelled: {place}")
    return []
