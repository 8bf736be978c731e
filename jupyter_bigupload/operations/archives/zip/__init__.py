"""Zip archives, as APPNOTE.TXT describes them: stored, deflate, bzip2, LZMA, Zstandard; ZIP64.

The directory is read here and not by the standard library's `zipfile`, which reads all of it before it can be
asked anything, makes an object of a kilobyte for each entry, and believes what it says of places and sizes.
"""
