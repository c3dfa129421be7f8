"""What `verify` holds against the memory of what happened, beside the digest of each row: that nothing is left out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, Max, Model, OuterRef
from django.utils.text import Truncator

from recommendations.actions.state import columns_of, digest, digest_of
from recommendations.enums import DONE, SHOWS_DONE, SHOWS_PLANNED, Act, Status, UpdateState
from recommendations.management.row_by_row import happening
from recommendations.models import (
    Committee,
    CommitteeAnswer,
    Deadline,
    DoneWhen,
    Event,
    Evidence,
    IssuedReport,
    StatusUpdate,
    VoteShare,
    WithheldPlace,
)
from recommendations.models.event import ROWS

AROUND = "Nogen har ændret databasen uden om systemet."
BLOCK = 1024 * 1024
# Rows that come to be by one act each, told of in an event that points at them.
TOLD: dict[type[Model], str] = {
    StatusUpdate: "update",
    CommitteeAnswer: "answer",
    Deadline: "deadline",
    DoneWhen: "criterion",
    IssuedReport: "report",
}


def untold_rows() -> Iterator[str]:
    """A row that no event tells of came in some other way, or somebody has deleted the event."""
    for model, name in TOLD.items():
        rows: Any = model.objects.filter(~Exists(Event.objects.filter(**{name: OuterRef("pk")})))  # type: ignore[attr-defined]
        if model is StatusUpdate:
            rows = rows.filter(state=UpdateState.PUBLISHED)
        for row in rows.order_by("pk"):
            told = Truncator(str(row)).chars(60)
            yield f"»{told}« ({model._meta.verbose_name} {row.pk}) har ingen hændelse. {AROUND}"


def vanished_rows() -> Iterator[str]:
    """An event whose row is not there any more: the database lets nobody delete one that an event points at."""
    for name in ROWS:
        rows = Event._meta.get_field(name).related_model._base_manager  # type: ignore[union-attr]
        told = Event.objects.filter(**{f"{name}__isnull": False})
        for event in told.filter(~Exists(rows.filter(pk=OuterRef(f"{name}_id")))).order_by("pk"):
            what = happening(event.pk, event.act, event.at)
            yield f"Den række, der blev skrevet, findes ikke mere. {AROUND} {what}"


def unproved_updates() -> Iterator[str]:
    """Nothing is published as done or planned without something that shows it, so it has gone since."""
    published = StatusUpdate.objects.filter(state=UpdateState.PUBLISHED)
    for statuses, kinds in ((DONE, SHOWS_DONE), ({Status.PLANNED}, SHOWS_PLANNED)):
        shown = Exists(Evidence.objects.filter(update=OuterRef("pk"), kind__in=sorted(kinds)))
        for row in published.filter(status__in=sorted(statuses)).exclude(shown).select_related("item").order_by("pk"):
            yield f"»{row.item}«: dokumentationen til opdatering {row.pk} er væk. {AROUND}"


def wrong_files() -> Iterator[str]:
    """Each file of evidence is there, and is the one that was stored."""
    for evidence in Evidence.objects.exclude(file="").order_by("pk"):
        try:
            with evidence.file.storage.open(str(evidence.file.name)) as content:
                found = _digest_of_file(content)
        except OSError:
            yield f"Filen {evidence.file.name} (»{evidence.title}«) findes ikke. Gendan den fra en sikkerhedskopi."
            continue
        if found != evidence.digest:
            yield (
                f"Filen {evidence.file.name} (»{evidence.title}«) er en anden end den, der blev gemt. Gendan den fra "
                "en sikkerhedskopi."
            )


def _digest_of_file(content: Any) -> str:
    found = hashlib.sha256()
    while block := content.read(BLOCK):
        found.update(block)
    return found.hexdigest()


def unlike_what_was_told() -> Iterator[str]:
    """Rows that may change: each is as the newest event that wrote it says. Those read in with a whole file are not
    told of one by one, and are left out, as is what was withheld.
    """
    withheld = set(WithheldPlace.objects.order_by().values_list("table_name", "row_id"))
    for committee, told in _newest("committee", {Act.COMMITTEE_ADDED, Act.COMMITTEE_CHANGED}):
        row = Committee.objects.get(pk=committee)
        ends = columns_of(row) | {"valid_to": None}  # that it was succeeded is told by another event
        if told not in (digest(row), digest_of(ends)) and (Committee._meta.db_table, row.pk) not in withheld:
            yield f"»{row.name}« (udvalg {row.pk}) er ikke, som det sidst blev gemt. {AROUND}"
    for item, told in _newest("item", {Act.SUPPORT_RECORDED}):
        if told not in {digest(share) for share in VoteShare.objects.filter(item=item).order_by("pk")}:
            yield f"Støtten til række {item} er ikke den, der sidst blev registreret. {AROUND}"


def _newest(what: str, acts: set[Act]) -> list[tuple[int, str]]:
    """Of each row (id) the digest in the newest of such events that has one."""
    events = Event.objects.filter(act__in=sorted(acts), **{f"{what}__isnull": False}).exclude(digest="")
    last = events.order_by().values(what).annotate(Max("pk")).values("pk__max")
    return list(events.filter(pk__in=last).order_by("pk").values_list(what, "digest"))


CHECKS = (untold_rows, vanished_rows, unproved_updates, wrong_files, unlike_what_was_told)
