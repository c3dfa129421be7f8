"""The rows of a file beside those that are here: what is new, changed, wrong, and what is to be said about the rest.

Nothing is written here, and nothing is ever to be deleted: a row that the file does not have stays.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from recommendations.actions.sources import RowCount, counted
from recommendations.importing.cells import Context, Day, Owner, Ref, committees_by_name, nearest_of
from recommendations.importing.columns import Key, Sheet
from recommendations.importing.matching import paired_owners, settle_places, treatment_keys
from recommendations.importing.reading import FileSays, Finding, Row, Told, only_source, read_rows, unheard
from recommendations.importing.sheets import ITEMS, RELATIONS, SHEETS, SOURCE, TREATMENTS
from recommendations.importing.stored import WORDS, Rows, ref_to, rows_of, words_waiting
from recommendations.importing.tables import SheetTable
from recommendations.models import Addressee, Committee, Item, Publication, Relation
from recommendations.reports.renderers.texts import writable

NAMED = 8  # of what is many, so many are named


@dataclass(frozen=True)
class CellChange:
    """A cell as it is here and as the file has it, as a person reads them."""

    field: str
    heading: str
    old: str
    new: str


@dataclass
class RowPlan:
    """A row that is to be written: `before` is what is here, nothing where the row is new."""

    row: Row
    before: dict[str, Any] | None
    changes: list[CellChange] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def after(self) -> dict[str, Any]:
        """All columns as they are to be; those that the file does not have as they are, or empty."""
        empty = {column.field: column.kind.empty for column in self.row.sheet.columns}
        return empty | (self.before or {}) | self.row.values

    @property
    def changed(self) -> set[str]:
        return {change.field for change in self.changes}

    @property
    def name(self) -> str:
        """What a person calls it."""
        after = self.after
        said = {
            "source": after.get("title"),
            "items": f"{after.get('number')} {after.get('title')}",
            "committees": after.get("committee"),
            "treatments": f"{after.get('committee')} {Day().shown(after.get('meeting_date'))}",
            "relations": f"{after.get('from_item')} – {after.get('to_source') or ''} {after.get('to_item')}",
        }
        return str(said.get(self.row.sheet.key) or after.get("title") or after.get("label") or "").strip()


@dataclass
class Plan:
    """What a file would do to a source: `source` is the one that is here, if it is."""

    source: Publication | None
    slug: str = ""
    rows: list[RowPlan] = field(default_factory=list)
    unchanged: int = 0
    wrong: list[Finding] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)
    counts: list[RowCount] = field(default_factory=list)
    headings: dict[str, int] = field(default_factory=dict)  # of the file's tables, as `FileSays` has them
    untried: int = 0  # rows with something that only a person may do, where nobody was named
    is_tried: bool = False  # whether all else was held against the rules of the actions too

    @property
    def new(self) -> list[RowPlan]:
        return [one for one in self.rows if one.is_new]

    @property
    def changed(self) -> list[RowPlan]:
        return [one for one in self.rows if not one.is_new]

    def of(self, sheet: Sheet) -> list[RowPlan]:
        return [one for one in self.rows if one.row.sheet is sheet]

    @property
    def written_alone(self) -> int:
        """How many rows take an act each: all but what is new in a source that is not public."""
        is_public = self.source is not None and self.source.is_public
        return len(self.rows) if is_public else len(self.changed)

    @cached_property
    def seal(self) -> str:
        """What it does, as a digest: somebody who has seen it does not write something else."""
        said = [
            (one.row.sheet.key, one.row.key, _in_order(one.row.values) if one.is_new else one.changes)
            for one in self.rows
        ]
        return hashlib.sha256(repr(said).encode()).hexdigest()

    def says_more(self, finding: Finding) -> None:
        if finding not in self.remarks:
            self.remarks.append(finding)


def _in_order(values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The values of a row so that the same ones are always told in the same words: a set has no order of its own."""
    return [
        (name, sorted(map(repr, value)) if isinstance(value, frozenset) else value)
        for name, value in sorted(values.items())
    ]


