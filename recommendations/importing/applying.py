"""Write what a file changes, through the actions: the same rights and rules as by hand, all or nothing.

`tried` does it and takes it back: so a preview is refused what the file would be refused, by those who refuse it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from recommendations.actions import (
    CommitteeContent,
    DocumentContent,
    FactContent,
    ReadOwner,
    ReadRow,
    TypedRowsRefused,
    add_item,
    add_owner,
    add_read_items,
    add_source,
    change_item,
    change_source,
    correct_owner,
    correct_treatment,
    correct_words,
    end_owner,
    propose_words,
    record_bound_committees,
    record_documents,
    record_process_facts,
    record_support,
    record_treatment,
    relate,
    save_addressee,
    state,
)
from recommendations.actions.turns import in_turn
from recommendations.actions.wordings import ItemWords, WordsChange
from recommendations.enums import VoteOption
from recommendations.importing.cells import Owner, Ref
from recommendations.importing.columns import Sheet
from recommendations.importing.matching import paired_owners
from recommendations.importing.plan import Plan, RowPlan, planned
from recommendations.importing.reading import Finding, Told, unheard
from recommendations.importing.sheets import COMMITTEES, DOCUMENTS, FACTS, ITEMS, RELATIONS, SOURCE, TREATMENTS
from recommendations.importing.stored import WORDS, owner_of, ref_to, rows_of
from recommendations.importing.tables import SheetTable
from recommendations.models import Addressee, Committee, Item, Ownership, Publication, Treatment

MOST_TRIED = 1_000  # rows that take an act each: trying takes as long as writing, hundredths of a second for each
PLACED = ("number", "kind", "parent", "place", "addressee", "target_group", "carries_out")
AT = {
    "path": "parent",
    "number_key": "number",
    **dict.fromkeys(("valid_from", "valid_to", "role", "committee"), "owners"),
    "documents": "title",
    "facts": "label",
}


class ImportRefused(Exception):
    """Some rows were wrong, so none was written; `plan` says which."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("; ".join(map(str, plan.wrong)))
        self.plan = plan


class ImportChanged(ImportRefused):
    """Nothing was written, because the file would do something else than what was seen."""


def previewed(tables: Sequence[SheetTable], *, slug: str = "", by: User | None = None, told: Told = unheard) -> Plan:
    """What the file would do, tried as far as it is not too much; nothing is written.

    Where nobody is named (`by`), what takes a person is not tried. `told` hears of each row twice: read, and tried.
    """
    plan = planned(tables, slug, told)
    if plan.rows and plan.written_alone <= MOST_TRIED and (plan.source or plan.of(SOURCE)):
        source, read = plan.source, sum(len(table.lines) for table in tables)
        told(read)
        with in_turn(), state.taken_back():
            writer = Writer(plan, by, lambda done: told(read + done))
            plan.wrong += writer.write()
            plan.untried = len(writer.untried)
            transaction.set_rollback(True)
        plan.source, plan.is_tried = source, True
    return plan


@in_turn()
def applied(tables: Sequence[SheetTable], *, by: User, slug: str = "", seen: str = "", told: Told = unheard) -> Plan:
    """Write what the file changes, in one transaction; `ImportRefused` where any row is wrong.

    A source that was not here is a draft: it becomes public by its own act. `seen` is the seal of the plan that
    somebody said yes to; where the file would do something else by now, that is `ImportChanged`.
    """
    plan = planned(tables, slug)
    if seen and plan.seal != seen:
        raise ImportChanged(plan)
    source = plan.source
    if not plan.wrong:
        plan.wrong += Writer(plan, by, told).write()
    if plan.wrong:
        plan.source = source
        raise ImportRefused(plan)
    return plan


