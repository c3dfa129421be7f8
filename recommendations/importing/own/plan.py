"""A filled-in file beside what stands now: what would be written, cell by cell, and what others have changed since.

Nothing is written here. The number of queries does not depend on how many rows there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.auth.models import User

from recommendations import permissions
from recommendations.actions import answering_problems, nothing_to_confirm, statuses_to_confirm
from recommendations.enums import WRITERS, ItemKind, UpdateKind, UpdateState
from recommendations.importing.cells import Context, committees_by_name
from recommendations.importing.columns import Key
from recommendations.importing.own.files import without_what_it_is
from recommendations.importing.own.sheets import (
    ANSWERS,
    OWN_SHEETS,
    STATUSES,
    Version,
    filled_in,
    said,
)
from recommendations.importing.own.stands import Cell, Stands, answer_cells, answers_of, cells_of, statuses_of
from recommendations.importing.plan import CellChange
from recommendations.importing.reading import Finding, Row, read_rows
from recommendations.importing.tables import SheetTable
from recommendations.importing.workbooks import HIDDEN_COLUMNS
from recommendations.models import Committee, Item, Publication, StatusUpdate
from recommendations.models.membership import Reach, name_of

NOT_OURS = "Filen har ingen rækker, der kan læses her. Hent rækkerne på siden, og udfyld den fil."

NO_VERSION = "Filens skjulte kolonne »Udgave« mangler, så det kan ikke ses, om andre har ændret rækken siden."


@dataclass
class OwnChange:
    """What a line of the file says that does not stand here already. `theirs` says what others have done since."""

    row: Row
    item: Item
    committee: Committee
    stands: Stands
    changes: list[CellChange] = field(default_factory=list)
    cells: dict[str, Any] = field(default_factory=dict)  # all that may be filled in, as it is to be
    theirs: str = ""

    @property
    def key(self) -> str:
        return f"{self.row.sheet.key}-{self.row.table.name}-{self.row.number}".replace(" ", "_")

    @property
    def marks(self) -> str:
        """What stands now: sent along by the page, so that what comes meanwhile is not overwritten."""
        return self.stands.version.marks

    @property
    def is_sent(self) -> bool:
        """Whether what it changes waits for an approver: then it becomes a draft again."""
        return bool(self.stands.draft and self.stands.draft.state == UpdateState.SUBMITTED and not self.confirms)

    @property
    def confirms(self) -> bool:
        return self.row.sheet is STATUSES and bool(self.cells["confirm"])

    @property
    def confirming_text(self) -> str:
        """How it is known that a status still holds: what was typed in the file, never what a draft says."""
        typed = any(change.field == "text" for change in self.changes)
        return str(self.cells["text"]) if typed else ""

    @property
    def meeting_date(self) -> date:
        found: date = self.row.values["meeting_date"]
        return found


@dataclass
class OwnPlan:
    """`facts` are what the file says of itself."""

    changes: list[OwnChange] = field(default_factory=list)
    unchanged: int = 0
    wrong: list[Finding] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)

    @cached_property
    def by_key(self) -> dict[str, OwnChange]:
        return {one.key: one for one in self.changes}


def planned_own(tables: Sequence[SheetTable], *, by: User) -> OwnPlan:
    """What the file would change if `by` let it: some twenty queries."""
    left, facts = without_what_it_is(tables)
    for table in left:
        table.remarks = [remark for remark in table.remarks if remark != HIDDEN_COLUMNS]
    committees = committees_by_name(Committee.objects.order_by("code"))
    says = read_rows(left, Context(committees), sheets=OWN_SHEETS)
    plan = OwnPlan(remarks=says.remarks, facts=facts)
    by_code = {one.code: one for one in committees.values()}
    rows = [row for sheet in OWN_SHEETS for row in says.rows.get(sheet.key, [])]
    if all(not row.values.get("source") and not row.wrong for row in rows):
        plan.wrong = [Finding("", 0, "", NOT_OURS)]
        return plan
    found = list(_found(rows, by_code))
    _refuse_strangers(found, by)
    stands = _stands_of(found)
    for row, item, committee in found:
        if row.wrong:
            continue
        change = _held(row, item, committee, stands[_place(row), item.pk, committee.pk], by)
        if change:
            plan.changes.append(change)
        else:
            plan.unchanged += 1
    _refuse_unconfirmable(plan)
    plan.changes = [one for one in plan.changes if not one.row.wrong]
    plan.wrong = says.all_wrong()
    return plan


# --- Which row is which -----------------------------------------------------------------------------------------------

Found = tuple[Row, Item, Committee]


def _found(rows: Collection[Row], committees: dict[str, Committee]) -> Iterable[Found]:
    """Each row with its item; one that cannot be known is refused."""
    named = [(row.values.get("source", ""), row.values.get("number", "").casefold()) for row in rows]
    items = Item.objects.filter(
        publication__slug__in={slug for slug, _number in named}, number_key__in={number for _slug, number in named}
    )
    known = {
        (item.publication.slug, item.is_initiative, item.number_key): item
        for item in items.with_words().select_related("publication").order_by("pk")
    }
    sources = set(Publication.objects.filter(slug__in={slug for slug, _number in named}).values_list("slug", flat=True))
    seen: dict[Key, Row] = {}
    for row, (slug, number) in zip(rows, named, strict=True):
        if row.wrong:
            continue
        is_initiative = row.values.get("kind") == ItemKind.INITIATIVE
        item = known.get((slug, is_initiative, number))
        missing = [one.field for one in row.sheet.columns if one.is_required and not row.values.get(one.field)]
        if missing:
            row.refuse(missing[0], "Kolonnen mangler. Hent filen igen, og lad den blive stående.")
        elif slug not in sources:
            row.refuse("source", f"Kilden »{slug}« findes ikke her. Hent filen igen.")
        elif item is None:
            row.refuse("number", f"Kilden har ingen række med nummer {row.values['number']}. Hent filen igen.")
        elif row.key in seen:
            row.refuse("number", f"Den samme række står i række {seen[row.key].number}. Slet den ene.")
        else:
            seen[row.key] = row
            yield row, item, committees[row.values["committee"]]


def _refuse_strangers(found: Collection[Found], by: User) -> None:
    """Rows that the user may not write about, by the rules of the pages."""
    reach = Reach.of(by)
    rights = permissions.ActingRights(by, [item for _row, item, _committee in found], reach=reach)
    to_answer: dict[Committee, list[Item]] = defaultdict(list)
    for row, item, committee in found:
        if row.sheet is ANSWERS:
            to_answer[committee].append(item)
        elif committee not in rights.committees(item, *WRITERS):
            row.refuse("committee", permissions.not_yours(item, committee))
    mine = reach.committees()
    problems = {one.pk: answering_problems(one, items) for one, items in to_answer.items() if _acts(by, one, mine)}
    for row, item, committee in found:
        if row.sheet is not ANSWERS:
            continue
        if committee.pk not in problems:
            row.refuse("committee", permissions.no_role_in(committee))
        elif sentence := problems[committee.pk].get(item.pk):
            row.refuse("number", sentence)


def _acts(by: User, committee: Committee, mine: set[int]) -> bool:
    return by.is_superuser or committee.pk in mine


def _place(row: Row) -> tuple[str, date | None]:
    return row.sheet.key, row.values.get("meeting_date") if row.sheet is ANSWERS else None


def _stands_of(found: Iterable[Found]) -> dict[tuple[tuple[str, date | None], int, int], Stands]:
    """What stands about each row; a file is of one meeting, so that it is few queries."""
    statuses = [(item, committee) for row, item, committee in found if row.sheet is STATUSES and not row.wrong]
    stands: dict[Any, Stands] = {}
    answered: dict[tuple[Committee, date], list[Item]] = defaultdict(list)
    for row, item, committee in found:
        if row.sheet is ANSWERS and not row.wrong:
            answered[committee, row.values["meeting_date"]].append(item)
    parts: list[tuple[tuple[str, date | None], dict[Cell, Stands]]] = [((STATUSES.key, None), statuses_of(statuses))]
    parts += [((ANSWERS.key, day), answers_of(one, day, items)) for (one, day), items in answered.items()]
    for place, cells in parts:
        stands |= {(place, *cell): one for cell, one in cells.items()}
    return stands


# --- What it changes --------------------------------------------------------------------------------------------------


def _held(row: Row, item: Item, committee: Committee, stands: Stands, by: User) -> OwnChange | None:
    """The row beside what stands; none where it says nothing new."""
    sheet, version = row.sheet, Version.read(row.values.get("version", ""))
    names = [name for name in filled_in(sheet) if name in row.values]
    values = {name: row.values[name] for name in names}
    if version is None:
        touched = [name for name in names if said(sheet, name, values[name])]
    else:
        touched = [name for name in names if not version.had(sheet, name, values[name])]
    if not touched or _is_done(sheet, values, version, stands, committee):
        return None
    if version is None and values.get("confirm"):
        row.refuse("confirm", f"{NO_VERSION} Hent filen igen, og skriv ja dér.")
    drafted = stands.draft.pk if stands.draft else 0
    is_another = version is None or version.draft != drafted
    if is_another and not values.get("confirm"):  # another draft, or none: all that the file says of the row
        touched = [name for name in names if name in touched or said(sheet, name, values[name])]
    changes = [
        CellChange(name, sheet.by_field[name].heading, _stood(stands, name, version), said(sheet, name, values[name]))
        for name in touched
        if said(sheet, name, values[name]) != said(sheet, name, stands.cells[name])
    ]
    if not changes:
        return None
    cells = stands.cells | {change.field: values[change.field] for change in changes}
    change = OwnChange(row, item, committee, stands, changes, cells, _theirs(row, item, stands, version, by))
    if change.confirms and {one.field for one in changes} - {"confirm", "text"}:
        row.refuse("confirm", "Skriv enten ja her eller en ny status. Sammen med ja kan kun stå en tekst.")
    elif not cells.get("proof_url") and any(one.new for one in changes if one.field in ("proof_title", "proof_kind")):
        row.refuse("proof_url", "Skriv også linket til dokumentationen. Uden det kan resten om den ikke gemmes.")
    return change


def _stood(stands: Stands, name: str, version: Version | None) -> str:
    """How a cell stands: as drafted, else as published since the file was fetched; of a status also before that."""
    drafted = said(stands.sheet, name, stands.cells[name])
    if drafted or stands.draft:
        return drafted
    if published := _published_since(stands, version):
        return said(stands.sheet, name, _said_by(published)[name])
    return stands.in_words if name in ("status", "outcome") else ""


def _said_by(latest: Any) -> dict[str, Any]:
    return cells_of(latest) if isinstance(latest, StatusUpdate) else answer_cells(latest)


def _is_done(sheet: Any, values: dict[str, Any], version: Version | None, stands: Stands, committee: Committee) -> bool:
    """Whether what was published last, since the file was fetched, says what the file says: it came of this file."""
    latest = stands.latest
    if latest is None or latest.pk == (version.latest if version else 0) or latest.committee_id != committee.pk:
        return False
    if values.get("confirm"):
        return bool(latest.kind == UpdateKind.CONFIRMATION)
    stood = _said_by(latest)
    filled = {name: said(sheet, name, value) for name, value in values.items() if said(sheet, name, value)}
    return bool(filled) and all(said(sheet, name, stood[name]) == text for name, text in filled.items())


def _theirs(row: Row, item: Item, stands: Stands, version: Version | None, by: User) -> str:
    """What others have published or drafted about the row since the file was fetched, in words; empty for nothing."""
    title = row.values.get("title", item.title)
    if said(row.sheet, "title", title) != said(row.sheet, "title", item.title):
        return f"Rækken hedder »{item.title}« her. Er det den samme række?"
    if version is None:
        return NO_VERSION
    told = []
    published = _published_since(stands, version)
    if published and not _is_by(published, by):
        told.append(f"Udgivet siden: {_in_words(published)}.")
    draft = stands.draft
    if draft and (draft.pk, draft.version) != (version.draft, version.saved) and draft.author_id != by.pk:
        told.append(f"{name_of(draft.author) if draft.author else 'En anden'} har skrevet i kladden siden.")
    if not draft and version.draft and not published:
        told.append("Kladden er kasseret siden.")
    return " ".join(told)


def _is_by(latest: Any, by: User) -> bool:
    return (latest.author_id if isinstance(latest, StatusUpdate) else latest.recorded_by_id) == by.pk


def _published_since(stands: Stands, version: Version | None) -> Any:
    """What has been published about the row since the file was fetched, if anything."""
    return stands.latest if stands.latest and version and stands.latest.pk != version.latest else None


def _in_words(latest: Any) -> str:
    if not isinstance(latest, StatusUpdate):
        return str(latest)
    whose = f", {latest.committee.abbreviation}" if latest.committee else ""
    text = f": {latest.text}" if latest.text else ""
    return f"»{latest.label}« {latest.on:%d.%m.%Y}{whose}{text}".rstrip(".")


def _refuse_unconfirmable(plan: OwnPlan) -> None:
    asked = [(one.item, one.committee) for one in plan.changes if one.confirms]
    can = statuses_to_confirm(asked) if asked else {}
    for one in plan.changes:
        if one.confirms and (one.item, one.committee) not in can:
            one.row.refuse("confirm", nothing_to_confirm(one.item))
