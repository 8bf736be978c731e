"""Azure's library, set up with the server's own credentials."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from azure.core.credentials import AzureNamedKeyCredential, AzureSasCredential, TokenCredential
from azure.storage.blob import BlobClient, BlobServiceClient, LinearRetry

from ...errors import CredentialsMissing, InvalidName
from ..address import StoreAddress
from .errors import refuse_others
from .signing import AccountKey, DelegationKey, SharedAccessSignature, Signing

_CONNECTION_STRING = "AZURE_STORAGE_CONNECTION_STRING"
#: Fields of a connection string, and the variables that Azure's own tools read where there is none.
_NAME, _KEY, _SAS = "AccountName", "AccountKey", "SharedAccessSignature"
_ENVIRONMENT = {_NAME: "AZURE_STORAGE_ACCOUNT", _KEY: "AZURE_STORAGE_KEY", _SAS: "AZURE_STORAGE_SAS_TOKEN"}
_PIECE = 4 * 2**20


@dataclass(frozen=True)
class Access:
    """A container of a storage account, and who signs for its blobs."""

    service: BlobServiceClient
    container: str
    signing: Signing

    def blob(self, name: str) -> BlobClient:
        """Return a client for the blob of this name.

        Raises
        ------
        InvalidName
            When Azure would give it another.
        """
        if "\\" in name:
            raise InvalidName("Azure takes a backslash in a name for a slash.")
        return self.service.get_blob_client(self.container, name)


def connect(container: str, address: StoreAddress) -> Access:
    """Return access to `container`: by a key, else a shared access signature, else the server's identity.

    Nothing is sent.

    Raises
    ------
    CredentialsMissing
        When nothing in the environment could give access.
    """
    variable = address.credentials
    source = variable or _CONNECTION_STRING
    connection = os.environ.get(source)
    fields = _fields(connection) if connection else {} if variable else _of_environment()
    account, key, sas = (fields.get(name, "") for name in (_NAME, _KEY, _SAS))
    endpoint = address.endpoint_url or _endpoint(fields)
    if account and key:
        service = _service(endpoint, AzureNamedKeyCredential(account, key))
        return Access(service, container, AccountKey(account, key))
    if sas and endpoint:
        return Access(_service(endpoint, AzureSasCredential(sas)), container, SharedAccessSignature(sas))
    if connection:
        raise CredentialsMissing(
            f"The connection string in {source} has neither AccountName and AccountKey nor BlobEndpoint and "
            "SharedAccessSignature; copy it again from the storage account."
        )
    if variable:
        raise CredentialsMissing(
            f"The server's environment has no {variable}; put the storage account's connection string there."
        )
    return _as_itself(container, endpoint, account)


def _as_itself(container: str, endpoint: str, account: str) -> Access:
    """Return the access of the server's own identity: managed, a service principal, somebody's login."""
    if not endpoint.startswith("https:"):  # over anything else the library tells nobody who it is
        raise CredentialsMissing(
            "The server's environment has no credentials for Azure; put the storage account's connection "
            f"string in {_CONNECTION_STRING}. Where the server has an identity at Azure, the account's name "
            f"in {_ENVIRONMENT[_NAME]} is enough."
        )
    # Takes its time to load, and few need it.
    from azure.identity import DefaultAzureCredential  # noqa: PLC0415

    service = _service(endpoint, DefaultAzureCredential())
    account = service.account_name or account
    if not account:
        raise CredentialsMissing(
            f"The address {endpoint} tells no storage account; put its name in {_ENVIRONMENT[_NAME]}."
        )
    return Access(service, container, DelegationKey(account, service))


def _service(
    endpoint: str, credential: AzureNamedKeyCredential | AzureSasCredential | TokenCredential
) -> BlobServiceClient:
    return BlobServiceClient(
        endpoint,
        credential=credential,
        retry_policy=LinearRetry(backoff=2, retry_total=2, random_jitter_range=1),
        connection_timeout=5,
        read_timeout=60,
        raw_response_hook=refuse_others,
        # Whoever reads a blob holds one piece of it.
        max_single_get_size=_PIECE,
        max_chunk_get_size=_PIECE,
    )


def _fields(connection: str) -> Mapping[str, str]:
    return dict(field.split("=", 1) for field in connection.split(";") if "=" in field)


def _of_environment() -> Mapping[str, str]:
    """Return as fields of a connection string what has variables of its own."""
    found = {name: os.environ.get(variable, "") for name, variable in _ENVIRONMENT.items()}
    return {**found, _SAS: found[_SAS].lstrip("?")}


def _endpoint(fields: Mapping[str, str]) -> str:
    """Return the account's address, or an empty string where nothing tells it."""
    if "BlobEndpoint" in fields:
        return fields["BlobEndpoint"].rstrip("/")
    if not fields.get(_NAME):
        return ""
    protocol = fields.get("DefaultEndpointsProtocol", "https")
    return f"{protocol}://{fields[_NAME]}.blob.{fields.get('EndpointSuffix', 'core.windows.net')}"
