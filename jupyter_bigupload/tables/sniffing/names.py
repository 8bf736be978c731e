"""Names for columns: each has one, and no two the same."""

from __future__ import annotations

from collections.abc import Sequence

LONGEST = 1024


def unique(names: Sequence[str]) -> list[str]:
    """Return names for columns that a file calls these: `column1` and so on where it has none.

    Names that differ in capitals alone are the same: databases see it so.
    """
    taken: set[str] = set()
    given = {name.strip().casefold() for name in names}
    made = []
    for number, name in enumerate(names, 1):
        wanted = name.strip().replace("\0", "")[: LONGEST - 8] or f"column{number}"
        found, count = wanted, 1
        while found.casefold() in taken or (count > 1 and found.casefold() in given):
            count += 1
            found = f"{wanted}_{count}"
        taken.add(found.casefold())
        made.append(found)
    return made
