"""Resumable uploads for HTTP: the draft of the IETF (draft-ietf-httpbis-resumable-upload).

What its versions differ in is the table in `versions.py`, and nowhere else.
"""

from .creation import CreationHandler
from .resource import ResourceHandler

__all__ = ["CreationHandler", "ResourceHandler"]
