"""From settings to a destination: the one place that knows which store speaks to what."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import Unsupported
from ..stores.local import LocalStore
from .registry import HOME, HOME_TITLE, Destination
from .settings import DestinationSettings

if TYPE_CHECKING:
    from ..stores.azure import AzureBlobs
    from ..stores.s3 import S3


def home_folder(root: Path, min_free_space: int = 0) -> Destination:
    """Return the destination that is the folder which the server shows.

    Parameters
    ----------
    min_free_space : int
        Bytes that stay free on its disk.
    """
    return Destination(HOME, HOME_TITLE, "folder", LocalStore(root, min_free_space=min_free_space))


def connector(spool: Path, min_free_space: int = 0) -> Callable[[DestinationSettings], Destination]:
    """Return what makes destinations of settings.

    The client libraries are optional, and are loaded only once there is a destination for them.

    Parameters
    ----------
    spool : Path
        Folder in which chunks that are no whole parts are gathered.
    min_free_space : int
        Bytes that stay free on its disk.
    """

    def connect(settings: DestinationSettings) -> Destination:
        port = _s3(settings) if settings.kind == "s3" else _azure(settings)
        with _extra(settings.kind):
            from ..stores.bucket import BucketStore  # noqa: PLC0415  # optional, as above
        store = BucketStore(
            port,
            prefix=settings.prefix,
            spool=spool / settings.name,
            part_size=settings.part_size,
            max_parts=settings.max_parts,
            max_size=settings.max_size,
            max_copy=settings.max_copy,
            min_free_space=min_free_space,
        )
        return Destination(
            settings.name,
            settings.title,
            settings.kind,
            store,
            signer=store if settings.direct else None,
            objects=port.objects,
            url=settings.url,
            note=settings.note,
            address=settings.address,
        )

    return connect


async def disconnect() -> None:
    """Close the connections to stores that are kept between requests."""
    with contextlib.suppress(ModuleNotFoundError):  # there are none then
        from ..stores.bucket import close_connections  # noqa: PLC0415  # optional, as above

        await close_connections()


def _s3(settings: DestinationSettings) -> S3:
    with _extra("s3"):
        from ..stores.s3 import S3  # noqa: PLC0415  # optional, as above
    return S3(settings.bucket, settings.address, prefix=settings.prefix, checksum=settings.checksum)


def _azure(settings: DestinationSettings) -> AzureBlobs:
    with _extra("azure"):
        from ..stores.azure import AzureBlobs  # noqa: PLC0415  # optional, as above

        return AzureBlobs(settings.bucket, settings.address, prefix=settings.prefix, direct=settings.direct)


@contextlib.contextmanager
def _extra(name: str) -> Iterator[None]:
    """Say what to install where something is missing that comes with the extra `name`."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith(__package__.split(".", maxsplit=1)[0]):
            raise
        raise Unsupported(
            f"This kind of bucket needs more packages: pip install 'jupyter_bigupload[{name}]'."
        ) from None
