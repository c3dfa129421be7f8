"""The report's own JSON as a part of an issued Word or Excel file (a custom XML part), which Office keeps as it saves.

The part is `<rapport xmlns="urn:anbefalingsrapport:2">` with the JSON file's text inside, escaped as XML wants it.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from recommendations.reports.document import Report
from recommendations.reports.renderers import json

NAMESPACE = "urn:anbefalingsrapport:2"
CONTENT_TYPES = "[Content_Types].xml"
ITEM = "customXml/item1.xml"
_PROPERTIES = "customXml/itemProps1.xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
# Office knows the part by this; one file has it once.
_ITEM_ID = "{6F0B7A5E-2C1D-4E8A-9B3F-5D7C8E1A2B40}"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# The small parts around it, by their names.
AROUND = {
    _PROPERTIES: (
        f'{_HEAD}<ds:datastoreItem ds:itemID="{_ITEM_ID}" xmlns:ds="{_OFFICE}/customXml">'
        f'<ds:schemaRefs><ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    ),
    "customXml/_rels/item1.xml.rels": (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" Target="itemProps1.xml" '
        f'Type="{_OFFICE}/relationships/customXmlProps"/></Relationships>'
    ),
}
# What joins it to the document or workbook, among that part's relationships and the types of the package.
RELATIONSHIP = f'<Relationship Id="rapport" Type="{_OFFICE}/relationships/customXml" Target="../{ITEM}"/>'
OVERRIDE = (
    f'<Override PartName="/{_PROPERTIES}" '
    'ContentType="application/vnd.openxmlformats-officedocument.customXmlProperties+xml"/>'
)


def item(report: Report) -> Iterator[bytes]:
    """The part itself, piece by piece."""
    yield f'{_HEAD}<rapport xmlns="{NAMESPACE}">'.encode()
    for piece in json.pieces(report):
        yield escape(piece).encode()
    yield b"</rapport>"
