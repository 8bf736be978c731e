"""Files and folders of a disk, in threads: what the home folder and the spool of buckets share."""