class Writer:
    """Writes the rows of a plan in the order they need each other. A row that is refused leaves nothing behind."""

    def __init__(self, plan: Plan, by: User | None, told: Told = unheard) -> None:
        self.plan, self.by, self.told = plan, by, told
        self.reason = "Rettet ved indlæsning af kilden som regneark."
        self.refused: list[Finding] = []
        self.items: dict[Ref, Item] = {}
        self.untried: set[tuple[str, int]] = set()  # rows, each by its sheet and line

    def write(self) -> list[Finding]:
        for one in self.plan.of(SOURCE):
            self.attempt(one, lambda one=one: self.write_source(one))  # type: ignore[misc]
        if self.refused or self.plan.source is None:
            return self.refused
        self.source = Publication.objects.get(pk=self.plan.source.pk)
        self.committees = {one.code: one for one in Committee.objects.order_by("code")}
        self.addressees = {one.name: one for one in Addressee.objects.order_by("name")}
        known = self.source.items.select_related("publication", "wording", "parent").order_by("path")
        self.items = {ref_to(item): item for item in known}
        for sheet, write_list in ((DOCUMENTS, record_documents), (FACTS, record_process_facts)):
            self.write_list(sheet, write_list)
        self.write_list(COMMITTEES, record_bound_committees)
        if not self.source.is_public:
            self.write_new_items()
        one_by_one = [one for one in self.in_order() if self.source.is_public or not one.is_new]
        for number, one in enumerate(one_by_one, start=1):
            self.attempt(one, lambda one=one: self.write_item(one))  # type: ignore[misc]
            self.told(number)
        for one in one_by_one:
            self.attempt(one, lambda one=one: self.write_what_it_carries_out(one))  # type: ignore[misc]
        for one in self.plan.of(TREATMENTS):
            self.attempt(one, lambda one=one: self.write_treatment(one))  # type: ignore[misc]
        for one in self.plan.of(RELATIONS):
            self.attempt(one, lambda one=one: self.write_relation(one))  # type: ignore[misc]
        return self.refused

    def attempt(self, one: RowPlan, write: Callable[[], None]) -> None:
        try:
            with transaction.atomic():
                write()
        except ValidationError as error:
            self.refused += list(_findings(one, error))
        except LeftOut:
            pass

    # --- The source

    def write_source(self, one: RowPlan) -> None:
        if one.is_new:
            own = next((row.after for row in self.plan.of(DOCUMENTS) if row.after["position"] == 1), {})
            said = {"document_title": own.get("title", ""), "document_url": own.get("url", "")}
            self.plan.source = add_source(by=self.by, **said, **one.after)
        elif self.plan.source:
            said = {name: one.row.values[name] for name in one.changed}
            change_source(by=self.by, publication=self.plan.source, **said)

    def write_list(self, sheet: Sheet, record: Callable[..., Any]) -> None:
        """One of the lists that are written whole: what is here and what the file says, by their places."""
        rows = self.plan.of(sheet)
        if not rows:
            return
        is_fresh = any(one.is_new for one in self.plan.of(SOURCE))  # its own document stands for the file's first
        listed = {} if is_fresh else dict(rows_of(self.source)[sheet.key])
        listed |= {one.row.key: one.after for one in rows}
        after = sorted(listed.values(), key=lambda row: (row.get("position", 0), row.get("committee", "")))
        contents: list[Any] = [self.content(sheet, row) for row in after]
        self.attempt(rows[0], lambda: record(by=self.by, publication=self.source, **{sheet.key: contents}))

    def content(self, sheet: Sheet, row: dict[str, Any]) -> Any:
        said = {name: value for name, value in row.items() if name != "position"}
        if sheet is COMMITTEES:
            return CommitteeContent(self.committees[row["committee"]], row["part"])
        return DocumentContent(**said) if sheet is DOCUMENTS else FactContent(**said)

    # --- Its rows

    def in_order(self) -> Iterator[RowPlan]:
        """What a row stands under, and what it carries out, before itself; else as the file has them."""
        waiting = {one.row.key: one for one in self.plan.of(ITEMS)}

        def with_what_it_needs(one: RowPlan) -> Iterator[RowPlan]:
            stack = [one]
            while stack:
                top = stack[-1]
                needed = [top.after["parent"], *top.after["carries_out"]]
                before = [waiting.pop(ref) for ref in needed if ref in waiting]
                if not before:
                    yield stack.pop()
                stack += before

        while waiting:
            yield from with_what_it_needs(waiting.pop(next(iter(waiting))))

    def write_new_items(self) -> None:
        """All rows that a draft does not have yet, together: nobody has read it, so nothing is told of each."""
        rows: list[tuple[RowPlan, ReadRow]] = []
        for one in self.in_order():
            if one.is_new:
                self.attempt(one, lambda one=one: rows.append((one, self.read_row(one))))  # type: ignore[misc]
        try:
            with transaction.atomic():
                read = [row for _one, row in rows]
                added = add_read_items(by=self.by, publication=self.source, rows=read, told=self.told)
        except TypedRowsRefused as refused:
            for place, error in refused.rows.items():
                self.refused += _findings(rows[place][0], error)
        else:
            self.items |= {ref_to(item): item for item in added}

    def read_row(self, one: RowPlan) -> ReadRow:
        after = one.after
        fields = {name: after[name] for name in ("number", "kind", "place", "target_group")}
        votes = {}
        for option in VoteOption.values:
            if said := after[f"votes:{option}"]:
                more = {what: after[f"{what}:{option}"] for what in ("page", "note")}
                votes[option] = asdict(said) | more
        return ReadRow(
            **fields,
            words=ItemWords(**{name: after[name] for name in WORDS}),
            under=_key(after["parent"]) if after["parent"] else None,
            addressee=self.addressee(after["addressee"]),
            carries_out=[_key(ref) for ref in after["carries_out"]],
            owners=[
                ReadOwner(self.committees[owner.code], owner.role, owner.valid_from, owner.valid_to)
                for owner in sorted(after["owners"], key=str)
            ],
            votes=votes,
        )

    def write_item(self, one: RowPlan) -> None:
        after, key = one.after, one.row.key
        assert isinstance(key, Ref)
        if after["parent"] and after["parent"] not in self.items:
            raise LeftOut  # what it stands under was refused
        fields = {name: after[name] for name in PLACED if one.is_new or name in one.changed}
        if "parent" in fields:
            fields["parent"] = self.items[after["parent"]] if after["parent"] else None
        if "addressee" in fields:
            fields["addressee"] = self.addressee(after["addressee"])
        fields.pop("carries_out", None)
        if one.is_new:
            if carried := [self.items[ref] for ref in after["carries_out"] if ref in self.items]:
                fields["carries_out"] = carried
            words = ItemWords(**{name: after[name] for name in WORDS})
            item = add_item(by=self.by, publication=self.source, words=words, **fields)
        else:
            item = self.items[key]
            if fields:
                item = change_item(by=self.by, item=item, **fields)
            if one.changed & set(WORDS):
                self.write_words(one, item)
        self.write_owners(one, item)
        self.write_votes(one, item)
        self.items[key] = item

    def write_words(self, one: RowPlan, item: Item) -> None:
        """Words that were typed wrongly: mended; in a source that is public, proposed to somebody else."""
        before = self.items[one.row.key].wording
        assert before is not None
        said = ItemWords(
            **asdict(ItemWords.of(before)) | {name: one.row.values[name] for name in one.changed & set(WORDS)}
        )
        change = WordsChange(item, before, said.normalised(), before.valid_from, self.reason, is_correction=True)
        if not change.needs_two:
            correct_words(by=self.by, wording=before, words=said, reason=self.reason)
            return
        self.plan.says_more(one.row.finding("title", "Kildens ord er offentlige. De nye sendes til godkendelse."))
        if self.by is None:
            self.leave_untried(one)
        else:
            day = before.valid_from
            propose_words(by=self.by, item=item, words=said, valid_from=day, reason=self.reason, is_correction=True)

    def write_what_it_carries_out(self, one: RowPlan) -> None:
        """What could not be named when the row was added, as it was not here yet."""
        item = self.items.get(one.row.key)
        if item is None or not (one.is_new or "carries_out" in one.changed):
            return
        wanted = [self.items[ref] for ref in one.after["carries_out"] if ref in self.items]
        wanted += item.carries_out.exclude(publication=self.source).order_by("pk")  # a file names its own source's
        if {row.pk for row in item.carries_out.order_by("pk")} != {row.pk for row in wanted}:
            change_item(by=self.by, item=item, carries_out=wanted)

    def addressee(self, name: str) -> Addressee | None:
        if name and name not in self.addressees:
            try:
                self.addressees[name] = save_addressee(by=self.by, name=name)
            except ValidationError as error:
                raise ValidationError(
                    {"addressee": f"»{name}« kan ikke oprettes: {' '.join(error.messages)}"}
                ) from error
        return self.addressees[name] if name else None

    def write_owners(self, one: RowPlan, item: Item) -> None:
        """Committees that are new own it from their day; one whose role or days differ is mended."""
        if not (one.is_new or "owners" in one.changed):
            return
        here = {} if one.is_new else {owner_of(row): row for row in _owners_of(item)}
        pairs, _left = paired_owners(one.after["owners"], here.keys())
        for owner, old in pairs:
            if old:
                self.mend_owner(one, here[old], owner)
            else:
                days: dict[str, Any] = {"valid_from": owner.valid_from, "valid_to": owner.valid_to}
                add_owner(by=self.by, item=item, committee=self.committees[owner.code], role=owner.role, **days)

    def mend_owner(self, one: RowPlan, old: Ownership, owner: Owner) -> None:
        if self.by is None:
            self.leave_untried(one)
        elif old.valid_to is None and owner.valid_to and owner == replace(owner_of(old), valid_to=owner.valid_to):
            end_owner(by=self.by, ownership=old, valid_to=owner.valid_to, reason=self.reason)
        else:
            correct_owner(
                by=self.by,
                ownership=old,
                role=owner.role,
                valid_from=owner.valid_from,
                valid_to=owner.valid_to,
                reason=self.reason,
            )

    def leave_untried(self, one: RowPlan) -> None:
        self.untried.add((one.row.sheet.key, one.row.number))

    def write_votes(self, one: RowPlan, item: Item) -> None:
        for option in VoteOption.values:
            names = {f"{what}:{option}" for what in ("votes", "page", "note")}
            said = one.after[f"votes:{option}"]
            if said and (one.is_new or names & one.changed):
                more = {what: one.after[f"{what}:{option}"] for what in ("page", "note")}
                try:
                    record_support(by=self.by, item=item, option=option, **asdict(said), **more)
                except ValidationError as error:
                    raise ValidationError({f"votes:{option}": error.messages}) from error

    # --- What else is known of it

    def write_treatment(self, one: RowPlan) -> None:
        committee = self.committees[one.after["committee"]]
        said = {name: value for name, value in one.after.items() if name != "committee"}
        if one.is_new:
            record_treatment(by=self.by, publication=self.source, committee=committee, **said)
        elif self.by is None:
            self.leave_untried(one)
        else:
            key = {name: (one.before or {})[name] for name in ("meeting_date", "agenda_item", "agenda_url")}
            known = Treatment.objects.known().filter(publication=self.source, committee=committee, **key)
            old = known.order_by("pk")[0]
            correct_treatment(by=self.by, treatment=old, reason=self.reason, **said)

    def write_relation(self, one: RowPlan) -> None:
        after = one.after
        if after["from_item"] not in self.items:
            raise LeftOut
        relate(
            by=self.by,
            from_item=self.items[after["from_item"]],
            kind=after["kind"],
            to_item=self.item_of(after["to_source"], after["to_item"]),
            basis=after["basis"],
            source=self.named_source(after["source"]),
            note=after["note"],
        )

    def named_source(self, slug: str) -> Publication | None:
        if slug == self.plan.slug:
            return self.source
        return Publication.objects.get(slug=slug) if slug else None

    def item_of(self, slug: str, ref: Ref) -> Item:
        if not slug and ref not in self.items:
            raise LeftOut
        if not slug:
            return self.items[ref]
        rows = Item.objects.filter(publication__slug=slug, number_key=ref.key).select_related("publication", "wording")
        return next(item for item in rows.order_by("pk") if item.is_initiative == ref.is_initiative)


def _key(ref: Ref) -> tuple[bool, str]:
    return ref.is_initiative, ref.key


class LeftOut(Exception):
    """A row is not tried, because one that it needs was refused, which is said there."""


def _owners_of(item: Item) -> list[Ownership]:
    rows = Ownership.objects.recorded().filter(item=item).select_related("committee", "succession", "item__publication")
    return list(rows.order_by("valid_from", "pk"))


def _findings(one: RowPlan, error: ValidationError) -> Iterator[Finding]:
    """The refusal of an action, at the cell it is about."""
    said = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, sentences in said.items():
        for sentence in dict.fromkeys(sentences):
            at = name if name in one.row.sheet.by_field else AT.get(name, name)
            yield one.row.finding(at if at in one.row.sheet.by_field else "", str(sentence))
