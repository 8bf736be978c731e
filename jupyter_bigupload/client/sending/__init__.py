"""Files, folders and streams of this computer on their way to a server."""
