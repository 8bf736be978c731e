"""Where Chromium is, and how tests start it."""

from __future__ import annotations

import os

from playwright.async_api import ViewportSize

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: Nothing can drive the pickers of the File System Access API, so these pages have none, like those of
#: Firefox, Safari and plain http; `kept_files.py` has pages with one.
WITHOUT_FILE_HANDLES = """
for (const picker of ['showOpenFilePicker', 'showDirectoryPicker']) {
  Object.defineProperty(window, picker, {value: undefined});
}
"""
WINDOW = ViewportSize(width=1400, height=900)
