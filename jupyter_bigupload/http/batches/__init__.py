"""Many files at once: `api/bigupload/batches` with `signed` and `sent`, `existing` and `removal`."""
