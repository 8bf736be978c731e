"""Where the API of an object store is, and whose credentials open it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StoreAddress:
    """How a bucket is reached, by this server and by others. None of it is a secret.

    Parameters
    ----------
    endpoint_url : str or None
        Of the store's API; None for the provider's own (Azure: for what the credentials say).
    region : str or None
        None for the bucket's own on AWS, and what AWS's settings say elsewhere.
    path_style : bool or None
        Whether the bucket is a segment of the path instead of a part of the host name; None for what works
        with the store.
    profile : str or None
        The AWS profile with the credentials; None for the library's usual chain.
    credentials : str or None
        The environment variable with Azure's connection string; None for those that Azure's own tools read.
    """

    endpoint_url: str | None = None
    region: str | None = None
    path_style: bool | None = None
    profile: str | None = None
    credentials: str | None = None
