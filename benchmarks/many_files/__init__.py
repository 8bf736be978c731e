"""Folders and thousands of small files, beside what else brings them there."""
