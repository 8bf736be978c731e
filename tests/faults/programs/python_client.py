"""Our own Python client."""

from __future__ import annotations

import sys

from jupyter_bigupload.client import BigUploadError, Client


def main(url: str, token: str, file: str, name: str, _state: str) -> int:
    try:
        with Client(url, token, timeout=5.0) as client:
            client.upload(file, name)
    except BigUploadError as error:
        print(f"{error.reason}: {error}")  # noqa: T201  # what the test reads
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
