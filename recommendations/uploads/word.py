"""Word files as one reads them and no more: changes are carried out, comments and hidden text are gone."""

from __future__ import annotations

from typing import Any

from recommendations.uploads.kinds import WORD
from recommendations.uploads.package import (
    DRAWN,
    DRAWN_UNNAMED,
    PATH,
    Package,
    Relation,
    elements,
    remove,
    resolved,
    unwrap,
    word_of,
)

# Tracked changes that are not the text itself, comments, traces of who wrote when, and where a template lies.
TRACES = """
    rPrChange pPrChange sectPrChange tblPrChange tblPrExChange tblGridChange tcPrChange trPrChange numberingChange
    cellIns cellMerge delText delInstrText
    moveFromRangeStart moveFromRangeEnd moveToRangeStart moveToRangeEnd
    customXmlInsRangeStart customXmlInsRangeEnd customXmlDelRangeStart customXmlDelRangeEnd
    customXmlMoveFromRangeStart customXmlMoveFromRangeEnd customXmlMoveToRangeStart customXmlMoveToRangeEnd
    commentRangeStart commentRangeEnd commentReference annotationRef
    permStart permEnd proofErr rsids attachedTemplate mailMerge docVars trackRevisions documentProtection
    writeProtection revisionView saveThroughXslt attachedSchema schemaLibrary activeWritingStyle proofState docId
    dataBinding tag placeholder ffData smartTagPr customXmlPr
""".split()  # noqa: SIM905 — one name a line would be a page
UNDONE = ("del", "moveFrom", "conflictDel")
CARRIED_OUT = ("ins", "moveTo", "conflictIns", "smartTag", "customXml")
WHO_AND_WHEN = {"author", "date", "dateUtc", "initials"}
# Fields that only point within the text, count or link. What another one shows becomes text: AUTHOR, FILENAME …
KEPT_FIELDS = {"PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION", "TOC", "HYPERLINK", "REF", "PAGEREF", "NOTEREF",
               "STYLEREF", "SEQ", "INDEX", "SYMBOL", "EQ", "ADVANCE"}  # fmt: skip


class WordPackage(Package):
    notes: dict[str, set[str]]  # by kind: which notes the text still points at
    hidden_styles: set[str]
    file_kind = WORD
    named = DRAWN | {"header", "footer", "font"}
    unnamed = DRAWN_UNNAMED | {
        "styles", "stylesWithEffects", "settings", "fontTable", "theme", "numbering", "footnotes", "endnotes",
    }  # fmt: skip
    dropped = {
        "comments", "commentsExtended", "commentsIds", "commentsExtensible", "people", "documenttasks", "customXml",
        "glossaryDocument", "webSettings", "attachedTemplate", "mailMergeSource", "mailMergeHeaderSource",
        "recipientData", "keyMapCustomizations", "attachedToolbars", "customXmlProps", "transform",
    }  # fmt: skip

    def clean(self, relation: Relation, root: Any) -> None:
        if relation.kind == "officeDocument":
            self.notes = {}
            self.hidden_styles = self._hidden_styles(relation)
        _merge_over_deleted_marks(root)
        for element in elements(root, *UNDONE, *TRACES):
            remove(element)
        for element in elements(root, *CARRIED_OUT):
            unwrap(element)
        self._remove_hidden_text(root)
        _turn_fields_into_text(root)
        for element in root.iter("*"):
            for attribute in [name for name in element.attrib if _tells(name)]:
                del element.attrib[attribute]
        self._keep_notes_pointed_at(relation, root)

    def _hidden_styles(self, main: Relation) -> set[str]:
        """The styles that hide what is written in them."""
        path = main.target.lstrip("/")
        found: set[str] = set()
        for relation in self.relations_of(path):
            if relation.kind == "styles":
                for style in elements(self.read_xml(resolved(path, relation.target)), "style"):
                    marks = [child for child in style if word_of(child) == "rPr"]
                    if any(_hides(mark) for mark in marks):
                        found.add(_value(style, "styleId"))
        return found

    def _remove_hidden_text(self, root: Any) -> None:
        for run in elements(root, "r"):
            marks = _child(run, "rPr")
            hides = _hides(marks) if marks is not None else None
            if hides is None:
                styles = {_style_of(marks, "rStyle"), _style_of(_paragraph_marks(run), "pStyle")}
                hides = bool(styles & self.hidden_styles)
            if hides:
                remove(run)
        for row in elements(root, "hidden"):
            if row.getparent() is not None and word_of(row.getparent()) == "trPr":
                remove(row.getparent().getparent())

    def _keep_notes_pointed_at(self, relation: Relation, root: Any) -> None:
        """A note that was deleted together with its mark is left in the file by Word."""
        for kind in ("footnote", "endnote"):
            if relation.kind == "officeDocument":
                self.notes[kind] = {_value(mark, "id") for mark in elements(root, f"{kind}Reference")}
            elif relation.kind == f"{kind}s":
                for note in elements(root, kind):
                    if not _value(note, "type") and _value(note, "id") not in self.notes[kind]:
                        remove(note)


