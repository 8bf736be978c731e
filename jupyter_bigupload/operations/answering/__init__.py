"""Questions that are answered at once, in a process of its own: what is in a table or a database.

An operation is written down, and may take hours. A question is asked again for each step that somebody
scrolls, and nobody misses it when it is lost. What answers it needs libraries that the server shall not have
in its memory, so it runs beside the server, for as long as questions come.
"""

from __future__ import annotations

from .client import Answering

__all__ = ["Answering"]
