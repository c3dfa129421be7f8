"""A source as it is here, in the same rows as a file: what is compared with a file, and what is written to one."""

from __future__ import annotations

from typing import Any

from recommendations.enums import UNPUBLISHED, VoteOption
from recommendations.importing.cells import Owner, Ref, Support
from recommendations.importing.columns import Key, Sheet
from recommendations.importing.sheets import COMMITTEES, DOCUMENTS, FACTS, ITEMS, RELATIONS, SHEETS, SOURCE, TREATMENTS
from recommendations.models import Item, Ownership, Publication, Relation, Treatment, VoteShare, WordingDraft

Rows = dict[Key, dict[str, Any]]
WORDS = ("title", "title_basis", "summary", "official_text", "official_basis", "document", "pages")


def rows_of(source: Publication | None) -> dict[str, Rows]:
    """Sheet (key) -> its rows by their keys, in the source's order. Eleven queries; none for what is not here."""
    if source is None:
        return {sheet.key: {} for sheet in SHEETS}
    listed = {
        SOURCE: [_fields(source, SOURCE)],
        ITEMS: _items(source),
        DOCUMENTS: [_fields(row, DOCUMENTS) for row in source.documents.order_by("position")],
        FACTS: [_fields(row, FACTS) for row in source.facts.order_by("position")],
        COMMITTEES: [
            {"committee": row.committee.code, "part": row.part}
            for row in source.bound_committees.select_related("committee").order_by("committee__code")
        ],
        TREATMENTS: _treatments(source),
        RELATIONS: _relations(source),
    }
    return {sheet.key: {sheet.key_of(row): row for row in rows} for sheet, rows in listed.items()}


def _fields(row: Any, sheet: Sheet) -> dict[str, Any]:
    return {column.field: getattr(row, column.field) for column in sheet.columns}


def _items(source: Publication) -> list[dict[str, Any]]:
    of_source = {"item__publication": source}
    votes: dict[int, dict[str, Any]] = {}
    for share in VoteShare.objects.filter(**of_source).order_by("pk"):
        said = votes.setdefault(share.item_id, {})
        said[f"votes:{share.option}"] = Support(share.basis, share.percent, share.count, share.voters, share.rank)
        said[f"page:{share.option}"] = share.page
        said[f"note:{share.option}"] = share.note
    owners: dict[int, set[Owner]] = {}
    for row in Ownership.objects.recorded().filter(**of_source).select_related("committee").order_by("pk"):
        owners.setdefault(row.item_id, set()).add(owner_of(row))
    carried: dict[int, set[Ref]] = {}
    links = Item.carries_out.through.objects.filter(from_item__publication=source, to_item__publication=source)
    for start, number, kind in links.order_by("pk").values_list("from_item", "to_item__number", "to_item__kind"):
        carried.setdefault(start, set()).add(Ref.to(number, is_initiative=kind == "initiative"))
    no_votes = {
        f"{what}:{option.value}": None if what == "votes" else ""
        for option in VoteOption
        for what in ("votes", "page", "note")
    }
    found = source.items.select_related("wording", "parent", "addressee").order_by("path")
    return [
        {
            "number": item.number,
            "kind": item.kind,
            "parent": ref_to(item.parent) if item.parent else None,
            "place": item.place,
            **{name: getattr(item.wording, name, "") for name in WORDS},
            "addressee": item.addressee.name if item.addressee else "",
            "target_group": item.target_group,
            "carries_out": frozenset(carried.get(item.pk, ())),
            "owners": frozenset(owners.get(item.pk, ())),
            **no_votes,
            **votes.get(item.pk, {}),
        }
        for item in found
    ]


def owner_of(row: Ownership) -> Owner:
    return Owner(row.committee.code, row.role, row.valid_from, row.valid_to)


def ref_to(item: Item) -> Ref:
    return Ref.to(item.number, is_initiative=item.is_initiative)


def _treatments(source: Publication) -> list[dict[str, Any]]:
    known = (
        Treatment.objects.known().filter(publication=source).select_related("committee").order_by("meeting_date", "pk")
    )
    return [_fields(row, TREATMENTS) | {"committee": row.committee.code} for row in known]


def _relations(source: Publication) -> list[dict[str, Any]]:
    ends = ("from_item", "to_item__publication", "source")
    found = Relation.objects.filter(from_item__publication=source).select_related(*ends).order_by("pk")
    return [
        {
            "from_item": ref_to(row.from_item),
            "kind": row.kind,
            "to_source": "" if row.to_item.publication_id == source.pk else row.to_item.publication.slug,
            "to_item": ref_to(row.to_item),
            "basis": row.basis,
            "source": row.source.slug if row.source else "",
            "note": row.note,
        }
        for row in found
    ]


def words_waiting(source: Publication | None) -> dict[Ref, WordingDraft]:
    """The words that wait for somebody to publish them, by row; the newest. One query."""
    if source is None:
        return {}
    waiting = WordingDraft.objects.filter(item__publication=source, state__in=sorted(UNPUBLISHED)).select_related(
        "item"
    )
    return {ref_to(draft.item): draft for draft in waiting.order_by("pk")}
