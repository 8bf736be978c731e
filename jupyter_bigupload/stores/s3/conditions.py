"""Requests with keywords that not all stores know: conditions, and checksums."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Any

from botocore.exceptions import ClientError

#: Answers of stores that don't know a condition.
UNCONDITIONAL = frozenset({"NotImplemented", "InvalidArgument", "InvalidRequest"})
#: The condition that a key is free.
IF_FREE = {"IfNoneMatch": "*"}


def keywords(options: Mapping[str, str]) -> Any:
    """Return keywords of a boto3 method, which has them typed one by one."""
    return options


def if_known(
    request: Callable[[Mapping[str, str]], object], options: Mapping[str, str], *, unknown: Container[str]
) -> None:
    """Make a request with `options`; once more without `IF_FREE`, if the store does not know that.

    Parameters
    ----------
    unknown : Container[str]
        Codes of the errors that say so.
    """
    try:
        request(options)
    except ClientError as error:
        rest = {name: value for name, value in options.items() if name not in IF_FREE}
        if error.response["Error"].get("Code") not in unknown or len(rest) == len(options):
            raise
        request(rest)
