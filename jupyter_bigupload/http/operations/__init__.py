"""The operations resource: `api/bigupload/operations`."""