def planned(tables: Sequence[SheetTable], slug: str = "", told: Told = unheard) -> Plan:
    """What the file would do. `slug` names the source where the file has no sheet about it. Some 15 queries."""
    committees = committees_by_name(Committee.objects.order_by("code"))
    says = read_rows(tables, Context(committees), told)
    head = only_source(says)
    plan = Plan(None, head.values.get("slug", "") if head else slug, headings=says.headings)
    if head and slug and plan.slug and slug.casefold() != plan.slug.casefold():
        head.refuse("slug", f"Filen er om en anden kilde end »{slug}«.", slug)
    plan.source = Publication.objects.filter(slug__iexact=plan.slug).first() if plan.slug else None
    if plan.source is None and head is None:
        plan.wrong = says.all_wrong() or [_source_wanted(plan.slug)]
        return plan
    stored = rows_of(plan.source)
    if plan.source:
        plan.slug = plan.source.slug
    if plan.source and head:
        head.values["slug"] = plan.source.slug
        if not head.values.get("short_code"):
            head.values.pop("short_code", None)
    _hold(plan, says, stored, head)
    plan.wrong += says.all_wrong()
    plan.remarks = says.remarks + plan.remarks
    plan.counts = _counts(plan, stored)
    return plan


def _source_wanted(slug: str) -> Finding:
    sentence = (
        f"Kilden »{slug}« findes ikke. Skriv koden på en, der gør."
        if slug
        else "Filen siger ikke, hvilken kilde den er om. Brug skabelonens ark »Kilde«, eller nævn kilden med dens kode."
    )
    near = nearest_of(slug, Publication.objects.order_by("slug").values_list("slug", flat=True))
    return Finding("", 0, "", sentence, near)


# --- Row by row -------------------------------------------------------------------------------------------------------


def _hold(plan: Plan, says: FileSays, stored: dict[str, Rows], head: Row | None) -> None:
    """Fill in the plan: each row of the file beside its own."""
    items = says.rows.get(ITEMS.key, [])
    refs = {ref: ref for ref in (*stored[ITEMS.key], *(row.key for row in items if row.key))}
    first_day = _first_day(plan.source, head)
    waiting = words_waiting(plan.source)
    addressees = _addressees_by_name(items)
    for sheet in SHEETS:
        seen: dict[Key, Row] = {}
        rows = says.rows.get(sheet.key, [])
        if "position" in sheet.key_fields:
            settle_places(rows, stored[sheet.key])
        treated = treatment_keys(rows, stored[sheet.key]) if sheet is TREATMENTS else {}
        for row in rows:
            _name_rows(row, refs)
            if sheet is RELATIONS:
                _name_this_source(row, plan.slug)
            key = () if sheet is SOURCE else treated.get(row.number, row.key)
            if key is None:
                if not row.wrong:
                    row.refuse("number", "Kolonnen mangler. Den skal være der, så rækken kan kendes.")
                continue
            if key in seen:
                row.refuse(sheet.key_fields[-1], f"Det samme står i række {seen[key].number}. Slet den ene.")
                continue
            seen[key] = row
            before = next(iter(stored[sheet.key].values()), None) if sheet is SOURCE else stored[sheet.key].get(key)
            if sheet is ITEMS:
                _settle_item(row, before, refs, first_day, addressees)
            plan_row = RowPlan(row, before)
            if before is None:
                _require_all(row)
            else:
                plan_row.changes = list(_changes(row, before))
                _leave_out(plan, plan_row, waiting)
            if row.wrong:
                continue
            if before is None or plan_row.changes:
                plan.rows.append(plan_row)
            else:
                plan.unchanged += 1
        _say_what_stays(plan, says, sheet, stored[sheet.key], seen)
    _settle_rings(items, stored[ITEMS.key])
    _settle_relations(plan, refs)
    _say_new_addressees(plan)
    plan.rows = [one for one in plan.rows if not one.row.wrong]


