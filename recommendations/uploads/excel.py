"""Excel files as one reads them and no more. What is hidden in them is for their owner to show or to delete."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from recommendations.uploads.kinds import EXCEL
from recommendations.uploads.package import DRAWN, DRAWN_UNNAMED, Package, Relation, elements, remove, word_of

# Who opened it where, with which password and which view of their own; sources of numbers that the cells have already.
OF_WORKBOOK = (
    "fileSharing", "workbookProtection", "customWorkbookViews", "pivotCaches", "extLst", "revisionPtr",
    "AlternateContent", "smartTagPr", "smartTagTypes", "webPublishing", "webPublishObjects", "functionGroups",
)  # fmt: skip
OF_SHEET = (
    "legacyDrawing", "customSheetViews", "scenarios", "protectedRanges", "sheetProtection", "webPublishItems",
    "customProperties", "smartTags", "cellWatches", "dataConsolidate",
)  # fmt: skip
OF_NAME = ("comment", "description", "help", "statusBar", "customMenu")
MOST_COLUMNS = 16_384  # of a sheet
LETTERS = re.compile("[A-Z]+")


class ExcelPackage(Package):
    file_kind = EXCEL
    named = DRAWN | {"worksheet", "chartsheet", "drawing", "table", "vmlDrawing", "tableSingleCells"}
    unnamed = DRAWN_UNNAMED | {"sharedStrings", "styles", "theme", "sheetMetadata"}
    dropped = {
        "calcChain", "comments", "threadedComment", "person", "printerSettings", "customProperty", "pivotTable",
        "pivotCacheDefinition", "revisionHeaders", "usernames", "customXml", "volatileDependencies",
    }  # fmt: skip

    def __init__(self, name: str, content: bytes):
        super().__init__(name, content)
        self.sheets: dict[str, str] = {}  # the names of sheets by the keys of their relations
        self.used: set[int] = set()  # which of the shared texts a cell shows

    def in_order(self, relations: list[Relation]) -> list[Relation]:
        """The shared texts last, when it is known which of them are used."""
        return sorted(relations, key=lambda relation: relation.kind == "sharedStrings")

    def clean(self, relation: Relation, root: Any) -> None:
        if relation.kind == "officeDocument":
            self._clean_workbook(root)
        elif relation.kind in ("worksheet", "chartsheet"):
            self._clean_sheet(self.sheets.get(relation.key, ""), root)
        elif relation.kind == "sharedStrings":
            self._clean_texts(root)

    def _clean_workbook(self, root: Any) -> None:
        for sheet in elements(root, "sheet"):
            key = next((str(value) for name, value in sheet.attrib.items() if name.endswith("}id")), "")
            self.sheets[key] = str(sheet.get("name"))
            if sheet.get("state", "visible") != "visible":
                raise ValidationError(
                    _("Arket »%(sheet)s« i »%(name)s« er skjult. Vis det, eller slet det, og gem filen igen.")
                    % {"sheet": sheet.get("name"), "name": self.name}
                )
        for child in list(root):
            if word_of(child) in OF_WORKBOOK:
                root.remove(child)
        for name in elements(root, "definedName"):
            if name.get("hidden") in ("1", "true") and not str(name.get("name")).startswith("_xlnm."):
                remove(name)
            for attribute in OF_NAME:
                name.attrib.pop(attribute, None)
        for names in elements(root, "definedNames"):
            if not len(names):
                remove(names)

    def _clean_sheet(self, sheet: str, root: Any) -> None:
        for child in list(root):
            if word_of(child) in OF_SHEET:
                root.remove(child)
        for setup in elements(root, "pageSetup"):
            for attribute in [name for name in setup.attrib if name.endswith("}id")]:
                del setup.attrib[attribute]
        if _hides_something(root):
            raise ValidationError(
                _(
                    "Arket »%(sheet)s« i »%(name)s« har rækker eller kolonner, der er skjult. Vis dem, eller slet "
                    "dem, og gem filen igen."
                )
                % {"sheet": sheet, "name": self.name}
            )
        for cell in elements(root, "c"):
            if cell.get("t") == "s":
                self.used |= {int(value.text or 0) for value in cell if word_of(value) == "v"}

    def _clean_texts(self, root: Any) -> None:
        """What once stood in a cell may still be among the texts that the cells share."""
        for place, text in enumerate(list(root)):
            if place not in self.used:
                for child in list(text):
                    text.remove(child)


def plain_workbook(name: str, content: bytes) -> bytes:
    return ExcelPackage(name, content).plain()


def _hides_something(root: Any) -> bool:
    """Whether a row or column that is hidden, or has no height or width, has something in a cell."""
    hidden = bytearray(MOST_COLUMNS + 1)
    for column in elements(root, "col"):
        if _is_off(column, "width"):
            first, last = (max(0, min(int(column.get(end, 0)), MOST_COLUMNS)) for end in ("min", "max"))
            hidden[first : last + 1] = b"\1" * (last + 1 - first)
    for row in elements(root, "row"):
        is_hidden = _is_off(row, "ht")
        for place, cell in enumerate(row, 1):
            at = min(_column_of(cell) or place, MOST_COLUMNS)
            if len(cell) and (is_hidden or hidden[at]):
                return True
    return False


def _is_off(element: Any, size: str) -> bool:
    return element.get("hidden") in ("1", "true") or float(element.get(size) or 1) == 0


def _column_of(cell: Any) -> int:
    """Counted from 1; 0 where the cell does not say."""
    found = LETTERS.match(cell.get("r", ""))
    number = 0
    for letter in found.group() if found else "":
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
