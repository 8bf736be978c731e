"""Many files at once: `api/bigupload/batches`, `existing` and `removal`."""
