"""Reads the paragraphs of a Word file. Only a process of its own does it."""

import io
import re
from collections.abc import Iterator
from typing import Any

import docx

MOST_PARAGRAPHS = 40_000


class LongDocument(Exception):
    pass


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HEADING = re.compile(r"(?:heading|overskrift)\s*(\d)|(title|titel)$", re.IGNORECASE)


def word_paragraphs(content: bytes) -> dict[str, Any]:
    """Its paragraphs, or `fault`: what is wrong with it, in a word."""
    try:
        document = docx.Document(io.BytesIO(content))
        body = document.element.body
    except MemoryError:
        raise
    except Exception:  # whatever python-docx stumbles over
        return {"fault": "broken"}
    reader = WordReader(document)
    try:
        reader.read(body)
    except LongDocument:
        return {"fault": "long"}
    return {"paragraphs": reader.found, "has_breaks": reader.page > 1}


class WordReader:
    """Walks through the text in its order: paragraphs, cells of tables and what stands in text boxes."""

    def __init__(self, document: Any) -> None:
        self.found: list[dict[str, Any]] = []
        self.page, self.tables, self.frames = 1, 0, 0
        self.styles = {style.style_id: style for style in document.styles}
        self.numbers = ListNumbers(document)

    def read(self, holder: Any, cell: list[int] | None = None, frame: int | None = None) -> None:
        for element in holder:
            if element.tag == f"{W}p":
                self.paragraph(element, cell, frame)
            elif element.tag == f"{W}tbl":
                self.table(element, frame)
            elif element.tag in (f"{W}sdt", f"{W}sdtContent"):
                self.read(element, cell, frame)
            if len(self.found) > MOST_PARAGRAPHS:
                raise LongDocument

    def table(self, table: Any, frame: int | None) -> None:
        only = [cell for row in table.iterchildren(f"{W}tr") for cell in row.iterchildren(f"{W}tc")]
        if len(only) == 1:  # how people make a box
            self.frames += 1
            self.read(only[0], frame=self.frames)
            return
        self.tables += 1
        number = self.tables
        for row_number, row in enumerate(table.iterchildren(f"{W}tr")):
            column = 0
            for cell in row.iterchildren(f"{W}tc"):
                self.read(cell, cell=[number, row_number, column], frame=frame)
                span = cell.find(f"{W}tcPr/{W}gridSpan")
                column += int(span.get(f"{W}val")) if span is not None else 1

    def paragraph(self, paragraph: Any, cell: list[int] | None, frame: int | None) -> None:
        styles = list(self.chain(paragraph.find(f"{W}pPr/{W}pStyle")))
        pieces: list[tuple[str, bool, float]] = []
        boxes: list[Any] = []
        page = 0
        for element in paragraph.iter(f"{W}r", f"{W}txbxContent"):
            inside = next(element.iterancestors(f"{W}txbxContent"), None)
            if inside is not None and paragraph in inside.iterancestors():
                continue
            if (
                next(
                    element.iterancestors("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"), None
                )
                is not None
            ):
                continue
            if element.tag == f"{W}txbxContent":
                boxes.append(element)
                continue
            for text in self.pieces(element):
                if text == "\f":
                    self.page += 1
                    continue
                page = page or self.page
                pieces.append((text, self.is_bold(element, styles), self.size(element, styles)))
        text = "".join(piece for piece, _bold, _size in pieces)
        number = self.numbers.next(paragraph, styles)
        if text.strip():
            self.found.append(
                {
                    "runs": [[piece, int(bold)] for piece, bold, _size in pieces],
                    "size": max((size for piece, _bold, size in pieces if piece.strip()), default=0),
                    "level": self.level(styles),
                    "number": number,
                    "cell": cell,
                    "frame": frame,
                    "page": page or self.page,
                }
            )
        for box in boxes:
            self.frames += 1
            self.read(box, frame=self.frames)

    @staticmethod
    def pieces(run: Any) -> Iterator[str]:
        said = {"tab": "\t", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "\u00ad", "lastRenderedPageBreak": "\f"}
        for element in run:
            name = element.tag.rpartition("}")[2]
            if name == "t":
                yield element.text or ""
            elif name == "br":
                yield "\f" if element.get(f"{W}type") == "page" else "\n"
            elif name in said:
                yield said[name]

    def chain(self, named: Any) -> Iterator[Any]:
        """A style and those it is based on."""
        style = self.styles.get(named.get(f"{W}val")) if named is not None else self.styles.get("Normal")
        seen = set()
        while style is not None and style.style_id not in seen:
            seen.add(style.style_id)
            yield style
            style = getattr(style, "base_style", None)

    def of_run(self, run: Any, styles: list[Any], name: str) -> Any:
        own = [run.find(f"{W}rPr/{W}{name}")]
        of_sign = [one.element.find(f"{W}rPr/{W}{name}") for one in self.chain(run.find(f"{W}rPr/{W}rStyle"))]
        above = [style.element.find(f"{W}rPr/{W}{name}") for style in styles]
        return next((one for one in own + of_sign + above if one is not None), None)

    def is_bold(self, run: Any, styles: list[Any]) -> bool:
        mark = self.of_run(run, styles, "b")
        return mark is not None and mark.get(f"{W}val", "1") not in ("0", "false", "off")

    def size(self, run: Any, styles: list[Any]) -> float:
        mark = self.of_run(run, styles, "sz")
        said = mark.get(f"{W}val", "") if mark is not None else ""
        return int(said) / 2 if said.isascii() and said.isdigit() and len(said) < 5 else 11

    @staticmethod
    def level(styles: list[Any]) -> int:
        for style in styles:
            if named := HEADING.fullmatch(style.name or ""):
                return int(named[1] or 1)
        return 0


