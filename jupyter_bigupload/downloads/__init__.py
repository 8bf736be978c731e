"""What clients download: single files, and folders or selections as archives. All from anywhere in them."""

from .download import Download
from .files import file_download

__all__ = ["Download", "file_download"]
