"""Questions about tables and databases, which a process beside this server answers."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...destinations import HOME
from ...errors import BigUploadError, Malformed
from ...operations.tables import best_match
from ...tables.recipe import parse
from ...threads import in_thread
from ..base import RESOURCE, ServiceHandler
from ..parsing.fields import field, whole

#: Rows of one answer: at most, and when nothing is asked for.
_MOST_ROWS, _ROWS = 1000, 100
#: More rows than any table has.
_LAST_ROW = 2**53
_CHANGES = {"added", "removed", "modified"}


class QuestionHandler(ServiceHandler):
    """A route that asks. It is a POST because a recipe may be too long for an URL, and changes nothing."""

    looks = frozenset({"POST"})

    async def named_file(self, fields: dict[str, Any], name: str) -> dict[str, str]:
        """Return the field `name`, a file of a destination that may be looked at.

        Raises
        ------
        Malformed
            When it is none.
        BigUploadError
            As `place`.
        """
        given = field(fields, name, dict)
        destination, path = field(given, "destination", str, HOME), field(given, "path", str)
        if not path:
            raise Malformed(f"'{name}.path' must be given.")
        await self.place(destination, path)
        return {"destination": destination, "path": path}


class PreviewHandler(QuestionHandler):
    """What is in a table."""

    @web.authenticated
    @authorized(action="read", resource=RESOURCE)
    async def post(self) -> None:
        """Answer with rows, and with the recipe by which they were read."""
        fields = self.read_json()
        recipe = fields.get("recipe")
        if recipe is not None:
            parse(recipe)
        source = await self._source(fields)
        answer = await self.answering.ask(
            "preview",
            {
                "source": source,
                "recipe": recipe,
                "sheet": None if fields.get("sheet") is None else field(fields, "sheet", str),
                "start": 0 if fields.get("start") is None else whole(fields, "start", 0, _LAST_ROW),
                "count": _ROWS if fields.get("count") is None else whole(fields, "count", 0, _MOST_ROWS),
            },
        )
        suggested = None
        if recipe is None:
            kept = await in_thread(self.recipes.all)()
            best = await in_thread(best_match)(parse(answer["recipe"]), kept)
            suggested = None if best is None else best.as_json()
        self.finish({**answer, "suggested": suggested})

    async def _source(self, fields: dict[str, Any]) -> dict[str, str]:
        """Return what is to be looked at: a file, or an upload that is still coming."""
        given = field(fields, "source", dict)
        if "upload" in given:
            upload_id = field(given, "upload", str)
            try:
                upload = await self.service.status(upload_id)
            except BigUploadError:
                return {"upload": upload_id}  # it may be done: then it is looked for by its own
            await self.place(upload.destination, upload.path)
            return {"upload": upload_id}
        return await self.named_file(fields, "source")


class HistoryHandler(QuestionHandler):
    """What is in a database, and how it came to be."""

    @web.authenticated
    @authorized(action="read", resource=RESOURCE)
    async def post(self) -> None:
        """Answer with tables, branches and commits."""
        database = await self.named_file(self.read_json(), "database")
        self.finish(await self.answering.ask("history", {"database": database}))


class DiffHandler(QuestionHandler):
    """What differs between two commits of a database."""

    @web.authenticated
    @authorized(action="read", resource=RESOURCE)
    async def post(self) -> None:
        """Answer with the differing rows of a table, and how many there are."""
        fields = self.read_json()
        kinds = field(fields, "kinds", list, sorted(_CHANGES))
        if not all(isinstance(kind, str) and kind in _CHANGES for kind in kinds):
            raise Malformed(f"'kinds' is a list of {', '.join(sorted(_CHANGES))}.")
        question = {
            "database": await self.named_file(fields, "database"),
            "table": field(fields, "table", str),
            "from": field(fields, "from", str),
            "to": field(fields, "to", str),
            "kinds": kinds,
            "start": 0 if fields.get("start") is None else whole(fields, "start", 0, _LAST_ROW),
            "count": _ROWS if fields.get("count") is None else whole(fields, "count", 0, _MOST_ROWS),
        }
        self.finish(await self.answering.ask("diff", question))
