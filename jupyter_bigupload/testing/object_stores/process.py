"""What all object stores' servers share."""

from __future__ import annotations

import os
import shutil
import sys
from abc import ABC
from collections.abc import Mapping
from pathlib import Path

from ..process import ServerFailed, ServerProcess, free_ports


class StoreProcess(ServerProcess, ABC):
    """An object store's server; its data outlives it.

    Parameters
    ----------
    folder : Path
        Where its data and its log go; made when it is missing, and left there at the end.
    ports : int
        How many it listens on.
    """

    def __init__(self, folder: Path, *, ports: int) -> None:
        super().__init__(folder)
        self.ports = free_ports(ports)

    def _secrets(self) -> Mapping[str, str]:
        """Return what the process, and it alone, finds in its environment."""
        return {}

    def _environment(self) -> Mapping[str, str]:
        return {**os.environ, **self._secrets()}


def program(name: str, install: str) -> str:
    """Return the path of an installed program: of this Python's own environment, or of `PATH`.

    Raises
    ------
    ServerFailed
        When there is none; `install` says how to get it.
    """
    here = Path(sys.executable).parent
    found = shutil.which(name, path=os.pathsep.join([str(here), os.environ.get("PATH", os.defpath)]))
    if found is None:
        raise ServerFailed(f"there is no program {name}; install it with: {install}")
    return found
