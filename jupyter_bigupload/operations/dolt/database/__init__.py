"""A database of doltlite, open: where it is, what it is asked, its names, branches and types."""
