"""A client of one server."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import Event
from types import TracebackType

from .errors import UploadsFailed
from .model import HOME, Destination, OnProgress, Readable, Saved
from .sending.entries import Entries, find, target_of
from .sending.file_sender import resume_file
from .sending.local_file import LocalFile
from .sending.meter import Meter
from .sending.streams import send_stream
from .sending.transfer import Transfer
from .sending.uploading import Uploading, create, create_in_folder
from .upload import Upload
from .wire.connection import Connection
from .wire.finding import Address, find_server
from .wire.server import Server, path_of

#: Requests of one file at once, where nobody says otherwise: each takes most of a processor.
PARALLEL = min(4, max(2, os.cpu_count() or 1))
#: Seconds without a byte after which a connection is given up.
TIMEOUT = 60.0
#: Seconds for which what fails is tried again.
PATIENCE = 300.0


class Client:
    """Uploads to a Jupyter server that has this extension.

    It may be used by several threads.

    Parameters
    ----------
    base_url : str, optional
        The server's address with its base path, such as `https://hub.example.org/user/ada/`. Without one,
        the server is looked for that this program runs in or beside (see `find_server`).
    token : str, optional
        Its token, or one of the hub's.
    verify : bool or str
        Whether to check certificates, or a file with those of authorities to trust.
    timeout : float
        Seconds in which the server has to take or bring the next bytes; one that completes a large file may
        be silent for a while.
    patience : float
        Seconds for which a request that fails is sent again, with pauses in between, while nothing arrives.

    Raises
    ------
    ServerNotFound
        When no address was given, and none was found.
    """

    def __init__(
        self,
        base_url: str | None = None,
        token: str | None = None,
        *,
        verify: bool | str = True,
        timeout: float = TIMEOUT,
        patience: float = PATIENCE,
    ) -> None:
        address = find_server() if base_url is None else Address(base_url, token)
        self.base_url = address.url
        self._connection = Connection(
            address.url, token or address.token, timeout=timeout, verify=verify, unix_socket=address.socket
        )
        self._server = Server(self._connection, patience)

    def close(self) -> None:
        """Close all connections."""
        self._connection.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def upload(
        self,
        source: str | os.PathLike[str] | Readable,
        dest: str = "",
        *,
        destination: str = HOME,
        on_conflict: str = "fail",
        parallel: int | None = None,
        progress: OnProgress | None = None,
    ) -> list[Saved]:
        """Upload a file, a folder with all that is in it, or whatever an object has to read.

        What was begun earlier, by this program or another, is gone on with: of large files no byte is sent
        that is there already. Every byte is verified. Folders are made where they are missing.

        Parameters
        ----------
        source : path, or object with `read`
            Links are followed. An object is read to its end, and can't be gone on with in another program.
        dest : str
            Path from the destination's root; with a slash at its end, or empty, the folder in which the file
            or folder gets its own name.
        destination : str
            Name of a bucket of the server's (see `destinations`), or the home folder.
        on_conflict : str
            What to do with a name that is taken: `"fail"`, `"replace"`, or `"rename"` to keep both.
        parallel : int, optional
            Requests of one file at once.
        progress : Callable, optional
            Is told of progress (see `Progress`), by one thread at a time; what it raises ends the upload.

        Returns
        -------
        list of Saved
            The files that are there.

        Raises
        ------
        UploadsFailed
            When some files of several are not.
        BigUploadError
            Why the one file is not there (docs/wire.md, "Errors"), or `Unreachable`, `FileChanged`,
            `UnreadableFile`.
        """
        if not isinstance(source, str | os.PathLike):
            return [self._upload_stream(source, dest, destination, on_conflict, progress)]
        path = Path(source)
        uploading = self._uploading(destination, on_conflict, parallel, progress)
        saved, failed = uploading.run(find(path, target_of(path, dest)))
        if failed and not path.is_dir():
            raise next(iter(failed.values()))
        if failed:
            raise UploadsFailed(failed, saved)
        return saved

    def upload_all(
        self,
        sources: Iterable[tuple[str | os.PathLike[str], str]],
        *,
        destination: str = HOME,
        on_conflict: str = "fail",
        parallel: int | None = None,
        progress: OnProgress | None = None,
    ) -> list[Saved]:
        """Upload several files and folders together, as `upload` does one.

        Parameters
        ----------
        sources : Iterable of (path, str)
            Each with where it goes, as `dest` of `upload`.

        Raises
        ------
        UploadsFailed
            When some files are not there.
        BigUploadError
            As `upload`, when nothing can be.
        """
        uploading = self._uploading(destination, on_conflict, parallel, progress)
        found = Entries()
        for source, dest in sources:
            path = Path(source)
            found.add(find(path, target_of(path, dest)))
        saved, failed = uploading.run(found)
        if failed:
            raise UploadsFailed(failed, saved)
        return saved

    def resume(
        self,
        upload_id: str,
        source: str | os.PathLike[str],
        *,
        on_conflict: str | None = None,
        parallel: int | None = None,
        progress: OnProgress | None = None,
    ) -> Saved:
        """Go on with an upload that anybody began, with the file that it is of.

        What is there is held against the file first, so that another file does no harm.

        Parameters
        ----------
        on_conflict : str, optional
            To decide anew what to do with a name that is taken.

        Raises
        ------
        NotFound
            When there is no such upload, or no longer.
        FileChanged
            When it is of another file; the upload is left as it was.
        BigUploadError
            As `upload`.
        """
        path = Path(source)
        with LocalFile(path) as file:
            upload = self.get(upload_id)
            meter = Meter([file.size], progress).file(upload.path, file.size)
            saved = resume_file(Transfer(upload, file, meter, Event()), on_conflict, parallel or PARALLEL)
        meter.over(done=True)
        return saved

    def create(
        self,
        path: str,
        size: int | None,
        *,
        destination: str = HOME,
        on_conflict: str = "fail",
        last_modified: int | None = None,
    ) -> Upload:
        """Begin an upload whose parts you send yourself (see `Upload`).

        Parameters
        ----------
        path : str
            From the destination's root.
        size : int or None
            Bytes; None where they are known only at the end.
        last_modified : int, optional
            Milliseconds since 1970.

        Raises
        ------
        Exists
            When the name is taken, and `on_conflict` is `"fail"`.
        BigUploadError
            As docs/wire.md says.
        """
        fields = {
            "destination": destination,
            "path": path,
            "size": size,
            "on_conflict": on_conflict,
            "last_modified": last_modified,
        }
        return create(self._server, fields)

    def get(self, upload_id: str) -> Upload:
        """Return an upload by its id.

        Raises
        ------
        NotFound
            When there is none, or no longer.
        """
        return Upload(self._server, self._server.ask("GET", path_of(upload_id)))

    def uploads(self) -> Iterator[Upload]:
        """Yield all uploads that are not finished, the oldest first; call `refresh` for the parts of one."""
        return (Upload(self._server, fields) for fields in self._server.unfinished())

    def destinations(self, *, check: bool = False) -> Sequence[Destination]:
        """Return where files can go.

        Parameters
        ----------
        check : bool
            Whether to have the server look first whether each can be written to.
        """
        query = {"check": "all"} if check else {}
        answer = self._server.ask("GET", "api/bigupload/destinations", query=query)
        names = ("name", "title", "kind", "url", "state", "reason", "message")
        return [Destination(*(one.get(name) for name in names)) for one in answer["destinations"]]

    def _uploading(
        self, destination: str, on_conflict: str, parallel: int | None, progress: OnProgress | None
    ) -> Uploading:
        return Uploading(
            self._server,
            destination=destination,
            on_conflict=on_conflict,
            parallel=parallel or PARALLEL,
            progress=progress,
        )

    def _upload_stream(
        self, stream: Readable, dest: str, destination: str, on_conflict: str, progress: OnProgress | None
    ) -> Saved:
        if not dest or dest.endswith("/"):
            raise ValueError("say the file's name: an object has none")
        fields = {"destination": destination, "path": dest, "size": None, "on_conflict": on_conflict}
        upload = create_in_folder(self._server, destination, dest, fields)
        meter = Meter([None], progress).file(dest, None)
        return send_stream(upload, stream, on_conflict, meter)
