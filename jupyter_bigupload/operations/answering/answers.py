"""What can be asked, and what finds the answer."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...destinations import HOME, DestinationSetup
from ...errors import Malformed, Unsupported
from ...uploads import UploadSetup
from ..extras import require
from ..saving import NoHooks
from ..stored_file import EventLoop
from ..tables import TableFiles

if TYPE_CHECKING:
    from ...tables.preview import Cache
    from ...tables.source import Source
    from ..dolt.database.place import DatabaseFile


class Answers:
    """Finds answers. Safe for threads.

    Parameters
    ----------
    orders : Mapping
        `destinations` and `uploads`, as their setups have them.
    """

    def __init__(self, orders: Mapping[str, Any]) -> None:
        setup = DestinationSetup(**orders["destinations"])
        self._root = None if setup.root is None else Path(setup.root)
        destinations = setup.connect()
        uploads = UploadSetup.parse(orders["uploads"])
        repository = uploads.repository(destinations.stores)
        self._files = TableFiles(
            destinations,
            uploads.connect(repository, NoHooks()),
            root=self._home,
            loop=EventLoop(),
        )

    def find(self, what: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer, as JSON.

        Raises
        ------
        Malformed
            When there is no such question.
        ExtraMissing
            When something has to be installed first.
        BigUploadError
            Whatever the answer is instead.
        """
        match what:
            case "preview":
                return self._preview(fields)
            case "history":
                return self._history(fields)
            case "diff":
                return self._diff(fields)
            case _:
                raise Malformed(f"There is no question {what!r}.")

    def _home(self) -> Path:
        if self._root is None:
            raise Unsupported("This server keeps its files on no disk of this machine.")
        return self._root.resolve()

    @functools.cached_property
    def _cache(self) -> Cache:
        from ...tables.preview import Cache  # noqa: PLC0415  # loaded when it is needed

        return Cache()

    def _source(self, fields: Mapping[str, Any]) -> Source:
        if "upload" in fields:
            return self._files.arriving(fields["upload"])
        return self._files.finished(fields["destination"], fields["path"])

    def _database(self, fields: Mapping[str, Any]) -> AbstractContextManager[DatabaseFile]:
        require("dolt")
        from ..dolt.database.place import database_file  # noqa: PLC0415  # an extra

        database = fields["database"]
        if database["destination"] != HOME:
            raise Unsupported("A database is read in the home folder alone: copy it there first.")
        return database_file(self._home(), database["path"])

    def _history(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        from ..dolt import history  # noqa: PLC0415  # needs an extra

        with self._database(fields) as database:
            return history(database.path)

    def _diff(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        from ..dolt import diff  # noqa: PLC0415  # needs an extra

        shown = (fields["table"], fields["from"], fields["to"], fields["kinds"])
        with self._database(fields) as database:
            return diff(database.path, *shown, fields["start"], fields["count"])

    def _preview(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        require("tables")
        from ...tables.preview import preview  # noqa: PLC0415  # an extra
        from ...tables.recipe import parse  # noqa: PLC0415  # goes with it

        recipe = fields["recipe"]
        return preview(
            self._source(fields["source"]),
            None if recipe is None else parse(recipe),
            start=fields["start"],
            count=fields["count"],
            sheet=fields["sheet"],
            cache=self._cache,
        )
