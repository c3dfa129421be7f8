"""What a packed file, and the XML in it, can do to whoever reads it: the one list of it for all readers."""

from __future__ import annotations

import lzma
import re
import zipfile
import zlib

# What the packed parts of a file can fail with: the archive's own complaints, and those of each way of packing.
BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OSError,
    KeyError,
)
LONGEST_TAG = 100_000  # bytes: thousands of attributes take minutes to read


def has_endless_tag(content: bytes, longest: int = LONGEST_TAG) -> bool:
    """Whether a tag of some XML or HTML is longer than any program writes."""
    return re.search(rb"<[^<>]{%d}" % longest, content) is not None


def has_definitions(content: bytes) -> bool:
    """Whether some XML defines words of its own (DTD), which can be made to grow without end, or could in secret.

    No Office program writes such a part, nor one in two bytes a letter (UTF-16), where a definition looks otherwise.
    """
    return b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\0" in content
