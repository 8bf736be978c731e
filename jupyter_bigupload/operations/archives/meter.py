"""What came out of an archive so far, held against its bounds."""

from __future__ import annotations

from ...errors import ArchiveTooLarge
from .model import Bounds, Progress

#: Progress is told each time so many bytes were read or written.
_REPORT_EVERY = 2**20
#: What a name counts for in that, however small its file.
_NAME = 4096
#: What a stream may hold beside the bytes of its files: padding, and the headers of each name.
_OVERHEAD = 64 * 2**20
_OVERHEAD_OF_NAME = 4096


class Meter:
    """Counts input, output and names, raises where a bound is passed, and tells progress.

    Attributes
    ----------
    total : int or None
        Bytes of output that the archive claims.
    """

    def __init__(self, bounds: Bounds, progress: Progress) -> None:
        self.bounds = bounds
        self.total: int | None = None
        self.written = 0
        self._progress = progress
        self._entries = 0
        self._names = 0
        self._links = 0
        self._read = 0
        self._expanded = 0
        self._unreported = 0

    def read(self, length: int) -> None:
        """Count bytes of the archive."""
        self._read += length
        self._tick(length)

    def expand(self, length: int) -> None:
        """Count bytes that came out of a decompressor, of files or not.

        Raises
        ------
        ArchiveTooLarge
            When they are more than a sound archive has.
        """
        self._expanded += length
        expanded, bounds = self._expanded, self.bounds
        if expanded > bounds.ratio_above and expanded > bounds.most_ratio * self._read:
            raise ArchiveTooLarge(
                f"The archive is refused: every byte of it becomes more than {bounds.most_ratio:g}, "
                "as in archives that are made to fill disks.",
                limit=bounds.most_ratio,
            )
        if expanded > bounds.most_bytes + _OVERHEAD + _OVERHEAD_OF_NAME * self._entries:
            raise self._too_many_bytes()

    def write(self, length: int) -> None:
        """Count bytes of a file that are about to be written.

        Raises
        ------
        ArchiveTooLarge
            When all together are too many.
        """
        self.written += length
        if self.written > self.bounds.most_bytes:
            raise self._too_many_bytes()
        self._tick(length)

    def add_entry(self) -> None:
        """Count what an archive says of a file, a folder or a link.

        Raises
        ------
        ArchiveTooLarge
            When there are too many.
        """
        self._entries += 1
        if self._entries > self.bounds.most_files:
            raise self.too_many_files()
        self._tick(_NAME)

    def add_name(self) -> None:
        """Count a file, a folder or a link that is made.

        Raises
        ------
        ArchiveTooLarge
            When there are too many.
        """
        self._names += 1
        if self._names > self.bounds.most_files:
            raise self.too_many_files()
        self._tick(_NAME)

    def add_link(self) -> None:
        """Count a symbolic link, besides as a name.

        Raises
        ------
        ArchiveTooLarge
            When there are too many.
        """
        self._links += 1
        limit = self.bounds.most_links
        if self._links > limit:
            raise ArchiveTooLarge(f"The archive has more than {limit:,} symbolic links.", limit=limit)

    def too_many_files(self) -> ArchiveTooLarge:
        """Return the error for that."""
        limit = self.bounds.most_files
        return ArchiveTooLarge(f"The archive has more than {limit:,} files and folders.", limit=limit)

    def report(self) -> None:
        """Tell progress now."""
        self._unreported = 0
        self._progress(self.written, self.total)

    def _tick(self, amount: int) -> None:
        self._unreported += amount
        if self._unreported >= _REPORT_EVERY:
            self.report()

    def _too_many_bytes(self) -> ArchiveTooLarge:
        limit = self.bounds.most_bytes
        return ArchiveTooLarge(f"The archive holds more than {limit:,} bytes.", limit=limit)
