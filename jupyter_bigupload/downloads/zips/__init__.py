"""Archives whose layout is known before any file in them is read: stored, and ZIP64 where needed.

The format is that of PKWARE's APPNOTE 6.3.10, whose sections are named where they are followed.
"""

from .archive import Archive
from .checksums import Checksums
from .member import Member

__all__ = ["Archive", "Checksums", "Member"]
