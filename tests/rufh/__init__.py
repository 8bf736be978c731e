"""Resumable uploads for HTTP (draft-ietf-httpbis-resumable-upload), against real servers, byte by byte.

The sections in the names of tests and files are those of draft -12; where an older one says something else, a
test says which.
"""