class ListNumbers:
    """What Word numbers by itself stands in no text: counted here as Word counts it."""

    def __init__(self, document: Any) -> None:
        self.levels: dict[str, tuple[str, dict[str, Any]]] = {}
        self.counts: dict[str, dict[int, int]] = {}
        try:
            root = document.part.numbering_part.element
        except (NotImplementedError, KeyError):
            return
        abstract = {one.get(f"{W}abstractNumId"): one for one in root.iterchildren(f"{W}abstractNum")}
        for number in root.iterchildren(f"{W}num"):
            named = number.find(f"{W}abstractNumId")
            of = abstract.get(named.get(f"{W}val")) if named is not None else None
            if of is not None:
                self.levels[number.get(f"{W}numId")] = (
                    named.get(f"{W}val"),
                    {level.get(f"{W}ilvl"): level for level in of.iterchildren(f"{W}lvl")},
                )

    def next(self, paragraph: Any, styles: list[Any]) -> str:
        marks = [paragraph.find(f"{W}pPr/{W}numPr")] + [style.element.find(f"{W}pPr/{W}numPr") for style in styles]
        mark = next((one for one in marks if one is not None and one.find(f"{W}numId") is not None), None)
        if mark is None:
            return ""
        abstract, levels = self.levels.get(mark.find(f"{W}numId").get(f"{W}val"), ("", {}))
        depth = mark.find(f"{W}ilvl")
        depth = depth.get(f"{W}val") if depth is not None else "0"
        if depth not in levels:
            return ""
        said = {name: levels[depth].find(f"{W}{name}") for name in ("numFmt", "lvlText")}
        if said["lvlText"] is None or (said["numFmt"] is not None and said["numFmt"].get(f"{W}val") != "decimal"):
            return ""
        counts = self.counts.setdefault(abstract, {})
        counts[int(depth)] = counts.get(int(depth), self.start(levels[depth]) - 1) + 1
        for deeper in [one for one in counts if one > int(depth)]:
            del counts[deeper]

        def count(found: re.Match[str]) -> str:
            level = int(found[1]) - 1
            return str(counts.get(level, self.start(levels.get(str(level)))))

        return re.sub(r"%(\d)", count, said["lvlText"].get(f"{W}val", ""))

    @staticmethod
    def start(level: Any) -> int:
        mark = level.find(f"{W}start") if level is not None else None
        return int(mark.get(f"{W}val")) if mark is not None else 1
