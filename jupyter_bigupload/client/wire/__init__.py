"""The way to a server: where it is, what goes over it, and what is sent again."""
