"""tuspy, the Python client of the tus project. Usage: see the package; before it, `plain` or `checksum`."""

from __future__ import annotations

import sys
from pathlib import Path

from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed
from tusclient.storage.filestorage import FileStorage

#: Bytes of a request.
_CHUNK = 2**19


def main(  # noqa: PLR0917  # what the command line brings
    checksum: str, url: str, token: str, file: str, name: str, state: str
) -> int:
    storage = FileStorage(str(Path(state, "urls.json")))  # type: ignore[no-untyped-call]  # as published
    client = TusClient(f"{url}api/bigupload/tus", headers={"Authorization": f"token {token}"})
    try:
        uploader = client.uploader(
            file,
            chunk_size=_CHUNK,
            metadata={"filename": name},
            retries=8,
            retry_delay=0.1,
            store_url=True,
            url_storage=storage,
            upload_checksum=checksum == "checksum",
        )
        uploader.upload()
    except (TusCommunicationError, TusUploadFailed) as error:
        said = error.response_content or b""
        print(f"{type(error).__name__} {error.status_code}: {error} {said[:200]!r}")  # noqa: T201  # what the test reads
        return 1
    finally:
        storage.close()  # type: ignore[no-untyped-call]  # as published
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