def _addressees_by_name(items: Iterable[Row]) -> dict[str, str]:
    """Addressees as they are written here, else as the file writes them first, by their names in small letters."""
    said = [row.values["addressee"] for row in items if row.values.get("addressee")]
    here = Addressee.objects.order_by("name").values_list("name", flat=True)
    return {name.casefold(): name for name in (*reversed(said), *here)}


def _name_this_source(row: Row, slug: str) -> None:
    """A relation may name the source itself, in any case, as both of the sources that it names."""
    for name, here in (("to_source", ""), ("source", slug)):
        if row.values.get(name, "").casefold() == slug.casefold():
            row.values[name] = here


def _name_rows(row: Row, refs: Collection[Ref]) -> None:
    """Let what its cells call other rows of the source be those rows."""
    is_elsewhere = bool(row.values.get("to_source"))
    for name in ("parent", "from_item", *(() if is_elsewhere else ("to_item",))):
        if row.values.get(name):
            row.values[name] = row.values[name].among(refs)
    if row.values.get("carries_out"):
        row.values["carries_out"] = frozenset(ref.among(refs) for ref in row.values["carries_out"])


def _changes(row: Row, before: dict[str, Any]) -> Iterator[CellChange]:
    for column in row.sheet.columns:
        name = column.field
        if name in row.values and _differs(row.values[name], before[name]):
            yield CellChange(name, column.heading, column.kind.shown(before[name]), column.kind.shown(row.values[name]))


def _differs(new: Any, old: Any) -> bool:
    """Whether a cell says something else; signs that no file can hold are as a file shows them."""
    if isinstance(new, str) and isinstance(old, str):
        return writable(new) != writable(old)
    return bool(new != old)


def _require_all(row: Row) -> None:
    """A new row needs its columns; one that is here already may be told by a few."""
    what = "Linjen mangler. En ny kilde" if row.sheet.is_upright else "Kolonnen mangler. En ny række"
    missing = [one.field for one in row.sheet.columns if one.is_required and row.values.get(one.field) in (None, "")]
    for name in missing if not row.wrong else ():
        row.refuse(name, f"{what} skal have den.")


def _first_day(source: Publication | None, head: Row | None) -> date | None:
    """From which day the source exists, once the file is read in: as `Publication.save` has it."""
    known = copy(source) if source else Publication()
    for name in ("handed_over_on", "published_on", "published_year"):
        if head and name in head.values:
            setattr(known, name, head.values[name])
    year = date(known.published_year, 1, 1) if known.published_year else None
    return known.handed_over_on or known.published_on or year


def _settle_item(
    row: Row, before: dict[str, Any] | None, refs: dict[Ref, Ref], first_day: date | None, addressees: dict[str, str]
) -> None:
    """Give owners their days, addressees the case they have here, and hold what the row refers to against `refs`."""
    values = row.values
    if any(owner.valid_from is None for owner in values.get("owners", ())):
        values["owners"] = frozenset(
            _dated(owner, (before or {}).get("owners", ()), first_day) for owner in values["owners"]
        )
        undated = {owner.code for owner in values["owners"] if owner.valid_from is None}
        ended = sorted((one for one in (before or {}).get("owners", ()) if one.code in undated), key=str)
        if ended:
            what = f"Ejerskabet {ended[0]} er her i forvejen."
            row.refuse("owners", f"{what} Skriv dagene på dem, der skal være: »fra« og, når det er ophørt, »til«.")
        elif any(owner.valid_from is None for owner in values["owners"]):
            row.refuse(
                "owners", "Kilden har ingen dato. Skriv, fra hvilken dag udvalget ejer rækken: SOU fra 28.02.2026."
            )
    if known := addressees.get(values.get("addressee", "").casefold()):
        values["addressee"] = known
    named = {"parent": [values["parent"]] if values.get("parent") else [], "carries_out": values.get("carries_out", ())}
    for name, these in named.items():
        for ref in these:
            if ref == row.key:
                row.refuse(name, "Rækken kan ikke pege på sig selv.")
            elif ref not in refs:
                near = nearest_of(str(ref), [str(one) for one in refs])
                row.refuse(name, f"Kilden har ingen række med nummer {ref}.", near)
    for option in (name.partition(":")[2] for name in values if name.startswith("page:")):
        after = (before or {}) | values
        if (values.get(f"page:{option}") or values.get(f"note:{option}")) and not after.get(f"votes:{option}"):
            row.refuse(
                f"votes:{option}", "Der er en side eller en bemærkning, men ingen støtte. Skriv, hvad kilden siger."
            )


