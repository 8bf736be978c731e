"""Which run of the machine this is."""

from __future__ import annotations

from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def boot_id() -> str:
    """Return an id that changes when the machine starts anew (and when a container moves to another).

    It is `""` where the operating system is not Linux and has none: there no restart is noticed.
    """
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except OSError:
        return ""
