"""Tar archives, read as a stream: POSIX's (ustar, pax) and GNU's.

Blocks are parsed by the standard library (`tarfile.TarInfo.frombuf`); its `TarFile` is not used, since it
keeps every entry in memory, and reads extended headers of any size.
"""
