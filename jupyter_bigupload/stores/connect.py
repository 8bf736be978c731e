"""From settings to a destination: the one place that knows which store speaks to what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import Unsupported
from ._destination_settings import DestinationSettings
from .destinations import Destination

if TYPE_CHECKING:
    from .azure import AzureBlobs
    from .bucket import BucketStore
    from .s3 import S3


def connector(spool: Path) -> Callable[[DestinationSettings], Destination]:
    """Return what makes destinations of settings.

    The client libraries are optional, and are loaded only once there is a destination for them.

    Parameters
    ----------
    spool : Path
        Folder in which chunks that are no whole parts are gathered.
    """

    def connect(settings: DestinationSettings) -> Destination:
        kinds = {"s3": _s3, "azure": _azure}
        return kinds[settings.kind](settings, spool / settings.name)

    return connect


def _s3(settings: DestinationSettings, spool: Path) -> Destination:
    try:
        from .bucket import BucketStore  # noqa: PLC0415  # optional, as above
        from .s3 import S3  # noqa: PLC0415  # optional, as above
    except ImportError:
        raise Unsupported(_install("s3")) from None
    s3 = S3(
        bucket=settings.bucket,
        prefix=settings.prefix,
        endpoint_url=settings.endpoint_url,
        region=settings.region,
        path_style=settings.path_style,
        profile=settings.profile,
        checksum=settings.checksum,
    )
    store = BucketStore(s3, prefix=settings.prefix, spool=spool, part_size=settings.part_size)
    return _destination(settings, store, s3)


def _azure(settings: DestinationSettings, spool: Path) -> Destination:
    try:
        from .azure import AzureBlobs  # noqa: PLC0415  # optional, as above
        from .bucket import BucketStore  # noqa: PLC0415  # optional, as above
    except ImportError:
        raise Unsupported(_install("azure")) from None
    blobs = AzureBlobs(
        container=settings.bucket,
        prefix=settings.prefix,
        endpoint_url=settings.endpoint_url,
        credentials=settings.credentials,
    )
    store = BucketStore(blobs, prefix=settings.prefix, spool=spool, part_size=settings.part_size)
    return _destination(settings, store, blobs)


def _install(extra: str) -> str:
    return f"This kind of bucket needs more packages: pip install 'jupyter_bigupload[{extra}]'."


def _destination(settings: DestinationSettings, store: BucketStore, port: S3 | AzureBlobs) -> Destination:
    return Destination(
        settings.name,
        settings.title,
        settings.kind,
        store,
        port.check,
        signer=store if settings.direct else None,
        objects=port.objects,
        url=settings.url,
        note=settings.note,
        endpoint_url=settings.endpoint_url,
        region=settings.region,
        profile=settings.profile,
        path_style=settings.path_style,
        credentials=settings.credentials,
    )
