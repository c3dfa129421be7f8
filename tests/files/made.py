"""Spreadsheets as people and programs make them, good and bad: each function gives the bytes of a file."""

import io
import zipfile

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

HEADINGS = ("Nummer", "Titel", "Side i kilden")
ROWS = (("1.1", "Flere træer på Ærø", "18"), ("1.2", "Bænke; og ly", "19"))
ODS = "application/vnd.oasis.opendocument.spreadsheet"
SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for name, long in (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"))
)


def saved(book):
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def xlsx(*rows, change=None, name="Rækker"):
    """A workbook of one sheet; `change(book, sheet)` does something more to it."""
    book = Workbook()
    sheet = book.active
    sheet.title = name
    for row in rows:
        sheet.append(row)
    if change:
        change(book, sheet)
    return saved(book)


def items(*more, change=None):
    return xlsx(HEADINGS, *ROWS, *more, change=change)


def in_1904(book, sheet):
    book.epoch = CALENDAR_MAC_1904


def csv(separator=";", encoding="utf-8", rows=(HEADINGS, *ROWS), before="", end="\r\n"):
    def quoted(cell):
        return f'"{cell}"' if separator in cell else cell

    lines = [separator.join(quoted(cell) for cell in row) for row in rows]
    return (before + end.join(lines) + end).encode(encoding)


def repacked(content, change):
    """The archive with its parts changed: `change(parts)` gets them by their paths."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    return packed(parts)


def packed(parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in parts.items():
            archive.writestr(path, content)
    return made.getvalue()


def put(path, old, new):
    """A change: the first `old` of a part becomes `new`."""

    def change(parts):
        assert old in parts[path].decode(), (old, parts[path][:500])
        parts[path] = parts[path].decode().replace(old, new, 1).encode()

    return change


def ods(body, styles="", before="", manifest="", **parts):
    """A workbook of LibreOffice by hand, with one sheet of this XML."""
    content = (
        f'<?xml version="1.0"?>{before}<office:document-content {SPACES}><office:automatic-styles>{styles}'
        f'</office:automatic-styles><office:body><office:spreadsheet><table:table table:name="Rækker" table:style-name='
        f'"ta1">{body}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    return packed(
        {
            "mimetype": ODS,
            "content.xml": content,
            "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>",
            **{path.replace("__", "/"): text for path, text in parts.items()},
        }
    )


def ods_row(*cells, **attributes):
    said = "".join(f' table:{name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f"<table:table-row{said}>{''.join(map(ods_cell, cells))}</table:table-row>"


def ods_cell(text, **attributes):
    said = "".join(f' table:{name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f'<table:table-cell office:value-type="string"{said}><text:p>{text}</text:p></table:table-cell>'
