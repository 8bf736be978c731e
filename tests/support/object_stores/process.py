"""What all object stores' servers share."""

from __future__ import annotations

import os
import shutil
import sys
from abc import ABC
from collections.abc import Mapping
from pathlib import Path

import trustme

from ..process import ServerFailed, ServerProcess, free_ports


class StoreProcess(ServerProcess, ABC):
    """An object store's server; its data outlives it.

    Parameters
    ----------
    folder : Path
        Where its data and its log go; made when it is missing, and left there at the end.
    ports : int
        How many it listens on.
    https : bool
        Whether to speak HTTPS, with a certificate that `ca_file` vouches for.
    """

    def __init__(self, folder: Path, *, ports: int, https: bool = False) -> None:
        super().__init__(folder)
        self.ports = free_ports(ports)
        #: The certificate to trust, for a server that speaks HTTPS.
        self.ca_file = folder / "ca.pem" if https else None

    @property
    def origin(self) -> str:
        """Scheme, host and port, without a `/` at the end."""
        return f"{'http' if self.ca_file is None else 'https'}://127.0.0.1:{self.ports[0]}"

    def start(self) -> None:
        """Start the process and return once it does its work."""
        if self.ca_file is not None and not self.ca_file.exists():
            authority = trustme.CA()
            certificate = authority.issue_cert("127.0.0.1", "localhost")
            certificate.private_key_pem.write_to_path(self.folder / "key.pem")
            certificate.cert_chain_pems[0].write_to_path(self.folder / "cert.pem")
            authority.cert_pem.write_to_path(self.ca_file)
        super().start()

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
