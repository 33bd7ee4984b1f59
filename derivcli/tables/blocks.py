"""Text in blocks of whole rows, so that a table of any length is read in constant memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from derivcli.errors import PointError

_BLOCK = 1 << 23
# A row that is longer is none.
_MAX_ROW = 1 << 28


def blocks(stream: BinaryIO, start: bytes, file: str, quoted: bool) -> Iterator[bytes]:
    """The bytes of a stream, cut where rows end.

    Args:
        stream: what follows `start`.
        start: what was read of it before.
        file: for errors.
        quoted: whether line breaks between quotation marks belong to a cell.

    Raises:
        PointError: a row without an end.
    """
    rest = start
    while part := stream.read(_BLOCK):
        rest += part
        cut = _cut(rest, quoted)
        if cut:
            yield rest[:cut]
            rest = rest[cut:]
        elif len(rest) > _MAX_ROW:
            raise PointError(f"{file} has a row of more than {_MAX_ROW:,} bytes: a quotation mark may be left open")
    if rest.strip():
        yield rest


def _cut(text: bytes, quoted: bool) -> int:
    """The length of the whole rows at the beginning of a text; 0 for none."""
    end = text.rfind(b"\n") + 1
    if not quoted or b'"' not in text:
        return end
    marks = text.count(b'"', 0, end)
    while end and marks % 2:
        before = text.rfind(b"\n", 0, end - 1) + 1
        marks -= text.count(b'"', before, end)
        end = before
    return end


def first_line(stream: BinaryIO, file: str) -> tuple[bytes, bytes]:
    """The first line that is not empty, and what was read after it.

    Raises:
        PointError: there is none.
    """
    text = b""
    while part := stream.read(_BLOCK):
        text = (text + part).removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
        line, end, rest = text.partition(b"\n")
        if end:
            return line, rest
        if len(text) > _MAX_ROW:
            raise PointError(f"{file} has a first row of more than {_MAX_ROW:,} bytes")
    if not text.strip():
        raise PointError(f"{file} is empty", hint="the first line holds the names of the columns")
    return text, b""
