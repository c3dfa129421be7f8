"""The whole lists as files: each is made once for a data version and a day, while it is sent, and then sent as it lies.

The files lie in `VAR_DIR`, each node has its own, and all of them can be lost. Whoever asks while one is being made
makes one too, and the last that is ready stays: all of them are right. Those of older versions are never sent: they go
where something was withheld in the act, on other nodes when the next is made there, or by `manage.py work`. They are
packed (gzip) but for those that are packed by nature, and are sent packed to whoever unpacks them.
"""

from __future__ import annotations

import logging
import os
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from django.db import DEFAULT_DB_ALIAS, DatabaseError
from django.utils import timezone

from recommendations import data_version, list_files, tenancy
from recommendations.reports import kept_lines
from recommendations.reports.choices import Choices
from recommendations.selection import Selection

logger = logging.getLogger(__name__)

QUICK, GZIP = 1, 31  # how hard zlib tries, while somebody waits; and how it is told to write as gzip does
PACKED_BY_NATURE = {"xlsx"}
BLOCK = 64 * 1024  # bytes


class WholeFile:
    """The file of a whole list in the format `code`, as it is at the data version that is asked for."""

    def __init__(self, choices: Choices, code: str) -> None:
        now = (data_version.asked(), data_version.changed_at(), timezone.localdate(), kept_lines.look())
        self.asked = now[0]
        self.version = f"{self.asked}-{zlib.crc32(repr(now).encode()):08x}"
        self.municipality = tenancy.current()
        self.path = list_files.folder() / f"{self.version}-{choices.models[0]._meta.model_name}.{code}"
        self.is_packed = code not in PACKED_BY_NATURE

    @staticmethod
    def is_of(choices: Choices) -> bool:
        """Whether all there is today is asked for, and it may be kept."""
        return data_version.asked() is not None and choices.selection == Selection()

    def opened(self) -> BinaryIO | None:
        """The file as it lies; None before it is made."""
        try:
            return self.path.open("rb")
        except OSError:
            return None

    def kept(self, pieces: Generator[bytes], *, sent_packed: bool) -> Generator[bytes]:
        """The pieces as they come, packed or not; once all have come, they are the file."""
        begun = self.path.with_name(f".{self.path.name}-{token_hex(4)}")
        file, pack = self._begun(begun), zlib.compressobj(QUICK, wbits=GZIP)
        try:
            with closing(pieces):
                for piece in pieces:
                    packed = pack.compress(piece) if self.is_packed else piece
                    file = _written(file, packed)
                    yield packed if sent_packed else piece
            end = pack.flush() if self.is_packed else b""
            file = _written(file, end)
            if file:
                file.close()
                begun.replace(self.path)
                if not self._still_stands():
                    self.path.unlink(missing_ok=True)
            if sent_packed:
                yield end
        finally:
            if file:
                file.close()
            with suppress(OSError):  # it has been put in its place, or there never was one
                begun.unlink()

    def _begun(self, path: Path) -> BinaryIO | None:
        """The file to write to; none where there can be none: what is sent does not depend on it."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            list_files.remove_others(path.parent, self.version)
            return path.open("xb", buffering=0)
        except OSError:
            logger.warning("The file of a whole list cannot be kept.", exc_info=True)
            return None

    def _still_stands(self) -> bool:
        """Whether nothing was done while it was made; else what has been withheld could lie there again. One query."""
        try:
            with tenancy.active(self.municipality):  # none is while a server sends
                return data_version.newest(DEFAULT_DB_ALIAS) == self.asked
        except DatabaseError:
            return False


def _written(file: BinaryIO | None, piece: bytes) -> BinaryIO | None:
    """The file, with the piece; none where it could not be written, as on a disk that is full."""
    if file is None:
        return None
    try:
        file.write(piece)
    except OSError:
        logger.warning("The file of a whole list cannot be kept.", exc_info=True)
        file.close()
        return None
    return file


def remove_older(version: int | str | None = None) -> None:
    """Take away what lies on this node of other versions than `version`, by default the last event's."""
    list_files.remove_others(list_files.folder(), str(data_version.newest() if version is None else version))


def unpacked_size(file: BinaryIO) -> int:
    """How much a packed file holds (bytes), as gzip says at its end (RFC 1952). The file is at its beginning then."""
    file.seek(-4, os.SEEK_END)
    size = int.from_bytes(file.read(4), "little")
    file.seek(0)
    return size


def unpacked(file: BinaryIO) -> Iterator[bytes]:
    unpack = zlib.decompressobj(wbits=GZIP)
    with file:
        while block := file.read(BLOCK):
            yield unpack.decompress(block)
