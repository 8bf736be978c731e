"""Azure's library, set up with the server's own credentials."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from azure.storage.blob import BlobClient, BlobServiceClient, ContainerClient, LinearRetry

from ..errors import CredentialsMissing, InvalidName

_CONNECTION_STRING = "AZURE_STORAGE_CONNECTION_STRING"
_ACCOUNT, _KEY = "AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_KEY"
_PIECE = 4 * 2**20


@dataclass(frozen=True)
class Access:
    """A container, and the storage account's name and key, which signatures are made of."""

    container: ContainerClient
    account: str
    key: str = field(repr=False)

    def blob(self, name: str) -> BlobClient:
        """Return a client for the blob of this name.

        Raises
        ------
        InvalidName
            When Azure would give it another.
        """
        if "\\" in name:
            raise InvalidName("Azure takes a backslash in a name for a slash.")
        return self.container.get_blob_client(name)


def connect(container: str, endpoint_url: str | None, variable: str | None) -> Access:
    """Return a client for `container`. Asks nobody.

    Parameters
    ----------
    endpoint_url : str or None
        Of the account; None for what the connection string says, or Azure's own.
    variable : str or None
        The environment variable with the connection string; None for the ones that Azure's own tools read.

    Raises
    ------
    CredentialsMissing
        When there are none in the environment.
    """
    connection = os.environ.get(variable or _CONNECTION_STRING)
    account, key = os.environ.get(_ACCOUNT), os.environ.get(_KEY)
    if connection:
        fields = dict(field.split("=", 1) for field in connection.split(";") if "=" in field)
        key = fields.get("AccountKey")
        account = fields.get("AccountName")
        if not key or not account:
            raise CredentialsMissing(
                f"The connection string in {variable or _CONNECTION_STRING} lacks AccountName or AccountKey, "
                "which signing takes; copy it from the storage account's access keys."
            )
        endpoint_url = endpoint_url or _endpoint(fields, account)
    elif variable:
        raise CredentialsMissing(
            f"The server's environment has no {variable}; put the storage account's connection string there."
        )
    elif not account or not key:
        raise CredentialsMissing(
            "The server's environment has no credentials for Azure; put the storage account's connection "
            f"string in {_CONNECTION_STRING}, or its name and key in {_ACCOUNT} and {_KEY}."
        )
    retries = LinearRetry(backoff=2, retry_total=2, random_jitter_range=1)
    service = BlobServiceClient(
        endpoint_url or f"https://{account}.blob.core.windows.net",
        credential={"account_name": account, "account_key": key},
        retry_policy=retries,
        connection_timeout=5,
        read_timeout=60,
        # Whoever reads a blob holds one piece of it.
        max_single_get_size=_PIECE,
        max_chunk_get_size=_PIECE,
    )
    return Access(service.get_container_client(container), account, key)


def _endpoint(fields: dict[str, str], account: str) -> str:
    if "BlobEndpoint" in fields:
        return fields["BlobEndpoint"].rstrip("/")
    protocol = fields.get("DefaultEndpointsProtocol", "https")
    return f"{protocol}://{account}.blob.{fields.get('EndpointSuffix', 'core.windows.net')}"
