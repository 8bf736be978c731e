"""The ways into a bucket, in the order of the tables."""

from __future__ import annotations

from .base import BucketContender
from .pages import BarePage, BigUploadPage
from .programs import BigUploadProgram, Boto3

THROUGH: tuple[BucketContender, ...] = (
    Boto3(),
    BigUploadProgram(),
    BigUploadPage("bucket-page", "BigUpload's page, through the server", direct=False),
)
DIRECT: tuple[BucketContender, ...] = (
    BarePage("bare-page", "a bare page, straight to the bucket", digests=False),
    BarePage("bare-digests", "the same, digesting each part first", digests=True),
    BigUploadPage("direct-page", "BigUpload's page, straight to the bucket", direct=True),
)
BURDEN: tuple[BucketContender, ...] = THROUGH[1:]
