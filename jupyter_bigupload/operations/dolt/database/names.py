"""Names of tables, columns and branches: which there can be, and how SQL has them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ....errors import Malformed

#: Characters of a name. SQLite has no limit; pages and error messages do.
_LONGEST = 255
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
#: What SQLite and doltlite keep for themselves.
_RESERVED = ("sqlite_", "dolt_")
#: Branches of ours: while an import is loaded, once it waits for a person, while it is committed, and while
#: an older state is brought back.
_OURS = re.compile(r"(import|importing|committing|restoring)-[0-9a-f]{8}")


def quoted(name: str) -> str:
    """Return a name as an identifier of SQL, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def listed(names: Sequence[str]) -> str:
    """Return names as a list of SQL."""
    return ", ".join(map(quoted, names))


def same(one: str, other: str) -> bool:
    """Return whether SQLite takes two names of tables or columns for one."""
    return _folded(one) == _folded(other)


def require_table(name: str) -> None:
    """Check that a table can have this name.

    Raises
    ------
    Malformed
        When none can.
    """
    _require("table", name)
    if _folded(name).startswith(_RESERVED):
        raise Malformed(f"A table can't be called {name!r}: such names are the database's own.")


def require_columns(names: Sequence[str]) -> None:
    """Check that the columns of one table can have these names.

    Raises
    ------
    Malformed
        When they can't, or two are the same to SQLite.
    """
    if not names:
        raise Malformed("There is no column to import.")
    seen: dict[str, str] = {}
    for name in names:
        _require("column", name)
        first = seen.setdefault(_folded(name), name)
        if first is not name:
            raise Malformed(f"Two columns are called {first!r} and {name!r}: give one another name.")


def require_branch(name: str) -> None:
    """Check that a person's branch can have this name, as far as doltlite does not do it itself.

    Raises
    ------
    Malformed
        When it can't.
    """
    _require("branch", name)
    if name.startswith("-") or is_ours(name):
        raise Malformed(f"A branch can't be called {name!r}.")


def is_ours(branch: str) -> bool:
    """Return whether it is the name of a branch that imports work on."""
    return _OURS.fullmatch(branch) is not None


def _require(what: str, name: str) -> None:
    if not name or len(name) > _LONGEST or _CONTROL.search(name):
        raise Malformed(f"No {what} can be called {name[:_LONGEST]!r}.")
    try:
        name.encode()
    except UnicodeEncodeError:
        raise Malformed(f"The name of a {what} has characters that are no Unicode text.") from None


def _folded(name: str) -> str:
    """Return a name as SQLite compares it: letters of ASCII alone have no case."""
    return re.sub("[A-Z]+", lambda match: match[0].lower(), name)
