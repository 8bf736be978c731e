"""From the members of an archive, of whatever format, to a folder: one decision for each entry."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ...disk.errors import translated
from ...disk.folders import NO_FOLDER, opened_folder
from ...disk.space import SpaceAllowance
from ...errors import FolderUnavailable
from .meter import Meter
from .model import Bounds, Entry, Extracted, Member, Progress
from .names import PATH_MAX, refused, require_target_inside, segments_of, shown
from .staging import Staging

#: Bytes copied at once for a hard link.
_PIECE = 2**20
#: Bytes written at once. For more, newer kernels look for as much memory in one piece, and where none is
#: at hand, that takes longer than all the rest (Linux 6.18: 5 GB took 7 s by 256 KiB, and 2.5 s so).
_WRITE = 32 * 1024
#: Modification times that are kept, seconds since 1970; others are no times of files.
_MOST_TIME = 2**32
_NANOSECONDS = 10**9


def extract(
    members: Callable[[Meter], Iterator[Member]], folder: Path, bounds: Bounds, progress: Progress
) -> Extracted:
    """Do as `Archive.extract_into`, for what `members` reads."""
    meter = Meter(bounds, progress)
    try:
        root = opened_folder(folder.parent, folder.name)
    except OSError as error:
        if error.errno in NO_FOLDER:
            raise FolderUnavailable("The folder to extract into is not there, or is a link.") from error
        raise
    staging = Staging(root, meter)
    try:
        with translated():
            extraction = _Extraction(staging, meter)
            for member in members(meter):
                extraction.add(member)
            meter.report()
            return extraction.finish()
    finally:
        staging.close()


class _Extraction:
    """Makes what members say. Symbolic links come last, so that nothing is ever written through one."""

    def __init__(self, staging: Staging, meter: Meter) -> None:
        self._staging = staging
        self._meter = meter
        self._space = SpaceAllowance(meter.bounds.min_free)
        self._links: list[tuple[Sequence[str], str]] = []
        self._files = 0
        self._copies = 0

    def add(self, member: Member) -> None:
        entry = member.entry
        segments = segments_of(entry.path, self._meter.bounds.most_depth)
        if entry.kind == "folder":
            self._staging.make_folder(segments)
            return
        if not segments:
            raise refused(entry.path, "has no name of its own.")
        match entry.kind:
            case "file":
                self._write(segments, entry, member.pieces)
            case "link":
                self._keep_link(segments, member)
            case "hard link":
                self._copy(segments, member)
            case _:
                raise refused(entry.path, "is a device, a pipe, a sparse file, or another special one.")

    def finish(self) -> Extracted:
        for segments, target in self._links:
            self._staging.make_link(segments, target)
        return Extracted(
            files=self._files,
            folders=self._staging.folders,
            links=len(self._links),
            bytes=self._meter.written,
            notes=list(self._notes()),
        )

    def _write(self, segments: Sequence[str], entry: Entry, pieces: Iterator[bytes | memoryview]) -> None:
        fd = self._staging.make_file(segments, executable=bool((entry.mode or 0) & stat.S_IXUSR))
        try:
            for piece in pieces:
                self._meter.write(len(piece))
                self._space.before(fd, len(piece))
                rest = memoryview(piece)
                while rest:
                    rest = rest[os.write(fd, rest[:_WRITE]) :]
            # Not before 1970 or after 2106, nor "not a number".
            if entry.modified is not None and 0 <= entry.modified < _MOST_TIME:
                time = round(entry.modified * _NANOSECONDS)
                os.utime(fd, ns=(time, time))
        finally:
            os.close(fd)
        self._files += 1

    def _keep_link(self, segments: Sequence[str], member: Member) -> None:
        path = member.entry.path
        target = _text(path, member.pieces) if member.target is None else member.target
        require_target_inside(path, segments, target)
        self._meter.add_link()
        self._links.append((segments, target))

    def _copy(self, segments: Sequence[str], member: Member) -> None:
        """Make a copy of an earlier file, so that whoever changes one does not change the other."""
        path, target = member.entry.path, member.target or ""
        source = segments_of(target, self._meter.bounds.most_depth)
        fd = -1
        try:
            fd = self._staging.open_file(source) if source else -1
        except OSError as error:
            if error.errno not in NO_FOLDER:
                raise
        if fd < 0:
            raise refused(path, f"is a hard link to {shown(target)}, which is no file before it.")
        try:
            status = os.fstat(fd)
            if not stat.S_ISREG(status.st_mode):
                raise refused(path, f"is a hard link to {shown(target)}, which is no file.")
            entry = Entry(path, status.st_size, "file", status.st_mtime, status.st_mode)
            self._write(segments, entry, iter(lambda: os.read(fd, _PIECE), b""))
        finally:
            os.close(fd)
        self._copies += 1

    def _notes(self) -> Iterator[str]:
        if self._copies:
            yield f"{self._copies:,} hard links became files of their own."
        if self._links:
            yield f"{len(self._links):,} symbolic links were kept; they stay in the folder."
        for path in self._staging.twins:
            yield f"{shown(path)} differs from another name in case or accents only: some disks mix them up."
        if self._staging.more_twins:
            yield f"So do {self._staging.more_twins:,} more names."


def _text(path: str, pieces: Iterator[bytes | memoryview]) -> str:
    """Return the target of a link that is told as the content of an entry."""
    content = b""
    for piece in pieces:
        content += piece
        if len(content) > PATH_MAX:
            raise refused(path, "is a link to a path that can't be.")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise refused(path, "is a link to a path that is no UTF-8.") from None
