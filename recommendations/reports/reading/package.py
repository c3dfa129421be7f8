"""Word and Excel files are archives of XML: opened within bounds, nothing in them is trusted."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from recommendations.reports.reading.found import ReadingBudget, UnreadableFile
from recommendations.uploads.archives import BROKEN_ARCHIVE, has_definitions, has_endless_tag

MOST_PARTS = 4_000
MOST_PART = 24 * 1024 * 1024  # bytes of one part, unpacked
MOST_ELEMENTS = 200_000  # of XML: the longest report as Word or Excel has a quarter of them
DEEPEST_ELEMENT = 100
MOST_UNPACKED = 64 * 1024 * 1024  # bytes of all parts that are read
OFFICE_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # compound file: Office behind a password, or before 2007
CARRIED_SPACE = "{urn:anbefalingsrapport:2}rapport"


class PackedParts:
    """The parts of an archive by name, each unpacked when it is asked for, together no more than the bounds."""

    def __init__(self, content: bytes) -> None:
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(content))
            inside = self.archive.infolist()
        except BROKEN_ARCHIVE as error:
            raise broken_package() from error
        if len(inside) > MOST_PARTS:
            raise bursting_package()
        self.sizes = {info.filename: info.file_size for info in inside}
        self.read_so_far = self.elements = 0
        self.budget = ReadingBudget(str(bursting_package()))

    def bytes_of(self, name: str) -> bytes:
        """A part whole; empty where there is none."""
        if name not in self.sizes:
            return b""
        try:
            with self.archive.open(name) as part:
                content = part.read(MOST_PART + 1)
        except BROKEN_ARCHIVE as error:
            raise broken_package() from error
        self.read_so_far += len(content)
        if len(content) > MOST_PART or self.read_so_far > MOST_UNPACKED:
            raise bursting_package()
        if has_endless_tag(content):
            raise bursting_package()
        if has_definitions(content):
            raise broken_package()
        return content

    def has_text(self, name: str, text: bytes) -> bool:
        return text in self.bytes_of(name)

    def events(self, name: str) -> Iterator[tuple[str, ElementTree.Element]]:
        """Each start and end of an element in a part of XML, in order; whoever reads clears what is done with."""
        content = self.bytes_of(name)
        if not content:
            return
        try:
            depth = 0
            for what, element in ElementTree.iterparse(io.BytesIO(content), events=("start", "end")):
                self.elements += what == "start"
                depth += 1 if what == "start" else -1
                if self.elements > MOST_ELEMENTS or depth > DEEPEST_ELEMENT:
                    raise bursting_package()
                yield what, element
        except (ElementTree.ParseError, UnicodeError, ValueError) as error:
            raise broken_package() from error

    def tree(self, name: str) -> ElementTree.Element | None:
        """A small part whole; None where there is none."""
        root = None
        for what, element in self.events(name):
            root = element if root is None and what == "start" else root
        return root

    def relations(self, name: str) -> dict[str, str]:
        """Where a part's relations lead, by their keys: names of parts, or addresses outside."""
        folder, _slash, last = name.rpartition("/")
        found = {}
        root = self.tree(f"{folder}/_rels/{last}.rels" if folder else f"_rels/{last}.rels")
        for element in root if root is not None else ():
            target = element.get("Target", "")
            if element.get("TargetMode") != "External":
                target = _part_named(folder, target)
            found[element.get("Id", "")] = target
        return found

    def named(self, begins: str, ends: str = ".xml") -> list[str]:
        return sorted(name for name in self.sizes if name.startswith(begins) and name.endswith(ends))

    def carried(self) -> bytes:
        """The report's own JSON, where a custom part holds it."""
        for name in self.named("customXml/"):
            if "/_rels/" in name:
                continue
            content = self.bytes_of(name)
            if b"urn:anbefalingsrapport:2" in content:
                root = self.tree(name)
                if root is not None and root.tag == CARRIED_SPACE:
                    return (root.text or "").encode()
        return b""

    def properties(self) -> list[str]:
        """What the file says about itself."""
        found = []
        for name in self.named("docProps/"):
            root = self.tree(name)
            found += [text for text in root.itertext() if text.strip()] if root is not None else []
        return found


def _part_named(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    parts = folder.split("/") if folder else []
    for part in target.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def broken_package() -> UnreadableFile:
    return UnreadableFile(
        _("Filen er gået i stykker og kan ikke pakkes ud. Hent den igen, hvor du fik den, og kontrollér den nye.")
    )


def bursting_package() -> UnreadableFile:
    return UnreadableFile(
        _("Filen fylder langt mere, end en rapport kan, når den pakkes ud. Den er ikke læst. Hent rapporten med koden.")
    )


def locked_package() -> UnreadableFile:
    return UnreadableFile(
        _("Filen er låst med en adgangskode eller gemt i et gammelt format. Gem den uden, og kontrollér den igen.")
    )
