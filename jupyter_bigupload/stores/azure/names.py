"""Names of the metadata of blobs."""

#: From which upload a blob came; which upload's blocks it is there to remove; what was said of its bytes.
TAG, REMOVES, STATED = "bigupload", "bigupload_removes", "bigupload_digests"
