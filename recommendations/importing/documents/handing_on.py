"""From an accepted draft to the tables of a source: the same form, preview and actions as a spreadsheet's."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from recommendations.enums import ItemKind, WordsBasis
from recommendations.importing.columns import Sheet
from recommendations.importing.documents.drafting import DraftRow
from recommendations.importing.documents.keeping import DocumentDraft
from recommendations.importing.sheets import DOCUMENTS, ITEMS, SOURCE
from recommendations.importing.tables import Line, SheetTable, Value
from recommendations.models import ImportBatch

OF_ROW = ("number", "kind", "parent", "title", "title_basis", "official_text", "pages")
EXPECTED = {
    "expected_headings": ItemKind.HEADING,
    "expected_recommendations": ItemKind.RECOMMENDATION,
    "expected_initiatives": ItemKind.INITIATIVE,
}
DAYS = ("published_on", "handed_over_on")


def tables_of(batch: ImportBatch) -> list[SheetTable]:
    """The accepted rows and the source's facts, as sheets of a spreadsheet. A row's line is its key in the draft.

    `ValidationError` while rows wait to be looked at.
    """
    draft = DocumentDraft.of(batch)
    if problem := unready(draft):
        raise ValidationError(problem)
    said = dict(draft.source)
    document = {"position": 1, "title": said.pop("document_title", "") or said.get("title", "")}
    document |= {"url": said.pop("document_url", ""), "page_offset": said.pop("page_offset", None)}
    rows = [[_written(ITEMS, name, value) for name, value in _columns(row).items()] for row in draft.accepted]
    headings = [ITEMS.by_field[name].heading for name in OF_ROW]
    kinds = Counter(row.kind for row in draft.accepted)
    for name, kind in EXPECTED.items():
        said[name] = kinds[kind] if said.get(name) in (None, "") else said[name]
    return [
        _upright(said),
        SheetTable(
            ITEMS.name,
            [Line(0, list(headings))] + [Line(row.key, cells) for row, cells in zip(draft.accepted, rows, strict=True)],
        ),
        SheetTable(
            DOCUMENTS.name,
            [
                Line(0, [DOCUMENTS.by_field[name].heading for name in document]),
                Line(1, [_written(DOCUMENTS, name, value) for name, value in document.items()]),
            ],
        ),
    ]


def _columns(row: DraftRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": row.kind,
        "parent": row.parent,
        "title": row.title,
        "title_basis": WordsBasis.OURS if row.is_our_title else WordsBasis.SOURCE,
        "official_text": row.text,
        "pages": row.pages,
    }


def _upright(said: dict[str, Any]) -> SheetTable:
    days = {name: date.fromisoformat(said[name]) for name in DAYS if said.get(name)}
    lines = [
        Line(number, [SOURCE.by_field[name].heading, _written(SOURCE, name, value)])
        for number, (name, value) in enumerate((said | days).items(), 1)
        if value not in ("", None)
    ]
    return SheetTable(SOURCE.name, lines)


def _written(sheet: Sheet, name: str, value: Any) -> Value:
    """The value as a cell of the column holds it; what is typed of other rows stays as it is typed."""
    if value is None or name == "parent":
        return value or ""
    written = sheet.by_field[name].kind.write(value)
    return written if isinstance(written, str | int | date) else str(written)


def unready(draft: DocumentDraft) -> str:
    """What is to be done to the rows before they can be a source's; empty when nothing is."""
    if draft.waiting:
        return _("Godkend eller udelad hver række først. %(count)d mangler.") % {"count": len(draft.waiting)}
    return "" if draft.accepted else _("Godkend mindst én række først.")
