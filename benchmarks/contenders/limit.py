"""The limits: the same browser and page as ours, into a handler that throws the bytes away."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from playwright.sync_api import Page

from ..browser import FINISH, Span, pick
from ..payload import Payload
from ..servers import Server, jupyter_server
from .lab_page import open_lab

_SEND = f"""([chunkSize, parallel]) => {{
  const field = document.createElement('input');
  field.type = 'file';
  field.id = 'benchmark-field';
  document.body.append(field);

  const xsrf = document.cookie.split('; ').findLast(cookie => cookie.startsWith('_xsrf=')).slice(6);
  const send = (file, start) => new Promise((resolve, reject) => {{
    const end = Math.min(start + chunkSize, file.size);
    const request = new XMLHttpRequest();
    request.open('POST', '/benchmarks/discard');
    request.responseType = 'json';
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('Content-Range', `bytes ${{start}}-${{end - 1}}/${{file.size}}`);
    request.setRequestHeader('X-XSRFToken', xsrf);
    request.onload = () => request.status === 200 && request.response.received === end - start
      ? resolve() : reject(new Error(`status ${{request.status}}`));
    request.onerror = () => reject(new Error('network'));
    // A whole File takes a shorter way through Chromium than any slice of it.
    request.send(end - start === file.size ? file : file.slice(start, end));
  }});

  field.onchange = async () => {{
    const [file] = field.files;
    let next = 0;
    const lane = async () => {{
      while (next < file.size) {{
        const start = next;
        next += chunkSize;
        await send(file, start);
      }}
    }};
    try {{
      await Promise.all(Array.from({{length: parallel}}, lane));
      {FINISH}
    }} catch (error) {{
      window.benchmark.error = String(error);
    }}
  }};
}}"""


class Limit:
    """What the browser can send and this server receive, when nothing is kept.

    Parameters
    ----------
    chunk_size : int
        Most bytes of a slice; of a file that is no longer, the File itself is sent.
    parallel : int
        Slices in flight.
    """

    def __init__(self, key: str, title: str, *, chunk_size: int, parallel: int) -> None:
        self.key = key
        self.title = title
        self._chunks = [chunk_size, parallel]

    def serve(self, folder: Path) -> AbstractContextManager[Server]:
        """Start JupyterLab, which has the extension of `discard.py` too."""
        return jupyter_server(folder)

    def open(self, page: Page, server: Server) -> None:
        """Add a file field to JupyterLab's page."""
        open_lab(page, server)
        page.evaluate(_SEND, self._chunks)

    def upload(self, page: Page, payload: Payload, *, timeout: float) -> Span:
        """Choose the file."""
        field = page.locator("#benchmark-field").element_handle()
        return pick(page, field, payload.path).wait_until_finished(timeout=timeout)

    def landed(self, server: Server, payload: Payload) -> None:
        """Return nothing: the bytes are gone."""
