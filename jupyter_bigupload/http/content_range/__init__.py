"""Bodies of files, in chunks or whole: the plain Content-Range protocol, and chunks of an upload."""
