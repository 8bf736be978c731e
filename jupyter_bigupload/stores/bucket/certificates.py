"""Which certificates of stores are trusted: read once, and again when the file that says so changes.

To read a file of all the authorities of the world takes 50 ms of a processor. To read it anew also makes
another context, and no connection is used again that another one vouched for.
"""

from __future__ import annotations

import ssl
import threading
from pathlib import Path

from ...errors import StoreUnreachable

#: What tells a file from an earlier one of its name; None for one that is missing.
_Stamp = tuple[int, int, int, int, int] | None


class Certificates:
    """Contexts for connections to servers, one a file of certificates. Used by any number of threads."""

    def __init__(self) -> None:
        self._reading = threading.Lock()
        #: By paths: what the files were like, and what was made of them.
        self._read: dict[tuple[str, ...], tuple[tuple[_Stamp, ...], ssl.SSLContext]] = {}

    def context(self, ca_file: str | None) -> ssl.SSLContext:
        """Return the context that trusts what is in `ca_file` now; for None, what the system trusts.

        It is shared, and nobody's to change. Reads files, so it is to be called in a thread.

        Raises
        ------
        StoreUnreachable
            When there are no certificates in the file, or it can't be read.
        """
        paths = _system_paths() if ca_file is None else (ca_file,)
        # Whoever comes while the files are read waits for the same context instead of making another.
        with self._reading:
            # Looked at first: a change while they are read is found by the next call.
            stamps = tuple(map(_stamp, paths))
            known = self._read.get(paths)
            if known is None or known[0] != stamps:
                known = self._read[paths] = stamps, _made(ca_file)
            return known[1]


def _made(ca_file: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError:  # which ssl.SSLError is, too
        raise StoreUnreachable(
            "The file with the certificates to trust, which AWS_CA_BUNDLE (for Azure, REQUESTS_CA_BUNDLE) "
            "names, can't be read, or has none in it."
        ) from None


def _system_paths() -> tuple[str, ...]:
    """Return where OpenSSL finds what the system trusts, as the environment has it now."""
    paths = ssl.get_default_verify_paths()
    return tuple(filter(None, (paths.cafile, paths.capath)))


def _stamp(path: str) -> _Stamp:
    try:
        found = Path(path).stat()  # of what a link leads to: bundles are often renewed by turning one
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