def _dated(owner: Owner, here: Collection[Owner], first_day: date | None) -> Owner:
    """An owner without a first day: as it is here, if it is, else from the day that the source exists."""
    if owner.valid_from is not None:
        return owner
    known = max((one for one in here if one.code == owner.code), key=lambda one: one.valid_to or date.max, default=None)
    if known and known.valid_to and owner.valid_to is None:
        return owner  # it has ended: which days are meant is for the file to say
    if known and owner == replace(known, valid_from=None, valid_to=None):
        return known
    return replace(owner, valid_from=known.valid_from if known else first_day)


def _settle_rings(items: Iterable[Row], stored: Rows) -> None:
    """Rows that stand under each other in a ring stand nowhere."""
    above = {key: row["parent"] for key, row in stored.items()}
    rows = {row.key: row for row in items if row.key}
    above |= {key: row.values["parent"] for key, row in rows.items() if "parent" in row.values}
    for key, row in rows.items():
        passed, at = {key}, above.get(key)
        while at is not None and at not in passed:
            passed.add(at)
            at = above.get(at)
        if at == key and above.get(key) != key:
            row.refuse("parent", "Rækken kommer til at stå under sig selv. Vælg en anden.")


def _leave_out(plan: Plan, one: RowPlan, waiting: dict[Ref, Any]) -> None:
    """Take out of the changes what a file cannot do, and say so."""
    row, before = one.row, one.before or {}
    left: dict[str, str] = {}
    for change in one.changes:
        if change.field.startswith("votes:") and row.values[change.field] is None:
            left[change.field] = f"Støtten {change.old} bliver stående: en import sletter ikke."
        elif change.field in row.blank and change.field != "owners":
            left[change.field] = f"»{change.old[:80]}« bliver stående: en import sletter ikke."
        if row.sheet is RELATIONS:
            left[change.field] = "Forholdet findes og ændres ikke her. Fjern det på rækkens side, og opret det igen."
    if "owners" in one.changed:
        _pairs, gone = paired_owners(row.values["owners"], before["owners"])
        if gone:
            names = ", ".join(str(owner) if owner.valid_to else owner.code for owner in gone)
            how = "" if all(owner.valid_to for owner in gone) else " Lad ejerskabet ophøre på rækkens side."
            left["owners"] = f"{names} bliver stående som ejer.{how}"
            row.values["owners"] |= set(gone)
    draft = waiting.get(row.key) if row.sheet is ITEMS else None
    words = {name: row.values[name] for name in WORDS if name in one.changed - left.keys()}
    if draft and words:
        if all(getattr(draft, name) == text for name, text in words.items()):
            left |= dict.fromkeys(words, "Ordene er foreslået og venter på godkendelse.")
        else:
            row.refuse(
                next(iter(words)), "Der venter andre ord på godkendelse. Udgiv dem, eller send dem retur, først."
            )
    for name, sentence in left.items():
        plan.says_more(row.finding(name, sentence))
        if name != "owners":
            row.values.pop(name)
    one.changes = list(_changes(row, before))


