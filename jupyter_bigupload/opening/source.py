"""Where a file is, in the words of fsspec and all that is built on it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal
from urllib.parse import urlsplit

from ..stores.address import StoreAddress
from .formats import FOLDER_KINDS, FolderKind, Format, Kind, kind_of

#: The folder that is one store of arrays, with everything in it.
_ZARR = (".zarr", ".zarr2", ".zarr3")


@dataclass(frozen=True)
class Variable:
    """The value of an environment variable, where the code runs."""

    name: str


@dataclass(frozen=True)
class Source:
    """A file, or a folder that is read as one.

    Parameters
    ----------
    kind : str
        Of the place.
    address : str
        An absolute path on this machine, or the URL `s3://bucket/key` or `az://container/blob`.
    store : StoreAddress
        How the bucket is reached.
    folder : bool
        Whether it is a folder that was looked into: then its name tells nothing.
    format : Format or None
        What such a folder is; None for any other one.
    """

    kind: Literal["folder", "s3", "azure"]
    address: str
    store: StoreAddress = field(default_factory=StoreAddress)
    folder: bool = False
    format: Format | None = None

    @property
    def remote(self) -> bool:
        """Whether it takes fsspec to reach it."""
        return self.kind != "folder"

    @property
    def protocol(self) -> str:
        """The name of its file system."""
        return self.address.partition("://")[0] if self.remote else "file"

    @property
    def path(self) -> str:
        """Where it is in its file system."""
        return self.address.partition("://")[2] if self.remote else self.address

    @property
    def whole(self) -> Source:
        """The folder that must be opened to read it, where it is a piece of one; itself otherwise."""
        return self if self.folder else replace(self, address=whole_path(self.address))

    @property
    def what(self) -> Kind | None:
        """What it is; None for a folder that nothing reads as one."""
        if not self.folder:
            return kind_of(self.address)
        return None if self.format is None else Kind(self.format)

    @property
    def folder_kind(self) -> FolderKind | None:
        """What people call the folder; None for a file, and for a folder that nothing reads as one."""
        return None if not self.folder or self.format is None else FOLDER_KINDS.get(self.format)

    @property
    def storage_options(self) -> dict[str, Any]:
        """What fsspec must be told to reach it: text, dictionaries of it, and `Variable`."""
        if self.kind == "azure":
            return self._azure_options
        if self.kind == "folder":
            return {}
        options: dict[str, Any] = {}
        if self.store.profile is not None:
            options["profile"] = self.store.profile
        client = {"endpoint_url": self.store.endpoint_url, "region_name": self.store.region}
        named = {name: value for name, value in client.items() if value is not None}
        if named:
            options["client_kwargs"] = named
        if self.store.path_style is not None:
            style = "path" if self.store.path_style else "virtual"
            options["config_kwargs"] = {"s3": {"addressing_style": style}}
        return options

    @property
    def where_credentials_are(self) -> str | None:
        """A sentence about what the code finds by itself; None where it takes nothing."""
        if self.kind == "folder":
            return None
        if self.kind == "azure":
            if self.store.credentials is not None:
                variable = self.store.credentials
                return f"Credentials: the connection string in the environment variable {variable}."
            return (
                "Credentials: AZURE_STORAGE_CONNECTION_STRING of the environment, or who you are at Azure "
                "(managed identity, az login)."
            )
        if self.store.profile is not None:
            return f"Credentials: the profile {self.store.profile!r} of ~/.aws/credentials."
        return (
            "Credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of the environment, "
            "or ~/.aws/credentials."
        )

    @property
    def _azure_options(self) -> dict[str, Any]:
        if self.store.credentials is not None:
            return {"connection_string": Variable(self.store.credentials)}
        account, _, service = (urlsplit(self.store.endpoint_url or "").hostname or "").partition(".")
        # Elsewhere an account's name is not told by its address.
        if not service.startswith("blob."):
            return {}
        host = {} if service == "blob.core.windows.net" else {"account_host": f"{account}.{service}"}
        return {"account_name": account, "anon": False, **host}


def whole_path(path: str) -> str:
    """Return the path of the folder that is one store of arrays by its name, where `path` leads into one."""
    segments = path.split("/")
    for number, segment in enumerate(segments, 1):
        if segment.lower().endswith(_ZARR):
            return "/".join(segments[:number])
    return path


def is_store_by_name(path: str) -> bool:
    """Return whether the last name of `path` is that of a store of arrays."""
    return path.lower().endswith(_ZARR)
