"""The command `jupyter bigupload`: from a terminal to a Jupyter server that has this extension.

Its help must be there at once: nothing here loads the client before a command needs it, and nothing ever
loads the server (docs/cli.md is for people, `exits.py` for scripts).
"""

from __future__ import annotations

from .main import main

__all__ = ["main"]
