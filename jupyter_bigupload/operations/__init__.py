"""Long work on files that are there, each done by a process of its own."""
