"""What a kind of operation is, and how what somebody asks of it is checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ..errors import Malformed, Unsupported
from .model import NewOperation

if TYPE_CHECKING:
    from .job import Job

#: What a worker runs; what it returns is the operation's response, as JSON.
Run = Callable[["Job"], Mapping[str, Any]]


@dataclass(frozen=True)
class Kind:
    """A kind of operation.

    Parameters
    ----------
    title : str
        What a person chooses it by.
    description : str
        What it does, in a sentence.
    parameters : Mapping
        JSON Schema (2020-12) of an object; the page makes its form of it.
    takes : str
        Whether it is about files, folders, or both; about nothing that is there yet, when its path is that of
        the folder into which something comes.
    endings : Sequence[str]
        With what names end that it fits; none for all.
    offered : bool
        Whether menus offer it for all that it fits. Others are started by the view of a table or a database:
        they need what only such a view knows.
    run : Callable
        Does the work. It runs in a process of its own, and may import there what nobody else needs.
    makes : Callable
        Returns the destination of what it is to make, and the path from its root; None for nothing.
    missing : Callable
        Returns what to install for it; None when nothing is missing.
    check : Callable
        Raises `Malformed` for parameters that the schema lets pass, and that are wrong all the same.
    """

    name: str
    title: str
    description: str
    parameters: Mapping[str, Any]
    run: Run
    takes: Literal["file", "folder", "any", "nothing"] = "file"
    endings: Sequence[str] = ()
    offered: bool = True
    makes: Callable[[NewOperation], tuple[str, str] | None] = lambda _: None
    missing: Callable[[], str | None] = lambda: None
    check: Callable[[Mapping[str, Any]], None] = lambda _: None

    def checked(self, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the parameters, with defaults for those that are not given.

        Raises
        ------
        Malformed
            When they are not what the schema describes; the message names the first that isn't. So when
            `check` says so.
        Unsupported
            When something has to be installed first.
        """
        missing = self.missing()
        if missing is not None:
            raise Unsupported(f"{self.title} needs more: pip install {missing}.")
        from jsonschema import Draft202012Validator  # noqa: PLC0415  # no worker needs it, and it is slow to load

        properties: Mapping[str, Any] = self.parameters.get("properties", {})
        defaults = {name: one["default"] for name, one in properties.items() if "default" in one}
        complete = {**defaults, **parameters}
        error = next(iter(Draft202012Validator(self.parameters).iter_errors(complete)), None)
        if error is not None:
            where = ".".join(map(str, error.absolute_path))
            raise Malformed(f"{where or 'parameters'}: {error.message}.")
        self.check(complete)
        return complete
