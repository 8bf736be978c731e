"""`python -m benchmarks.buckets.boto3_program ORDER`: upload a file with boto3, once told to."""

from __future__ import annotations

import json
import sys
import time

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config


def main() -> None:
    """Connect, wait, upload, and say when."""
    order = json.loads(sys.argv[1])
    client = boto3.client(
        "s3",
        endpoint_url=order["endpoint"],
        region_name="us-east-1",
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            request_checksum_calculation=order["checksums"],
        ),
    )
    config = TransferConfig(
        multipart_threshold=order["part"],
        multipart_chunksize=order["part"],
        max_concurrency=order["parallel"],
        preferred_transfer_client="classic",
    )
    client.head_bucket(Bucket=order["bucket"])  # loads what boto3 loads with the first request
    print("ready", flush=True)
    sys.stdin.readline()
    start = time.time()
    client.upload_file(order["file"], order["bucket"], order["key"], Config=config)
    print(f"{start:.6f} {time.time():.6f}", flush=True)
    sys.stdin.readline()  # until the costs are read


if __name__ == "__main__":
    main()
