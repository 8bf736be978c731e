"""Rows become a branch of a database, and are compared with what was sent."""
