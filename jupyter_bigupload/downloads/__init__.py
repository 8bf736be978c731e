"""What clients download: single files, and folders or selections as archives. All from anywhere in them."""

from .download import Download
from .downloads import Downloads, Place
from .selections import Selection

__all__ = ["Download", "Downloads", "Place", "Selection"]