def _say_what_stays(plan: Plan, says: FileSays, sheet: Sheet, stored: Rows, seen: dict[Key, Row]) -> None:
    if sheet is SOURCE or sheet.key not in says.rows:
        return
    gone = [RowPlan(Row(sheet, SheetTable("", []), 0), row) for key, row in stored.items() if key not in seen]
    if gone:
        names = "; ".join(one.name for one in gone[:NAMED]) + (" …" if len(gone) > NAMED else "")
        count = "1 række i kilden står" if len(gone) == 1 else f"{len(gone)} rækker i kilden står"
        sentence = f"{count} ikke i filen og bliver stående: {names}."
        if sheet is ITEMS:
            sentence += " Er et nummer ændret, så ret det på rækkens side."
        table = says.rows[sheet.key][0].table.name if says.rows[sheet.key] else sheet.name
        plan.remarks.append(Finding(table, 0, "", sentence))


# --- What leads to other sources --------------------------------------------------------------------------------------


def _settle_relations(plan: Plan, refs: dict[Ref, Ref]) -> None:
    """A relation to a source that is not here waits for it; one to a row that its source does not have is wrong."""
    new = [one for one in plan.of(RELATIONS) if one.is_new]
    if not new:
        return
    slugs = {one.after["to_source"] for one in new} | {one.after["source"] for one in new}
    sources = {source.slug: source for source in Publication.objects.filter(slug__in=slugs - {""})}
    ends = Item.objects.filter(publication__in=list(sources.values())).only("number", "kind", "publication")
    there = {(item.publication_id, ref_to(item)) for item in ends}
    turned = _from_the_other_end(plan.source)
    for one in new:
        row, after = one.row, one.after
        slug, at_end = after["to_source"], after["to_item"]
        unknown = next((name for name in ("to_source", "source") if after[name] not in {"", plan.slug, *sources}), "")
        if after["from_item"] not in refs:
            near = nearest_of(str(after["from_item"]), [str(ref) for ref in refs])
            row.refuse("from_item", f"Kilden har ingen række med nummer {after['from_item']}.", near)
        elif unknown:
            sentence = (
                f"Kilden »{after[unknown]}« er ikke her. Forholdet er ikke med; indlæs filen igen, når den er her."
            )
            plan.says_more(row.finding(unknown, sentence))
            plan.rows.remove(one)
        elif (slug and (sources[slug].pk, at_end) not in there) or (not slug and at_end not in refs):
            row.refuse("to_item", f"Kilden har ingen række med nummer {at_end}.")
        elif (after["from_item"], after["kind"], slug, at_end) in turned:
            plan.rows.remove(one)
            plan.unchanged += 1


def _from_the_other_end(source: Publication | None) -> set[tuple[Ref, str, str, Ref]]:
    """The relations that lead here, as they would read from this source."""
    if source is None:
        return set()
    found = Relation.objects.filter(to_item__publication=source).select_related("from_item__publication", "to_item")
    return {
        (
            ref_to(row.to_item),
            row.kind,
            "" if row.from_item.publication_id == source.pk else row.from_item.publication.slug,
            ref_to(row.from_item),
        )
        for row in found.order_by("pk")
    }


def _say_new_addressees(plan: Plan) -> None:
    known = list(Addressee.objects.order_by("name").values_list("name", flat=True))
    said = [(one, one.after["addressee"]) for one in plan.of(ITEMS) if one.after["addressee"] not in {"", *known}]
    for name, count in Counter(name for _one, name in said).items():
        one = next(one for one, of_row in said if of_row == name)
        rows = "1 række" if count == 1 else f"{count} rækker"
        plan.says_more(
            one.row.finding("addressee", f"»{name}« oprettes som adressat ({rows}).", nearest_of(name, known))
        )


def _counts(plan: Plan, stored: dict[str, Rows]) -> list[RowCount]:
    """How many rows of each kind there will be, beside how many the source is said to have."""
    kinds = {key: row["kind"] for key, row in stored[ITEMS.key].items()}
    kinds |= {one.row.key: one.after["kind"] for one in plan.of(ITEMS) if one.row.key}
    expected = copy(plan.source) if plan.source else Publication()
    for one in plan.of(SOURCE):
        for name in ("expected_headings", "expected_recommendations", "expected_initiatives"):
            setattr(expected, name, one.after[name])
    return counted(expected, list(kinds.values()))
