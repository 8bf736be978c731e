"""The files of a multipart/form-data body (RFC 7578), as they stream in."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

from multipart import MultipartError, MultipartSegment, PushMultipartParser, content_disposition_unquote

from ...errors import Malformed
from ..parsing.headers import parameters, unquoted


class FormFile:
    """One file of a form: iterate over it for its bytes."""

    def __init__(self, name: str, content_type: str, body: AsyncIterator[bytes]) -> None:
        self.name = name
        self.content_type = content_type
        self._body = body

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._body


async def form_files(body: AsyncIterator[bytes], content_type: str) -> AsyncGenerator[FormFile]:
    """Yield the files of a form; fields that are no files are passed over.

    A file's bytes must be taken before the next file is asked for; what is left of it then is dropped.

    Raises
    ------
    Malformed
        When the body is no complete form.
    """
    events = _events(body, _boundary(content_type))
    async for event in events:
        name = _file_name(event) if isinstance(event, MultipartSegment) else None
        if isinstance(event, MultipartSegment) and name is not None:
            content = _content(events)
            yield FormFile(name, event.content_type or "", content)
            async for _ in content:
                pass


async def _events(
    body: AsyncIterator[bytes], boundary: str
) -> AsyncGenerator[MultipartSegment | bytearray | bytes | None]:
    try:
        with PushMultipartParser(boundary) as parser:
            async for piece in body:
                for event in parser.parse(piece):
                    yield event
    except MultipartError as error:
        raise Malformed(f"The form can't be read: {error}.") from None


async def _content(
    events: AsyncIterator[MultipartSegment | bytearray | bytes | None],
) -> AsyncIterator[bytes]:
    async for event in events:
        if event is None:
            return
        if not isinstance(event, MultipartSegment):
            yield bytes(event)


def _file_name(part: MultipartSegment) -> str | None:
    """Return the name of a part's file. The parser's own has lost what looks like a folder of Windows."""
    raw = parameters(part.header("Content-Disposition", "")).get("filename")
    return None if raw is None else content_disposition_unquote(raw)


def _boundary(content_type: str) -> str:
    boundary = unquoted(parameters(content_type).get("boundary", ""))
    if not boundary:
        raise Malformed("The form has no boundary.")
    return boundary