def plain_document(name: str, content: bytes) -> bytes:
    return WordPackage(name, content).plain()


def _tells(attribute: str) -> bool:
    word = word_of(attribute)
    return word.startswith("rsid") or (word in WHO_AND_WHEN and "word" in attribute)


def _value(element: Any, word: str) -> str:
    return next((str(value) for name, value in element.attrib.items() if word_of(name) == word), "")


def _child(element: Any, word: str) -> Any:
    return next((child for child in element if word_of(child) == word), None)


def _hides(marks: Any) -> bool | None:
    """None where the marks say nothing about it."""
    vanish = _child(marks, "vanish")
    return None if vanish is None else _value(vanish, "val") not in ("0", "false", "off")


def _style_of(marks: Any, word: str) -> str:
    style = None if marks is None else _child(marks, word)
    return "" if style is None else _value(style, "val")


def _paragraph_marks(run: Any) -> Any:
    paragraph = next((one for one in run.iterancestors() if word_of(one) == "p"), None)
    return None if paragraph is None else _marks_of(paragraph)


def _marks_of(paragraph: Any) -> Any:
    """They stand first, or nowhere."""
    first = next(iter(paragraph), None)
    return first if first is not None and word_of(first) == "pPr" else None


def _merge_over_deleted_marks(root: Any) -> None:
    """Carry out deletions of rows, and of the marks between paragraphs: two paragraphs are one then."""
    for row in elements(root, "trPr"):
        if any(_child(row, word) is not None for word in UNDONE):
            remove(row.getparent())
    for cell in elements(root, "cellDel"):
        marks = cell.getparent()
        remove(None if marks is None else marks.getparent())
    for whole, part in (("tr", "tc"), ("tbl", "tr")):
        for element in elements(root, whole):
            if next(element.iter(f"{{*}}{part}"), None) is None:
                remove(element)
    for paragraph in reversed(elements(root, "p")):  # the last first, so that no text is moved twice
        marks = _marks_of(paragraph)
        of_mark = None if marks is None else _child(marks, "rPr")
        following = paragraph.getnext()
        if of_mark is None or following is None or word_of(following) != "p":
            continue
        if any(_child(of_mark, word) is not None for word in UNDONE):
            before = _marks_of(following)
            for child in reversed([child for child in paragraph if child is not marks]):
                if before is None:
                    following.insert(0, child)
                else:
                    before.addnext(child)
            remove(paragraph)


# --- Fields -----------------------------------------------------------------------------------------------------------


def _turn_fields_into_text(root: Any) -> None:
    for field in elements(root, "fldSimple"):
        if not _is_kept(_value(field, "instr")):
            unwrap(field)
    opened: list[list[Any]] = []  # fields within fields: the elements of each, until it ends
    for element in elements(root, "fldChar", "instrText"):
        part = _value(element, "fldCharType") if word_of(element) == "fldChar" else "code"
        if part == "begin":
            opened.append([element])
        elif opened:
            opened[-1].append(element)
        if part == "end" and opened:
            _close(opened.pop())


def _close(field: list[Any]) -> None:
    code = "".join(element.text or "" for element in field if word_of(element) == "instrText")
    if not _is_kept(code):
        for element in field:
            remove(element)


def _is_kept(code: str) -> bool:
    words = code.split()
    return bool(words) and words[0].upper() in KEPT_FIELDS and not PATH.search(code)
