"""What a Word file says, whoever saved it: paragraphs and tables as they come, headers and footers beside them."""

from __future__ import annotations

from xml.etree import ElementTree

from recommendations.reports.reading.found import Block, FileSays, FoundCell, FoundTable, FoundText
from recommendations.reports.reading.package import PackedParts

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WORD_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# What is no text of the document: deleted words, what a field is told, and the second copy of a drawn box.
WORD_UNSHOWN = {f"{WORD}del", f"{WORD}instrText", f"{WORD}delText"}
WORD_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}


def read_docx(parts: PackedParts) -> FileSays:
    """The body in reading order; each header and footer once, as text outside."""
    says = FileSays("docx", carried=parts.carried())
    addresses = parts.relations("word/document.xml")
    says.blocks += _WordReader(parts, addresses).blocks("word/document.xml")
    for name in [*parts.named("word/header"), *parts.named("word/footer"), *parts.named("word/footnotes")]:
        outside = _WordReader(parts, parts.relations(name))
        for block in outside.blocks(name):
            texts = [block.text] if isinstance(block, FoundText) else []
            if isinstance(block, FoundTable):
                texts = [cell.text for row in block.rows for cell in row]
            says.blocks += [FoundText(text, is_outside=True) for text in texts if text.strip()]
        says.unseen += outside.boxes
    says.unseen += [*parts.properties(), *addresses.values()]
    return says


class _WordReader:
    """Reads a part as it streams by; of a table only its rows are kept."""

    def __init__(self, parts: PackedParts, addresses: dict[str, str]) -> None:
        self.parts, self.relations = parts, addresses
        self.boxes: list[str] = []

    def blocks(self, name: str) -> list[Block]:
        found: list[Block] = []
        rows: list[tuple[FoundCell, ...]] = []
        cells: list[FoundCell] = []
        paragraphs: list[str] = []
        links: list[str] = []
        depth = 0  # of tables: one within another is read as lines of its cell
        within_paragraph = 0
        for what, element in self.parts.events(name):
            tag = element.tag
            if what == "start":
                depth += tag == f"{WORD}tbl"
                within_paragraph += tag == f"{WORD}p"
                continue
            if tag == f"{WORD}p":
                within_paragraph -= 1
                if within_paragraph:
                    continue  # in a box of the paragraph around it, which reads it
                text, addresses, boxes = self._paragraph(element)
                if depth:
                    paragraphs.append(text)
                    links += addresses
                elif text.strip():
                    found.append(FoundText(text))
                found += [FoundText(box, is_outside=True) for box in boxes]
                self.parts.budget.take(text)
                element.clear()
            elif tag == f"{WORD}tc" and depth == 1:
                spans = element.find(f"{WORD}tcPr/{WORD}gridSpan")
                cells.append(FoundCell("\n".join(paragraphs).strip("\n"), tuple(links)))
                cells += [FoundCell("")] * (min(int(spans.get(f"{WORD}val") or 1), 64) - 1 if spans is not None else 0)
                paragraphs, links = [], []
                element.clear()
            elif tag == f"{WORD}tr" and depth == 1:
                rows.append(tuple(cells))
                cells = []
                element.clear()
            elif tag == f"{WORD}tbl":
                depth -= 1
                if not depth:
                    found.append(FoundTable(tuple(rows)))
                    rows = []
                    element.clear()
        return found

    def _paragraph(self, paragraph: ElementTree.Element) -> tuple[str, list[str], list[str]]:
        """Its text, the addresses of its links, and the texts of boxes that hang on it."""
        pieces: list[str] = []
        addresses: list[str] = []
        boxes: list[str] = []

        def walk(element: ElementTree.Element) -> None:
            for child in element:
                tag = child.tag.rpartition("}")[2]
                if child.tag in WORD_UNSHOWN or tag in {"Fallback", "pPr", "rPr"}:
                    continue
                if tag == "txbxContent":
                    text = "\n".join(self._paragraph(one)[0] for one in child.iter(f"{WORD}p"))
                    boxes.extend([text] if text.strip() else [])
                    continue
                if tag == "hyperlink" and (address := self.relations.get(child.get(WORD_RELATION, ""))):
                    addresses.append(address)
                if child.tag == f"{WORD}t":
                    pieces.append(child.text or "")
                elif child.tag.startswith(WORD) and tag in WORD_SIGNS:
                    pieces.append(WORD_SIGNS[tag])
                else:
                    walk(child)

        walk(paragraph)
        self.boxes += boxes
        return "".join(pieces), addresses, boxes
