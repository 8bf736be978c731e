"""Uploads into a bucket, beside what else brings a file there."""

from __future__ import annotations

from .base import BucketContender
from .contenders import BURDEN, DIRECT, THROUGH
from .measure import BucketMeasurement, measure_bucket
from .store import open_store
from .tables import bucket_table

__all__ = [
    "BURDEN",
    "DIRECT",
    "THROUGH",
    "BucketContender",
    "BucketMeasurement",
    "bucket_table",
    "measure_bucket",
    "open_store",
]
