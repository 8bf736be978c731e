"""What an import is to do to a table, decided and checked before the first row is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ....errors import Exists, Malformed, NotFound, RowsRefused
from ..database.database import Database, TableColumn
from ..database.names import listed, quoted, require_columns, require_table, same
from ..database.stored import INTEGER, fits, stored_as
from .rows import RowColumn

Mode = Literal["create", "append", "update"]


@dataclass(frozen=True)
class Wanted:
    """What a person wants to be done with rows.

    Parameters
    ----------
    mode : str
        `create` a table; `append` rows to one; `update` one by its key: rows that it has are changed, others
        added.
    key : Sequence[str]
        The columns of the primary key of a table that is made; of one that is there, none or its own.
    replace : bool
        Whether a table that is made takes the place of one that is there.
    new_columns : str
        What becomes of columns that the table has not: `fail`, `add` or `leave_out`.
    remove_missing : bool
        Whether an update removes the rows that did not come.
    """

    table: str
    mode: Mode = "create"
    key: Sequence[str] = ()
    replace: bool = False
    new_columns: Literal["fail", "add", "leave_out"] = "fail"
    remove_missing: bool = False


@dataclass(frozen=True)
class Plan:
    """What is done to a table.

    Parameters
    ----------
    table : str
        Its name as it is in the database.
    statements : Sequence[str]
        What changes the schema, before the first row.
    sources : Sequence[int]
        The columns of the rows that are taken, by their places.
    types : Sequence[str]
        Of these, as recipes name them.
    targets : Sequence[str]
        The columns of the table that they go to.
    key : Sequence[int]
        Which of them are the table's key; none where it has none, or where the database numbers the rows.
    """

    table: str
    mode: Mode
    statements: Sequence[str]
    sources: Sequence[int]
    types: Sequence[str]
    targets: Sequence[str]
    key: Sequence[int]
    remove_missing: bool = False

    @property
    def key_names(self) -> Sequence[str]:
        """The names of the key's columns."""
        return [self.targets[index] for index in self.key]


def plan(database: Database, wanted: Wanted, columns: Sequence[RowColumn]) -> Plan:
    """Return what an import does.

    Raises
    ------
    Malformed
        When there can be no such table, or the key is not among its columns.
    NotFound
        When there is no table to append to or to update.
    Exists
        When there is a table, and none is to be replaced.
    RowsRefused
        When the columns that come are not those of the table; the message names them all.
    """
    require_table(wanted.table)
    require_columns([column.name for column in columns])
    table = database.table(wanted.table)
    if wanted.mode == "create":
        if table is not None and not wanted.replace:
            raise Exists(f"There is a table {table!r} already: append to it, update it, or replace it.")
        return _new(wanted, columns, table)
    if table is None:
        raise NotFound(f"There is no table {wanted.table!r} in the database.")
    return _more(wanted, columns, table, database.columns(table))


def _new(wanted: Wanted, columns: Sequence[RowColumn], there: str | None) -> Plan:
    key = [_place(name, [column.name for column in columns]) for name in wanted.key]
    if len(set(key)) != len(key):
        raise Malformed("The key has a column twice.")
    statements = [] if there is None else [f"DROP TABLE {quoted(there)}"]
    statements.append(_create(wanted.table, columns, key))
    every = range(len(columns))
    names = [column.name for column in columns]
    return Plan(wanted.table, "create", statements, every, [one.type for one in columns], names, key)


def _create(table: str, columns: Sequence[RowColumn], key: Sequence[int]) -> str:
    declared = [f"{quoted(column.name)} {stored_as(column.type)}" for column in columns]
    if len(key) == 1 and stored_as(columns[key[0]].type) == INTEGER:
        declared[key[0]] += " PRIMARY KEY"
    elif key:
        declared.append(f"PRIMARY KEY ({listed([columns[index].name for index in key])})")
    return f"CREATE TABLE {quoted(table)} ({', '.join(declared)})"


def _more(wanted: Wanted, columns: Sequence[RowColumn], table: str, there: Sequence[TableColumn]) -> Plan:
    own_key = [one.name for one in sorted(there, key=lambda one: one.key) if one.key]
    if wanted.mode == "update" and not own_key:
        raise RowsRefused(f"The table {table!r} has no key, by which rows could be updated: append to it.")
    if wanted.key and [*map(_lower, wanted.key)] != [*map(_lower, own_key)]:
        raise RowsRefused(
            f"The key of the table {table!r} is {', '.join(map(repr, own_key)) or 'none'}, and no other."
        )
    statements, sources, targets, troubles = [], [], [], []
    for index, column in enumerate(columns):
        target = next((one for one in there if same(one.name, column.name)), None)
        if target is None:
            if wanted.new_columns == "fail":
                troubles.append(f"it has no column {column.name!r}: add it, or leave it out")
            if wanted.new_columns != "add":
                continue
            statements.append(
                f"ALTER TABLE {quoted(table)} ADD COLUMN {quoted(column.name)} {stored_as(column.type)}"
            )
        elif target.computed:
            troubles.append(f"its column {target.name!r} is computed from others: leave it out")
        elif not fits(column.type, target.type):
            declared = target.type or "no type"
            troubles.append(
                f"its column {target.name!r} is {declared}, which {column.type} ({stored_as(column.type)})"
                " does not fit: choose another type for it"
            )
        sources.append(index)
        targets.append(column.name if target is None else target.name)
    key = [targets.index(name) for name in own_key if name in targets]
    troubles += _left_out(wanted, there, targets, own_key)
    if troubles:
        raise RowsRefused(f"These rows do not fit the table {table!r}: {'; '.join(troubles)}.")
    if len(key) < len(own_key):
        key = []  # the database numbers the rows
    types = [columns[index].type for index in sources]
    return Plan(table, wanted.mode, statements, sources, types, targets, key, wanted.remove_missing)


def _left_out(
    wanted: Wanted, there: Sequence[TableColumn], targets: Sequence[str], key: Sequence[str]
) -> list[str]:
    """Return what is wrong about the columns of the table that do not come."""
    numbered = wanted.mode == "append" and len(key) == 1
    troubles = []
    for column in there:
        if column.name in targets or column.computed:
            continue
        if column.key and not (numbered and column.type.upper() == INTEGER):
            troubles.append(f"its key has the column {column.name!r}, which does not come")
        elif column.required and not column.key:
            troubles.append(f"its column {column.name!r} may not be null, and does not come")
    return troubles


def _place(name: str, names: Sequence[str]) -> int:
    for index, one in enumerate(names):
        if same(name, one):
            return index
    raise Malformed(f"The key {name!r} is none of the columns.")


def _lower(name: str) -> str:
    return name.lower()
