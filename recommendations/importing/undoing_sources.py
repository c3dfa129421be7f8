"""Undo what a file did to a source, act by act, the newest first: by what the events say stood before.

A row that was added to a source that nobody has read is taken out; a cell goes back to what it was, unless it has been
changed since. What is public is corrected, with a reason, or proposed to somebody else where that takes two people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, cast

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model

from recommendations.actions import (
    ItemWords,
    WordsChange,
    change_item,
    change_source,
    correct_owner,
    correct_treatment,
    correct_words,
    discard_words,
    lines_of,
    propose_words,
    record_bound_committees,
    record_documents,
    record_process_facts,
    record_support,
    remove_item,
    remove_items,
    unrelate,
)
from recommendations.actions.about_sources import CommitteeContent, DocumentContent, FactContent
from recommendations.actions.read_rows import items_added
from recommendations.actions.state import digest, row_name
from recommendations.enums import UNPUBLISHED, Act, ImportState
from recommendations.importing.cells import Ref
from recommendations.importing.stored import ref_to
from recommendations.importing.undone import Undone, Untouched, attempted
from recommendations.models import (
    Event,
    ImportBatch,
    Item,
    Ownership,
    Publication,
    Relation,
    Treatment,
    VoteShare,
    Wording,
)

REASON = "Rettet, fordi en indlæsning er fortrudt."
TAKEN_OUT = "Rækken tages ud."
CHANGED_SINCE = "Det bliver stående: det er ændret igen siden."
LISTS: dict[str, tuple[Any, Callable[..., Any]]] = {
    "documents": (DocumentContent, record_documents),
    "facts": (FactContent, record_process_facts),
    "committees": (CommitteeContent, record_bound_committees),
}
STORED_AS = {"documents": "documents", "facts": "facts", "committees": "bound_committees"}


class SourceUndoing:
    def __init__(self, batch: ImportBatch, by: User) -> None:
        self.batch, self.by = batch, by
        self.ways: dict[str, Callable[[Event], str]] = {
            Act.ITEM_ADDED: self._row_stays,
            Act.ITEM_CHANGED: self._change_back,
            Act.WORDS_CORRECTED: self._say_again,
            Act.WORDS_PROPOSED: self._discard_proposal,
            Act.OWNER_ADDED: self._own_no_more,
            Act.OWNER_CORRECTED: self._own_again,
            Act.OWNER_ENDED: self._own_again,
            Act.SUPPORT_RECORDED: self._support_again,
            Act.RELATION_ADDED: self._unrelate,
            Act.TREATMENT_RECORDED: self._treat_again,
            Act.TREATMENT_CORRECTED: self._treat_again,
            Act.SOURCE_CHANGED: self._source_again,
            Act.SOURCE_ADDED: self._source_stays,
            Act.ADDRESSEE_SAVED: self._addressee_stays,
        }

    def lines(self) -> Iterator[Undone]:
        """What was done with rows that were added alone stays with them, and is not told of."""
        events = list(
            Event.objects.filter(batch=self.batch).with_rows().select_related("proposal__item").order_by("-pk")
        )
        added = {event.item_id for event in events if event.act == Act.ITEM_ADDED}
        for event in events:
            if event.act == Act.ITEMS_ADDED:
                yield from self._rows_taken_out(event)
            if event.act not in self.ways:
                continue
            if event.item_id in added and event.act not in (Act.ITEM_ADDED, Act.RELATION_ADDED):
                continue
            item = self._item(event)
            what = f"{item or event.publication or ''}: {event.get_act_display()}".removeprefix(": ")
            yield attempted(what, item, lambda event=event: self.ways[event.act](event))  # type: ignore[misc]

    # --- Which row an event is about ----------------------------------------------------------------------------------

    def _item(self, event: Event) -> Item | None:
        """Rows of sources that nobody has read are not pointed at by events, but named (`state.row_name`)."""
        if event.item_id:
            return Item.objects.select_related("publication", "wording").filter(pk=event.item_id).first()
        named = _named(event)
        if not named or event.publication is None:
            return None
        rows = event.publication.items.select_related("publication", "wording").order_by("pk")
        ref = Ref.read(named)
        keys = {ref.key, named.casefold()}
        found = {ref_to(item): item for item in rows.filter(number_key__in=keys)}
        return found.get(ref.among(found))

    def _needed(self, event: Event) -> Item:
        item = self._item(event)
        if item is None:
            raise Untouched("Rækken findes ikke længere.")
        return item

    # --- Rows ---------------------------------------------------------------------------------------------------------

    def _rows_taken_out(self, event: Event) -> Iterator[Undone]:
        """Those that were added together: the last first, as each may stand under one before."""
        if event.publication is None:
            return
        typed, named, assigned = _typed_anew(event), *self._named_since(event)
        added = {item.pk for item in items_added(event)}
        rows = dict[Item, bool]()  # whether somebody has built on it
        for item in event.publication.items.select_related("publication", "wording").order_by("-pk"):
            is_typed = any(text.startswith(f"{item.number} {item.title}") for text in typed)
            if item.pk in added or is_typed:
                rows[item] = is_typed or item.number in assigned or row_name(item) in named
        free = [item for item, is_built_on in rows.items() if not is_built_on]
        gone = free if self._are_taken_out(event.publication, free) else []
        for item, is_built_on in rows.items():
            if item in gone:
                yield Undone(str(item), TAKEN_OUT, is_undone=True, item=item)
            else:
                yield attempted(str(item), item, partial(self._take_out, item, is_built_on))

    def _are_taken_out(self, source: Publication, items: list[Item]) -> bool:
        """Together, which takes little time; where one has to stay, they are to be tried one by one."""
        try:
            with transaction.atomic():
                remove_items(by=self.by, publication=source, items=items)
        except ValidationError:
            return False
        return True

    def _named_since(self, event: Event) -> tuple[set[str], set[str]]:
        """The rows that other files have changed since, by their names, and those assigned to somebody, by numbers.

        What a file did counts for nothing when that is undone too.
        """
        since = Event.objects.filter(publication=event.publication, item=None, pk__gt=event.pk)
        others = since.exclude(batch=self.batch).exclude(batch__state=ImportState.UNDONE).order_by("pk")
        named = {_named(one) for one in others.filter(batch__isnull=False)}
        assigned = {
            number for one in others.filter(act=Act.ITEMS_ASSIGNED) for number in one.details["rows"][1].split(", ")
        }
        return named, assigned

    def _take_out(self, item: Item, is_built_on: bool) -> str:
        if item.publication.is_public:
            return self._row_stays()
        if is_built_on:
            raise Untouched("Rækken bliver stående: nogen har ændret den siden.")
        remove_item(by=self.by, item=item)
        return TAKEN_OUT

    def _row_stays(self, _event: Event | None = None) -> str:
        raise Untouched("Rækken bliver stående, for kilden er offentlig. Er den forkert, så ret den på dens side.")

    @property
    def _until(self) -> Any:
        """When the file was written."""
        return self.batch.written_at or self.batch.received_at

    def _change_back(self, event: Event) -> str:
        item = self._needed(event)
        values = _values_before(item, event)
        if "carries_out" in event.details:
            before, after = event.details["carries_out"]
            stands = ", ".join(one.number for one in item.carries_out.order_by("path"))
            if stands != after:
                raise Untouched(CHANGED_SINCE)
            numbers = [number for number in before.split(", ") if number]
            values["carries_out"] = list(item.publication.items.filter(number__in=numbers).order_by("path"))
        change_item(by=self.by, item=item, **values)
        return "Rækken kommer til at stå, som den stod før."

    # --- Words --------------------------------------------------------------------------------------------------------

    def _say_again(self, event: Event) -> str:
        item = self._needed(event)
        now = item.wording
        before = cast("Wording | None", now.corrects) if now else None
        if now is None or before is None or (event.wording_id and now.pk != event.wording_id):
            raise Untouched(CHANGED_SINCE)
        if now.recorded_at > self._until or not _wrote(event, now):
            raise Untouched(CHANGED_SINCE)
        words = ItemWords.of(before)
        change = WordsChange(item, now, words, now.valid_from, REASON, is_correction=True)
        if change.needs_two:
            day = now.valid_from
            propose_words(by=self.by, item=item, words=words, valid_from=day, reason=REASON, is_correction=True)
            return "De ord, der stod før, sendes til godkendelse. En anden skal udgive dem."
        correct_words(by=self.by, wording=now, words=words, reason=REASON)
        return "Ordene kommer til at være dem, der stod før."

    def _discard_proposal(self, event: Event) -> str:
        if event.proposal is None or event.proposal.state not in UNPUBLISHED:
            raise Untouched("Forslaget er udgivet eller kasseret. Er ordene forkerte, så ret dem på rækkens side.")
        discard_words(by=self.by, draft=event.proposal)
        return "Forslaget til ord kasseres."

    # --- Owners, support, relations -----------------------------------------------------------------------------------

    def _ownership(self, event: Event) -> Ownership:
        """The row that the event wrote, where it still stands."""
        item = self._needed(event)
        rows = Ownership.objects.filter(item=item, committee=event.committee, replacements__isnull=True)
        if event.ownership_id:
            rows = rows.filter(pk=event.ownership_id)
        found = rows.select_related("item__publication", "committee", "replaces").order_by("-pk").first()
        if found is None or found.recorded_at > self._until or not _wrote(event, found):
            raise Untouched(CHANGED_SINCE)
        return found

    def _own_no_more(self, event: Event) -> str:
        correct_owner(by=self.by, ownership=self._ownership(event), never=True, reason=REASON)
        return "Udvalget har så aldrig ejet rækken."

    def _own_again(self, event: Event) -> str:
        ownership = self._ownership(event)
        old = ownership.replaces
        if old is None:
            raise Untouched(CHANGED_SINCE)
        correct_owner(
            by=self.by,
            ownership=ownership,
            role=old.role,
            valid_from=old.valid_from,
            valid_to=old.valid_to,
            reason=REASON,
        )
        return "Ejerskabet kommer til at være det, der stod før."

    def _support_again(self, event: Event) -> str:
        item, details = self._needed(event), event.details
        option = details["option"][1] if "option" in details else ""
        shares = VoteShare.objects.filter(item=item, **({"option": option} if option else {}))
        if "item" in details or "option" in details:  # there was none before
            raise Untouched("Støtten bliver stående. Er den forkert, så ret den på rækkens side.")
        share = next((one for one in shares.order_by("pk") if _stands(one, details)), None)
        if share is None:
            raise Untouched(CHANGED_SINCE)
        said = {name: getattr(share, name) for name in ("basis", "percent", "count", "voters", "rank", "page", "note")}
        record_support(by=self.by, item=item, option=share.option, **said | _values_before(share, event))
        return "Støtten kommer til at være den, der stod før."

    def _unrelate(self, event: Event) -> str:
        item = self._needed(event)
        said = event.details["relation"][1]
        rows = Relation.objects.filter(from_item=item).select_related("from_item__publication", "to_item__publication")
        found = next((one for one in rows.order_by("pk") if str(one) == said), None)
        if found is None:
            raise Untouched("Forholdet er fjernet i forvejen.")
        unrelate(by=self.by, relation=found, reason=REASON)
        return "Forholdet fjernes."

    # --- The source ---------------------------------------------------------------------------------------------------

    def _treat_again(self, event: Event) -> str:
        treatment = event.treatment
        if treatment is None or treatment.corrections.exists():
            raise Untouched(CHANGED_SINCE)
        old = treatment.corrects
        said: dict[str, Any] = {"meeting_date": treatment.meeting_date, "takes_back": True}
        if isinstance(old, Treatment):
            said = {name: getattr(old, name) for name in ("meeting_date", "agenda_item", "agenda_url", "proposed")}
        correct_treatment(by=self.by, treatment=treatment, reason=REASON, **said)
        return "Behandlingen rettes til det, der stod før." if old else "Behandlingen tages tilbage."

    def _source_again(self, event: Event) -> str:
        source = _fresh(event.publication)
        if name := next((name for name in LISTS if name in event.details), ""):
            return self._list_again(source, name, *event.details[name])
        change_source(by=self.by, publication=source, **_values_before(source, event))
        return "Kilden kommer til at stå, som den stod før."

    def _list_again(self, source: Publication, name: str, gone: str, new: str) -> str:
        """One of the lists that are written whole: what was put in it is taken out."""
        if gone:
            raise Untouched(f"Listen bliver stående. Før stod der: {gone}. Ret den på kildens side.")
        content, record = LISTS[name]
        rows = getattr(source, STORED_AS[name]).order_by("pk" if name == "committees" else "position")
        lines = lines_of(content, rows)
        taken = [line for line in lines if str(line) in new.split("; ")]
        if not taken:  # as where a text has »; « in it
            raise Untouched(f"Listen bliver stående, for det, der kom på den, er ikke fundet: {new}.")
        record(by=self.by, publication=source, **{name: [line for line in lines if line not in taken]})
        return f"Det, der kom på listen, tages af den: {'; '.join(map(str, taken))}."

    def _source_stays(self, event: Event) -> str:
        raise Untouched("Kilden bliver stående som kladde. Kun de medarbejdere, der må, kan se den.")

    def _addressee_stays(self, event: Event) -> str:
        name = event.details.get("name", ["", ""])[1]
        raise Untouched(f"Adressaten »{name}« bliver stående, for andre rækker kan bruge den.")


def _wrote(event: Event, row: Model) -> bool:
    """Whether it is the row that the event wrote: by its number another could be found, once rows are numbered anew."""
    return event.digest == digest(row)


def _named(event: Event) -> str:
    return str(event.details.get("row", ["", ""])[1])


def _typed_anew(event: Event) -> list[str]:
    """What somebody has made the rows say since that the event tells of, by typing them anew."""
    said = event.details["rows"][1].split("; ")
    count = len(said)
    for typed in Event.objects.filter(publication=event.publication, act=Act.ITEM_RETYPED, pk__gt=event.pk).order_by(
        "pk"
    ):
        before, after = typed.details["row"]
        if before.startswith(tuple(said)):
            said.append(after)
    return said[count:]


def _fresh(source: Publication | None) -> Publication:
    if source is None:
        raise Untouched("Kilden findes ikke længere.")
    return Publication.objects.get(pk=source.pk)


def _values_before(row: Model, event: Event) -> dict[str, Any]:
    """What the fields of a row were before the event; refused where they have been changed since."""
    if not _stands(row, event.details):
        raise Untouched(CHANGED_SINCE)
    return {name: _read(row, name, said[0]) for name, said in event.details.items() if _is_field(row, name)}


def _stands(row: Model, details: dict[str, Any]) -> bool:
    """Whether the row's fields still say what the event made them say."""
    for name, said in details.items():
        if _is_field(row, name):
            value = getattr(row, row._meta.get_field(name).attname)  # type: ignore[union-attr]
            if ("" if value is None else str(value)) != said[1]:
                return False
    return True


def _is_field(row: Model, name: str) -> bool:
    return name in {field.name for field in row._meta.concrete_fields}


def _read(row: Model, name: str, text: str) -> Any:
    """A value as the log keeps it."""
    field: Any = row._meta.get_field(name)
    if field.is_relation:
        found = field.remote_field.model.objects.filter(pk=text).first() if text else None
        if text and found is None:
            raise Untouched(CHANGED_SINCE)
        return found
    if text == "" and not field.null:
        return field.get_default() if not isinstance(field.get_default(), str) else ""
    return field.to_python(text) if text else None
