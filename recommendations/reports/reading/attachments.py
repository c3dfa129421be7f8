"""What a PDF carries: the files attached to it, found without following its structure, each unpacked within bounds."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

ATTACHED = re.compile(rb"/EmbeddedFile\b")
STREAM_BEGINS = re.compile(rb"stream\r?\n")
MOST_ATTACHED = 24 * 1024 * 1024  # bytes of all of them, unpacked
MOST_ATTACHMENTS = 20


def attached_files(content: bytes) -> Iterator[bytes]:
    """Each attachment of a PDF that is not encrypted, in the order in which they stand in the file, within bounds."""
    room = MOST_ATTACHED
    for place in list(ATTACHED.finditer(content))[:MOST_ATTACHMENTS]:
        begins = STREAM_BEGINS.search(content, place.end(), place.end() + 2000)
        dictionary = content[content.rfind(b"obj", 0, place.start()) : begins.start()] if begins else b""
        if not begins or b"endobj" in dictionary:
            continue  # it only names the kind of file, for example in a table of names
        file = _stream(content, begins.end(), room, is_packed=b"FlateDecode" in dictionary)
        room -= len(file)
        if room <= 0:
            return
        if file:
            yield file


def _stream(content: bytes, start: int, most: int, *, is_packed: bool) -> bytes:
    """What begins there, unpacked: no more than `most` bytes of it."""
    if not is_packed:
        return content[start : content.find(b"endstream", start)].rstrip(b"\r\n")
    try:
        return zlib.decompressobj().decompress(memoryview(content)[start:], most)
    except zlib.error:
        return b""
