"""The report for Word: real headings, table headings that repeat, links, and a footer with page numbers and the code of
an issued report, whose own data are in the package too.

python-docx makes the package: page, footer, properties and styles (docx_look). The contents are written into it as they
are made, because a tree of 50,000 cells takes more memory than a server has to give.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from django.utils.translation import override

from recommendations.reports.document import Column, Kind, Link, Report, Seal, Table, Value
from recommendations.reports.renderers import docx_look, enclosed, texts

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.run import Run

CONTENTS, ADDRESSES = "word/document.xml", "word/_rels/document.xml.rels"
HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
MARK = "<!--report-->"
UNSENT = ("/customXml", "/thumbnail")
# The same report gives the same bytes: no time of its own stands in the package.
EPOCH = (1980, 1, 1, 0, 0, 0)

# How many characters of table text a centimetre holds.
PER_CM = 6
# And how wide a bold letter of the title block is.
CM_PER_BOLD = 0.21
# The QR code of the footer, with its white edge.
CODE_CM, DOTS = 1.5, 8
TWIPS_PER_CM = 567
_UNHYPHENATED = "<w:suppressAutoHyphens/>"
# Word has no more levels of headings.
DEEPEST = 9


def write(report: Report, stream: BinaryIO) -> None:
    with override(report.language):
        document = reference_document()
        styles = docx_look.complete(document)
        width = docx_look.set_page(document, texts.paper(report))
        docx_look.set_language(document, texts.locale(report))
        _set_properties(document, report)
        contents = _Contents(styles, width)
        _add_footer(document, report, contents, width)
        _write_package(document, contents, report, stream)


def reference_document() -> Document:
    """The document that gives styles, page, header and footer: the municipality's own, or else ours.

    Raises ImproperlyConfigured, in words for whoever runs the server, if it cannot be read.
    """
    from docx import Document as open_document
    from docx.opc.exceptions import PackageNotFoundError

    path = settings.REPORT_REFERENCE_DOCX
    if not path:
        return docx_look.own(open_document())
    try:
        return open_document(path)
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, OSError) as error:
        raise ImproperlyConfigured(
            _(
                "REPORT_REFERENCE_DOCX peger på %(path)s, som ikke kan læses som et Word-dokument. Angiv en fil, der "
                "er gemt som .docx (ikke .dotx), eller fjern indstillingen. Fejlen var: %(error)s"
            )
            % {"path": path, "error": error}
        ) from error


# --- The package ----------------------------------------------------------------------------------------------------


def _set_properties(document: Document, report: Report) -> None:
    """Title and language; no person, no time, and nothing that the reference document says about itself."""
    properties = document.core_properties
    for child in list(properties._element):
        properties._element.remove(child)
    properties.title = texts.writable(report.title)[:255]
    properties.language = texts.locale(report)


def _add_footer(document: Document, report: Report, contents: _Contents, width: float) -> None:
    """Title, page number and the code of the seal, after what the reference document has in its footers."""
    from docx.oxml import parse_xml

    page = document.sections[-1]
    footers = [page.footer]
    if page.different_first_page_header_footer:
        footers.append(page.first_page_footer)
    if document.settings.odd_and_even_pages_header_footer:
        footers.append(page.even_page_footer)
    for footer in footers:
        if len(footer.paragraphs) == 1 and not footer.paragraphs[0].runs and not footer.tables:
            footer._element.remove(footer.paragraphs[0]._element)
        for block in contents.footer(report, width):
            footer._element.append(parse_xml(block))
        if report.seal:
            _add_code(footer.tables[-1].cell(0, 1).paragraphs[0].add_run(), report.seal)


def _add_code(run: Run, seal: Seal) -> None:
    from docx.shared import Cm

    picture = BytesIO()
    texts.seal_code(seal).save(picture, kind="png", scale=DOTS)
    picture.seek(0)
    drawn = run.add_picture(picture, height=Cm(CODE_CM))
    named: Any = drawn._inline.docPr
    named.set("name", "QR")
    named.set("descr", texts.writable(texts.seal_code_words(seal)))


def _write_package(document: Document, contents: _Contents, report: Report, stream: BinaryIO) -> None:
    from lxml import etree

    body = document.element.body
    for element in list(body):
        if not element.tag.endswith("}sectPr"):
            body.remove(element)
    body.insert(0, etree.fromstring(f"<x>{MARK}</x>")[0])
    # What a reference document carries unseen is not ours to send: fields of its case system, a picture of itself.
    for relationships in (document.part.rels, document.part.package.rels):
        for number, relationship in list(relationships.items()):
            if relationship.reltype.endswith(UNSENT):
                del relationships[number]
    made = BytesIO()
    document.save(made)

    with ZipFile(made) as parts, ZipFile(stream, "w") as package:
        for name in parts.namelist():
            if name not in {CONTENTS, ADDRESSES, enclosed.CONTENT_TYPES}:
                package.writestr(_entry(name), parts.read(name))
        before, after = parts.read(CONTENTS).decode().split(MARK)
        with package.open(_entry(CONTENTS), "w", force_zip64=True) as part:
            part.write(before.encode())
            for piece in contents.of(report):
                part.write(piece.encode())
            part.write(after.encode())
        # Only now are all addresses known.
        known, end = parts.read(ADDRESSES).decode().split("</Relationships>")
        joined = enclosed.RELATIONSHIP if report.seal else ""
        package.writestr(_entry(ADDRESSES), f"{known}{contents.relationships()}{joined}</Relationships>{end}")
        types = parts.read(enclosed.CONTENT_TYPES).decode()
        if report.seal:
            types = types.replace("</Types>", f"{enclosed.OVERRIDE}</Types>")
            for name, content in enclosed.AROUND.items():
                package.writestr(_entry(name), content)
            with package.open(_entry(enclosed.ITEM), "w", force_zip64=True) as part:
                part.writelines(enclosed.item(report))
        package.writestr(_entry(enclosed.CONTENT_TYPES), types)


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, EPOCH)
    entry.compress_type = ZIP_DEFLATED
    return entry


# --- The contents ---------------------------------------------------------------------------------------------------


class _Contents:
    """The report as pieces of WordprocessingML. `styles` gives each style's id, `width` is the line in centimetres."""

    def __init__(self, styles: dict[str, str], width: float) -> None:
        self.styles = styles
        self.width = width
        self.numbers: dict[str, int] = {}

    def of(self, report: Report) -> Iterator[str]:
        if report.annex:
            yield self.paragraph("Bilag", _run(report.annex))
        yield self.paragraph("Title", _run(report.title))
        longest = max((len(heading) for heading, _value in report.facts), default=0)
        start = round(min(max(longest * CM_PER_BOLD, 3), self.width / 2) * TWIPS_PER_CM)
        lined_up = (
            f'<w:tabs><w:tab w:val="left" w:pos="{start}"/></w:tabs><w:ind w:left="{start}" w:hanging="{start}"/>'
        )
        for heading, value in report.facts:
            yield self.paragraph("Oplysning", _run(heading, "<w:b/>") + _run(f"\t{value}"), lined_up)
        for level, section in report.walk():
            yield self.paragraph(f"heading {min(level, DEEPEST)}", _run(section.heading))
            for place, paragraph in enumerate(section.paragraphs, start=1):
                # The words before a table stay with it.
                leads = section.tables and place == len(section.paragraphs)
                yield self.text("Normal", paragraph, "<w:keepNext/>" if leads else "")
            for table in section.tables:
                yield from self.table(table)
        # A table may not be the last thing in a document.
        yield self.text("Normal", texts.note() if texts.needs_note(report) else "")
        if report.seal:
            yield from self.seal(report.seal)

    def seal(self, seal: Seal) -> Iterator[str]:
        """Kept together, as one is read with the other."""
        kept = "<w:keepNext/><w:keepLines/>"
        yield self.paragraph("Segl", _run(texts.seal_heading(), "<w:b/>"), kept)
        yield self.paragraph("Segl", _run(texts.seal_words(seal)), kept)
        *facts, last = texts.seal_facts(seal)
        for fact, together in [*((fact, kept) for fact in facts), (last, "<w:keepLines/>")]:
            yield self.paragraph("Segl", _run(f"{fact[0]}: ", "<w:b/>") + _run(fact[1]), together)

    def footer(self, report: Report, width: float) -> Iterator[str]:
        page = _("Side {page} af {pages}").replace("{page}", "\0PAGE\0").replace("{pages}", "\0NUMPAGES\0").split("\0")
        numbers = "".join(_field(part) if part.isupper() and part else _run(part) for part in page)
        if not report.seal:
            tab = f'<w:tabs><w:tab w:val="right" w:pos="{width * TWIPS_PER_CM:.0f}"/></w:tabs>'
            yield self.paragraph("footer", _run(report.title + "\t") + numbers, tab, declared=True)
            return
        # Side by side without lines: the words, and the room for the picture.
        picture = round((CODE_CM + 0.1) * TWIPS_PER_CM)
        words = round(width * TWIPS_PER_CM) - picture
        lines = (_run(report.title), _run(texts.seal_line(report.seal)), numbers)
        bare = '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
        yield (
            f'<w:tbl xmlns:w="{docx_look.SPACE}"><w:tblPr><w:tblW w:w="{words + picture}" w:type="dxa"/>'
            f'<w:tblLayout w:type="fixed"/>{bare}</w:tblPr>'
            f'<w:tblGrid><w:gridCol w:w="{words}"/><w:gridCol w:w="{picture}"/></w:tblGrid><w:tr>'
            + self.cell("".join(self.paragraph("footer", line) for line in lines), words)
            + self.cell(self.paragraph("footer", "", '<w:jc w:val="right"/>'), picture)
            + "</w:tr></w:tbl>"
        )
        # No footer may end with a table.
        small = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
        yield self.paragraph("footer", "", small, declared=True)

    def paragraph(self, style: str, runs: str, properties: str = "", *, declared: bool = False) -> str:
        space = f' xmlns:w="{docx_look.SPACE}"' if declared else ""
        return f'<w:p{space}><w:pPr><w:pStyle w:val="{self.styles[style]}"/>{properties}</w:pPr>{runs}</w:p>'

    def text(self, style: str, text: str, properties: str = "") -> str:
        parts = texts.writable(text).split("\n")
        return "".join(self.paragraph(style, _run(part), properties) for part in parts)

    def table(self, table: Table) -> Iterator[str]:
        widths = [round(share * self.width * TWIPS_PER_CM) for share in texts.shares(table, int(self.width * PER_CM))]
        contents = _("Kolonner: %(columns)s.") % {"columns": ", ".join(column.heading for column in table.columns)}
        style = self.styles["Rapporttabel"]
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        yield self.paragraph("caption", _run(table.caption))
        yield (
            f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/>'
            f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
            '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" '
            f'w:noVBand="1"/><w:tblCaption w:val={_attribute(table.caption)}/>'
            f"<w:tblDescription w:val={_attribute(contents)}/></w:tblPr>"
            f"<w:tblGrid>{grid}</w:tblGrid>"
        )
        headings = (
            self.cell(self.text("Tabeloverskrift", column.heading, _alignment(column)), width)
            for column, width in zip(table.columns, widths, strict=True)
        )
        yield f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(headings)}</w:tr>"
        for row in table.rows:
            cells = (
                self.cell(self.value(value, column), width)
                for value, column, width in zip(row, table.columns, widths, strict=True)
            )
            kept = "<w:trPr><w:cantSplit/></w:trPr>" if texts.is_whole(row) else ""
            yield f"<w:tr>{kept}{''.join(cells)}</w:tr>"
        yield "</w:tbl>"

    def cell(self, paragraphs: str, width: int) -> str:
        return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{paragraphs}</w:tc>'

    def value(self, value: Value, column: Column) -> str:
        if value and isinstance(value, tuple):
            return "".join(
                # A hyphen in an address would be taken for part of it.
                self.paragraph("Tabeltekst", self.link(link), _UNHYPHENATED if link.text == link.address else "")
                for link in value
            )
        return self.text("Tabeltekst", texts.shown(value), _alignment(column))

    def link(self, link: Link) -> str:
        number = self.numbers.setdefault(iri_to_uri(link.address), len(self.numbers) + 1)
        style = self.styles["Hyperlink"]
        words = _run(link.text, f'<w:rStyle w:val="{style}"/>')
        return f'<w:hyperlink r:id="link{number}" w:history="1">{words}</w:hyperlink>'

    def relationships(self) -> str:
        return "".join(
            f'<Relationship Id="link{number}" Type="{HYPERLINK}" Target={quoteattr(address)} TargetMode="External"/>'
            for address, number in self.numbers.items()
        )


def _run(text: str, properties: str = "") -> str:
    words = escape(texts.writable(text))
    for sign, element in (("\t", "<w:tab/>"), ("\n", "<w:br/>")):
        words = words.replace(sign, f'</w:t>{element}<w:t xml:space="preserve">')
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>' if text else ""


def _field(name: str) -> str:
    return f'<w:fldSimple w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def _attribute(text: str) -> str:
    return quoteattr(texts.writable(text))


def _alignment(column: Column) -> str:
    return '<w:jc w:val="right"/>' if column.kind == Kind.NUMBER else ""
