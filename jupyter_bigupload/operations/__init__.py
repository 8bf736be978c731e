"""Long work on what was uploaded, each piece in a process of its own."""
