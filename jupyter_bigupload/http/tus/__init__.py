"""tus 1.0, translated to the upload service."""
