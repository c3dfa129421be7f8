"""A source as a file: JSON that people can write, with everything about an item in one place. Read in, never over.

One object: `source` (the fields of `actions.sources.SourceFields`), `documents` (its own first), `facts` (of the
process), `committees` (bound to answer, each with its `part`), `treatments` (on their agendas), `items` and
`relations`. An item has its number, words and place in the source, and in lists of its own what else is known of it:

    {"kind": "recommendation", "number": "2.1", "parent": "2", "title": "…", "title_basis": "ours", "summary": "…",
     "official_text": "…", "pages": "18", "addressee": "Kommunerne", "target_group": "…", "carries_out": ["2.1"],
     "support": [{"percent": 88, "page": "18"}], "owners": [{"committee": "SOU", "role": "lead", "from": "2024-06-17"}],
     "updates": [{"key": "…", "status": "in_progress", "on": "2021-11-01", "text": "…", "committee": "SOU",
                  "evidence": [{"kind": "mentioned", "title": "…", "case_number": "…"}]}]}

What is left out is empty. Days are in ISO form. A relation goes `from` and `to` an item, each named by its source, the
room of its address (`recommendation` or `initiative`) and its number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from recommendations.actions import (
    CommitteeContent,
    DocumentContent,
    FactContent,
    add_owner,
    items,
    publish_from_source,
    record_bound_committees,
    record_documents,
    record_process_facts,
    record_treatment,
    sources,
)
from recommendations.actions.state import checked
from recommendations.actions.turns import in_turn
from recommendations.actions.wordings import ItemWords
from recommendations.enums import Act, ItemKind, OwnershipRole, UpdateKind
from recommendations.models import (
    Addressee,
    Committee,
    Event,
    Evidence,
    Item,
    Publication,
    Relation,
    StatusUpdate,
)

Row = dict[str, Any]  # one object of the file

WORDS = tuple(field.name for field in fields(ItemWords))
DAYS = frozenset({"published_on", "handed_over_on", "on", "decided_on", "next_step_on", "meeting_date"})


@dataclass
class Tally:
    """How many rows a file brought, and how many were here already."""

    created: int = 0
    kept: int = 0

    def count(self, is_new: bool) -> bool:
        if is_new:
            self.created += 1
        else:
            self.kept += 1
        return is_new


@in_turn()
def load(file: Row) -> Tally:
    """Create what is missing of the source in a parsed file, and make it public; what is here already is left alone.

    A row that was here and was given another number, or taken away, is not brought back.
    """
    tally = Tally()
    source = Publication.objects.filter(slug=file["source"]["slug"]).first()
    is_new = source is None
    if tally.count(source is None):
        source = sources.add_source(by=None, **_typed(file["source"]))
        _load_about_source(source, file)
    assert source is not None
    _load_items(source, file["items"], tally)
    for row in file.get("relations", ()):
        _load_relation(row, tally)
    for row in file.get("treatments", ()):
        _load_treatment(source, row, tally)
    if is_new:
        sources.open_source(by=None, publication=source)
    return tally


def _load_about_source(source: Publication, file: Row) -> None:
    facts = [FactContent(**_typed(fact)) for fact in file.get("facts", ())]
    record_process_facts(by=None, publication=source, facts=facts)
    if documents := [DocumentContent(**row) for row in file.get("documents", ())]:
        record_documents(by=None, publication=source, documents=documents)
    bound = [CommitteeContent(_committee(row["committee"]), row.get("part", "")) for row in file.get("committees", ())]
    record_bound_committees(by=None, publication=source, committees=bound)


def _load_items(source: Publication, rows: Iterable[Row], tally: Tally) -> None:
    here = {(item.route, item.number_key): item for item in source.items.order_by("path")}
    renamed = _numbers_before(source)
    for row in rows:
        key = _room(row["kind"]), row["number"].casefold()
        item = here.get(key)
        if item is None and row["number"] in renamed:
            tally.count(False)
            continue
        if tally.count(item is None):
            item = here[key] = _add_item(source, row, here)
        assert item is not None
        _load_about(item, row, tally)


def _add_item(source: Publication, row: Row, here: dict[tuple[str, str], Item]) -> Item:
    def named(number: str) -> Item:
        return here["recommendation", number.casefold()]

    return items.add_item(
        by=None,
        publication=source,
        words=ItemWords(**{name: row[name] for name in WORDS if name in row}),
        kind=row["kind"],
        number=row["number"],
        parent=named(row["parent"]) if "parent" in row else None,
        place=row.get("place", 0),
        addressee=_addressee(row["addressee"]) if "addressee" in row else None,
        target_group=row.get("target_group", ""),
        carries_out=[named(number) for number in row.get("carries_out", ())],
    )


def _load_about(item: Item, row: Row, tally: Tally) -> None:
    options = set(item.votes.order_by().values_list("option", flat=True))
    for share in row.get("support", ()):
        if tally.count(share.get("option", "supports") not in options):
            items.record_support(by=None, item=item, **_typed(share))
    owners = set(item.ownerships.order_by().values_list("committee__code", flat=True))
    for owner in row.get("owners", ()):
        if tally.count(owner["committee"] not in owners):
            add_owner(
                by=None,
                item=item,
                committee=_committee(owner["committee"]),
                role=owner.get("role", OwnershipRole.LEAD),
                valid_from=date.fromisoformat(owner["from"]),
            )
    for update in row.get("updates", ()):
        if tally.count(not StatusUpdate.objects.filter(key=update["key"]).exists()):
            _publish(item, update)


def _publish(item: Item, row: Row) -> None:
    plain = _typed({name: value for name, value in row.items() if name not in {"committee", "evidence"}})
    committee = _committee(row["committee"]) if "committee" in row else None
    update = checked(StatusUpdate(item=item, committee=committee, **{"kind": UpdateKind.STATUS, **plain}))
    for position, evidence in enumerate(row.get("evidence", ()), start=1):
        checked(Evidence(update=update, position=position, **evidence))
    publish_from_source(update=update)


def _load_relation(row: Row, tally: Tally) -> None:
    start, end = _item_named(*row["from"]), _item_named(*row["to"])
    if start is None or end is None:
        tally.count(False)
        return
    relation = Relation(from_item=start, kind=row["kind"], to_item=end)
    either_way = Q(from_item=start, to_item=end) | Q(from_item=end, to_item=start)
    is_here = Relation.objects.filter(either_way, kind=row["kind"]).exists()
    gone = Event.objects.filter(act=Act.RELATION_REMOVED, item=start, details__relation__0=str(relation))
    if tally.count(not is_here and not gone.exists()):
        items.relate(
            by=None,
            from_item=start,
            kind=row["kind"],
            to_item=end,
            basis=row["basis"],
            source=Publication.objects.get(slug=row["source"]) if "source" in row else None,
            note=row.get("note", ""),
        )


def _load_treatment(source: Publication, row: Row, tally: Tally) -> None:
    said = _typed({name: value for name, value in row.items() if name != "committee"})
    of_the_meeting = source.treatments.filter(committee__code=row["committee"], meeting_date=said["meeting_date"])
    if tally.count(not of_the_meeting.exists()):
        record_treatment(by=None, publication=source, committee=_committee(row["committee"]), **said)


def _committee(code: str) -> Committee:
    found: Committee = Committee.objects.get(code=code)
    return found


def _numbers_before(source: Publication) -> set[str]:
    """The numbers that items of the source had before somebody mended them."""
    changed = Event.objects.filter(publication=source, act=Act.ITEM_CHANGED).order_by("pk")
    details = changed.values_list("details", flat=True)
    return {change["number"][0] for change in details if "number" in change}


def _item_named(source: str, room: str, number: str) -> Item | None:
    found = Item.objects.filter(publication__slug=source, number_key=number.casefold())
    is_initiative = Q(kind=ItemKind.INITIATIVE)
    item: Item | None = found.filter(is_initiative if room == "initiative" else ~is_initiative).first()
    return item


def _room(kind: str) -> str:
    return "initiative" if kind == ItemKind.INITIATIVE else "recommendation"


def _addressee(name: str) -> Addressee:
    found: Addressee | None = Addressee.objects.filter(name=name).first()
    return found or items.save_addressee(by=None, name=name)


def _typed(row: Row) -> Row:
    """The values as the models have them: days as days, shares as decimals."""
    typed = {name: date.fromisoformat(value) if name in DAYS else value for name, value in row.items()}
    if "percent" in typed:
        typed["percent"] = Decimal(str(typed["percent"]))
    return typed
