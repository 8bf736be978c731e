"""Translators from HTTP to the upload service."""
