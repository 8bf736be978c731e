"""Routes of protocols that pages of other origins speak too, where the administrator allows their origin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from jupyter_server.auth.decorator import allow_unauthenticated

from .bodies.streaming import StreamingHandler

_ALLOWED = "Access-Control-Allow-Headers"
_ORIGIN = "Access-Control-Allow-Origin"


class CrossOriginHandler(StreamingHandler):
    """A route whose own headers pass between origins."""

    #: Headers that such a page may send, and read.
    sent_by_pages: ClassVar[Sequence[str]] = ()
    read_by_pages: ClassVar[Sequence[str]] = ()

    def set_cors_headers(self) -> None:
        """Say which origins may read the answer, and what of it."""
        super().set_cors_headers()
        self.set_header("Access-Control-Expose-Headers", ", ".join(self.read_by_pages))

    @allow_unauthenticated
    def options(self, *args: Any, **kwargs: Any) -> None:
        """Say what such a page may send. A browser asks before it logs in."""
        origin = self._headers.get(_ORIGIN)
        super().options(*args, **kwargs)
        # It names any origin that announces an Authorization header, also one that is going to be refused.
        if origin is None:
            self.clear_header(_ORIGIN)
        else:
            self.set_header(_ORIGIN, origin)
        allowed = [self._headers.get(_ALLOWED, ""), *self.sent_by_pages]
        self.set_header(_ALLOWED, ", ".join(filter(None, allowed)))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write the error, so that such a page can read it."""
        self.restore_cors_headers()
        super().write_error(status_code, **kwargs)

    def restore_cors_headers(self) -> None:
        """Say again which origins may read the answer: `send_error` has dropped all headers."""
        if hasattr(self, "_jupyter_current_user"):  # else nobody knows yet who asks
            self.set_cors_headers()
