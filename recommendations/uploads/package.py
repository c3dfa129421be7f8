"""Word and Excel files: archives of parts that point at each other (Open Packaging Conventions).

Only parts that the document itself leads to are kept, and only kinds of parts that are known here. A kind that nobody
has thought of is refused with a sentence, never passed on unseen.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from lxml import etree

from recommendations.uploads.archives import BROKEN_ARCHIVE, has_endless_tag
from recommendations.uploads.kinds import ADDRESSES, FileKind, not_what_it_says, too_much, unreadable
from recommendations.uploads.media import plain_media

MOST_PARTS, MOST_BYTES, MOST_XML = 2_000, 100 * 1024 * 1024, 24 * 1024 * 1024
MOST_TAGS = 1_000_000  # of one part: each takes some 200 bytes while it is looked at
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest day an archive can say
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "[Content_Types].xml"
BROKEN = (*BROKEN_ARCHIVE, etree.LxmlError)
PATH = re.compile(r"[A-Za-z]:[\\/]|\\\\|file:", re.IGNORECASE)
MACROS = {"vbaProject", "wordVbaData", "xlMacrosheet", "xlIntlMacrosheet"}
EMBEDDED = {"oleObject", "package", "control", "activeXControlBinary", "ctrlProp", "subDocument", "aFChunk"}
FETCHED = {"externalLink", "externalLinkPath", "xlExternalLinkPath", "connections", "queryTable", "powerPivotData"}
DRAWN = {"image", "chart", "chartEx", "chartUserShapes", "diagramData", "diagramLayout", "diagramQuickStyle",
         "diagramColors", "hyperlink"}  # fmt: skip
MEDIA = {"image", "font"}  # whatever the part is called
DRAWN_UNNAMED = {"diagramDrawing", "chartStyle", "chartColorStyle", "themeOverride"}


@dataclass(frozen=True)
class Relation:
    """That one part leads to another, or to an address outside. `kind` is the last word of its type."""

    element: Any

    @property
    def key(self) -> str:
        return str(self.element.get("Id"))

    @property
    def kind(self) -> str:
        return str(self.element.get("Type")).rsplit("/", 1)[-1]

    @property
    def target(self) -> str:
        return str(self.element.get("Target"))

    @property
    def is_outside(self) -> bool:
        return bool(self.element.get("TargetMode") == "External")


class Package:
    """One file on its way to be kept. Which kinds of parts are kept, dropped and how cleaned: the two below."""

    file_kind: FileKind
    named: set[str] = DRAWN  # kept where the part that leads there asks for them by key
    unnamed: set[str] = DRAWN_UNNAMED  # kept without
    dropped: set[str] = set()

    def __init__(self, name: str, content: bytes):
        self.name = name
        self.content = content
        self.kept: dict[str, bytes] = {}

    def plain(self) -> bytes:
        try:
            with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
                self.archive = archive
                self._check_bounds()
                types = self.read_xml(TYPES)
                main = self._main_part(types)
                self._keep_relations("", [main])
                self._keep_parts(posixpath.normpath(main.target.lstrip("/")), main)
                self._keep_types(types)
        except BROKEN as error:
            raise unreadable(self.name) from error
        return self._written()

    def clean(self, relation: Relation, root: Any) -> None:
        """Take out of one part, in place, what is not seen. `relation` is how it was reached."""
        raise NotImplementedError

    # --- Reading

    def _check_bounds(self) -> None:
        """Before anything is unpacked. What an archive says of its sizes is held to when it is read (zip bomb)."""
        members = self.archive.infolist()
        if len(members) > MOST_PARTS or sum(member.file_size for member in members) > MOST_BYTES:
            raise self._too_much()
        if any(member.file_size > MOST_XML and _is_xml(member.filename) for member in members):
            raise self._too_much()
        names = [member.filename.lower() for member in members]
        if len(set(names)) < len(names) or any(member.flag_bits & 1 for member in members):
            raise unreadable(self.name)

    def read_xml(self, path: str) -> Any:
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        content = self.archive.read(path)
        if content.count(b"<") > MOST_TAGS or has_endless_tag(content):
            raise self._too_much()
        root = etree.fromstring(content, parser)
        if root.getroottree().docinfo.doctype:
            raise ValueError("A part with definitions of its own")
        return root

    def relations_of(self, path: str) -> list[Relation]:
        folder, last = posixpath.split(path)
        listed = posixpath.join(folder, "_rels", f"{last}.rels")
        if listed not in self.archive.NameToInfo:
            return []
        return [Relation(element) for element in self.read_xml(listed)]

    def _main_part(self, types: Any) -> Relation:
        said = {str(one.get("ContentType")) for one in types}
        if any("macroEnabled" in one or "vba" in one for one in said):
            raise self._with_macros()
        main = [relation for relation in self.relations_of("") if relation.kind == "officeDocument"]
        path = "/" + main[0].target.lstrip("/") if main else ""
        of_main = [one.get("ContentType") for one in types if one.get("PartName") == path]
        if of_main != [f"{self.file_kind.content_type}.main+xml"]:
            raise not_what_it_says(self.name)
        return main[0]

    # --- What is kept

    def _keep_parts(self, main: str, relation: Relation) -> None:
        waiting = [(main, relation)]
        while waiting:
            path, relation = waiting.pop(0)
            if path not in self.kept:
                waiting += self._keep_part(path, relation)

    def _keep_part(self, path: str, relation: Relation) -> list[tuple[str, Relation]]:
        """Clean and keep one part; the parts that it leads to are given back."""
        if relation.kind in MEDIA or not _is_xml(path):
            self.kept[path] = self._plain_media(path)
            return []
        root = self.read_xml(path)
        clean_drawing(root)
        self.clean(relation, root)
        kept = list(self._kept_relations(path, relation, root))
        self.kept[path] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        self._keep_relations(path, kept)
        return [(resolved(path, one.target), one) for one in self.in_order(kept) if not one.is_outside]

    def in_order(self, relations: list[Relation]) -> list[Relation]:
        """In which order the parts are cleaned."""
        return relations

    def _plain_media(self, path: str) -> bytes:
        try:
            return plain_media(path, self.archive.read(path))
        except ValueError as error:
            raise self._not_cleanable(posixpath.basename(path)) from error

    def _kept_relations(self, path: str, owner: Relation, root: Any) -> Iterator[Relation]:
        named = named_in(root)
        for relation in self.relations_of(path):
            is_named = relation.key in named
            if relation.is_outside:
                if relation.kind in FETCHED:
                    raise self._fetches()
                if self._is_kept_address(relation, named.get(relation.key, [])) and is_named:
                    yield relation
            elif (relation.kind in self.named and is_named) or relation.kind in self.unnamed:
                yield relation
            elif not self._is_dropped(relation, owner, is_named=is_named):
                raise self._refused(relation)

    def _is_dropped(self, relation: Relation, owner: Relation, *, is_named: bool) -> bool:
        if relation.kind in self.dropped | self.named | {"hdphoto"}:
            return not is_named
        # The worksheet behind a chart: the chart carries the numbers that it shows.
        return owner.kind in {"chart", "chartEx"} and relation.kind in {"package", "oleObject"} and not is_named

    def _is_kept_address(self, relation: Relation, naming: list[Any]) -> bool:
        if relation.kind == "hyperlink" and relation.target.strip().lower().startswith(ADDRESSES):
            return True
        is_missed = forget_key(naming, relation.key)
        if relation.kind == "image" and is_missed:
            raise self._fetches()
        return False

    def _refused(self, relation: Relation) -> ValidationError:
        if relation.kind in MACROS:
            return self._with_macros()
        if relation.kind in FETCHED:
            return self._fetches()
        if relation.kind in EMBEDDED:
            return ValidationError(
                _("I filen »%(name)s« ligger der en anden fil. Slet den, eller gem det hele som PDF.")
                % {"name": self.name}
            )
        return self._not_cleanable(relation.kind)

    def _too_much(self) -> ValidationError:
        return too_much(self.name)

    def _with_macros(self) -> ValidationError:
        return ValidationError(
            _("Filen »%(name)s« har makroer. Gem den uden makroer, eller gem den som PDF.") % {"name": self.name}
        )

    def _fetches(self) -> ValidationError:
        return ValidationError(
            _("Filen »%(name)s« henter noget fra et andet sted. Sæt det ind som værdier, eller gem det hele som PDF.")
            % {"name": self.name}
        )

    def _not_cleanable(self, part: str) -> ValidationError:
        return ValidationError(
            _("Filen »%(name)s« har en del, der ikke kan renses (%(part)s). Gem den som PDF, og vælg PDF-filen.")
            % {"name": self.name, "part": part}
        )

    # --- Writing

    def _keep_relations(self, path: str, kept: Iterable[Relation]) -> None:
        elements = [relation.element for relation in kept]
        if not elements:
            return
        root = etree.Element(f"{{{RELATIONSHIPS}}}Relationships", nsmap={None: RELATIONSHIPS})
        root.extend(elements)
        folder, last = posixpath.split(path)
        listed = posixpath.join(folder, "_rels", f"{last}.rels")
        self.kept[listed] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

    def _keep_types(self, types: Any) -> None:
        for one in list(types):
            part = one.get("PartName")
            if part is not None and part.lstrip("/") not in self.kept:
                types.remove(one)
        written = etree.tostring(types, xml_declaration=True, encoding="UTF-8", standalone=True)
        self.kept = {TYPES: written} | self.kept

    def _written(self) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, content in self.kept.items():
                archive.writestr(zipfile.ZipInfo(path, LONG_AGO), content, zipfile.ZIP_DEFLATED)
        return made.getvalue()


def _is_xml(path: str) -> bool:
    return path.lower().endswith((".xml", ".rels", ".vml"))


def resolved(path: str, target: str) -> str:
    """The path of a part that is named from another one. KeyError at reading where there is none."""
    if target.startswith("/"):
        return posixpath.normpath(target.lstrip("/"))
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))


# --- XML --------------------------------------------------------------------------------------------------------------


def word_of(element: Any) -> str:
    """The name of an element or attribute without its namespace."""
    return str(element if isinstance(element, str) else element.tag).rsplit("}", 1)[-1]


def remove(element: Any) -> None:
    parent = None if element is None else element.getparent()
    if parent is not None:
        parent.remove(element)


def unwrap(element: Any) -> None:
    """What is in the element stands in its place."""
    if element.getparent() is not None:
        for child in list(element):
            element.addprevious(child)
        remove(element)


def elements(root: Any, *words: str) -> list[Any]:
    """All elements of these names, in whatever namespace, in order: a list, so that they can be removed."""
    return list(root.iter(*(f"{{*}}{word}" for word in words)))


def named_in(root: Any) -> dict[str, list[Any]]:
    """The keys of relations that a part asks for, with the elements that do."""
    found: dict[str, list[Any]] = {}
    for element in root.iter("*"):
        for attribute, value in element.attrib.items():
            if "relationships}" in attribute or attribute.endswith("relid") or attribute == "relId":
                found.setdefault(str(value), []).append(element)
    return found


def forget_key(naming: list[Any], key: str) -> bool:
    """Take out what points at the relation `key`. True where a picture would be missing then."""
    is_missed = False
    for element in naming:
        for attribute in [name for name, value in element.attrib.items() if value == key and "relationships}" in name]:
            del element.attrib[attribute]
        if word_of(element) in ("hlinkClick", "hlinkHover") or (
            word_of(element) == "hyperlink" and "spreadsheetml" in element.tag
        ):
            remove(element)
        elif word_of(element) in ("blip", "imagedata"):
            is_missed |= not any("relationships}" in name for name in element.attrib)
    return is_missed


def clean_drawing(root: Any) -> None:
    """What Word and Excel share: pictures are named after the files they came from, charts carry whole worksheets."""
    for element in elements(root, "docPr", "cNvPr"):
        element.set("name", element.get("id", ""))
        if PATH.search(element.get("descr", "")):
            del element.attrib["descr"]
    for element in elements(root, "imagedata", "shape", "fill"):
        for attribute in [name for name in element.attrib if word_of(name) in ("title", "href")]:
            del element.attrib[attribute]
    for element in elements(root, "externalData", "imgProps", "svgBlip"):
        holder = element.getparent()
        remove(holder if holder is not None and word_of(holder) == "ext" else element)
    for element in root.xpath("//*[starts-with(local-name(), 'filtered') and contains(local-name(), 'Series')]"):
        remove(element)
