"""The recipes that a person keeps."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...tables.recipe import parse
from ...threads import in_thread
from ..base import RESOURCE, ServiceHandler
from ..parsing.fields import field


class RecipesHandler(ServiceHandler):
    """All recipes that are kept."""

    @web.authenticated
    @authorized(action="read", resource=RESOURCE)
    async def get(self) -> None:
        """List them, the newest first."""
        kept = await in_thread(self.recipes.all)()
        self.finish({"recipes": [one.as_json() for one in kept]})

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def post(self) -> None:
        """Keep one; one of the same name is replaced."""
        fields = self.read_json()
        recipe = parse(field(fields, "recipe", dict))
        kept = await in_thread(self.recipes.keep)(field(fields, "name", str), recipe)
        self.set_status(201)
        self.finish(kept.as_json())


class RecipeHandler(ServiceHandler):
    """One of them."""

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def delete(self, recipe_id: str) -> None:
        """Forget it."""
        await in_thread(self.recipes.forget)(recipe_id)
        self.set_status(204)
        self.finish()
