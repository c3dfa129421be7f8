"""The archive that an Excel file is: written part by part, with no time of its own; the report's data among them."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.sax.saxutils import quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from recommendations.reports.document import Report
from recommendations.reports.renderers import enclosed, texts

ADDRESSES, DRAWING = "xl/_rels/workbook.xml.rels", "xl/drawings/drawing1.xml"
# Which program made the file, and of no version: openpyxl would name its own.
MAKER = "docProps/app.xml"
MADE_BY = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>Anbefalingstracker</Application></Properties>"
)
# The same report gives the same bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)


class Package:
    """What openpyxl writes its parts to. It can neither enclose a custom part nor say what a picture shows."""

    def __init__(self, archive: ZipFile, report: Report) -> None:
        self.archive, self.report = archive, report
        self.namelist = archive.namelist

    def writestr(self, name: str, data: str | bytes) -> None:
        """A part with what openpyxl leaves out of it."""
        if name == MAKER:
            data = MADE_BY
        if seal := self.report.seal:
            if name == ADDRESSES:
                data = _with(data, "</Relationships>", f"{enclosed.RELATIONSHIP}</Relationships>")
            elif name == enclosed.CONTENT_TYPES:
                data = _with(data, "</Types>", f"{enclosed.OVERRIDE}</Types>")
            elif name == DRAWING:
                data = _with(data, 'descr="Picture"', f"descr={quoteattr(texts.writable(texts.seal_code_words(seal)))}")
        self.archive.writestr(_entry(name), data)

    def write(self, filename: str, name: str) -> None:
        """A sheet, which openpyxl has written to a file of its own."""
        with Path(filename).open("rb") as sheet, self.archive.open(_entry(name), "w", force_zip64=True) as part:
            shutil.copyfileobj(sheet, part)

    def enclose(self) -> None:
        """The report's own data, where it is issued."""
        if not self.report.seal:
            return
        for name, content in enclosed.AROUND.items():
            self.archive.writestr(_entry(name), content)
        with self.archive.open(_entry(enclosed.ITEM), "w", force_zip64=True) as part:
            part.writelines(enclosed.item(self.report))


def _with(data: str | bytes, old: str, new: str) -> str:
    return (data.decode() if isinstance(data, bytes) else data).replace(old, new)


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, EPOCH)
    entry.compress_type = ZIP_DEFLATED
    return entry
