"""A batch as any program can make one (docs/wire.md)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from jupyter_bigupload.digests import Digest

from .verified import digest


@dataclass(frozen=True)
class File:
    """A file of a batch; `stated` is the digest that is said of it, its own unless given."""

    path: str
    data: bytes
    on_conflict: str = "fail"
    stated: Digest | None = None

    @property
    def known(self) -> Mapping[str, object]:
        """What tells that it is this one."""
        return {"path": self.path, "size": len(self.data), "digest": str(digest(self.data))}

    @property
    def entry(self) -> Mapping[str, object]:
        """What the manifest says of it."""
        return {
            "path": self.path,
            "size": len(self.data),
            "digest": str(self.stated or digest(self.data)),
            "on_conflict": self.on_conflict,
        }


def batch(files: Iterable[File], folders: Sequence[str] = ()) -> bytes:
    """Return the body that brings `files`, and makes `folders`."""
    files = list(files)
    manifest: dict[str, object] = {"files": [file.entry for file in files]}
    if folders:
        manifest["folders"] = list(folders)
    return framed(manifest) + b"".join(file.data for file in files)


def framed(manifest: object) -> bytes:
    """Return a manifest with its length before it."""
    data = json.dumps(manifest).encode()
    return len(data).to_bytes(4, "big") + data
