"""What `verify` holds against the memory of what happened, beside the digest of each row: that nothing is left out."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, Max, Model, OuterRef
from django.utils.text import Truncator

from recommendations.actions.sources import SEALED_TOGETHER, SEALED_VOTES, sealed_votes
from recommendations.actions.state import columns_of, digest, digest_of
from recommendations.enums import DONE, SHOWS_DONE, SHOWS_PLANNED, Act, Status, UpdateState
from recommendations.management.row_by_row import happening, named
from recommendations.models import (
    Committee,
    CommitteeAnswer,
    Deadline,
    DoneWhen,
    Event,
    Evidence,
    IssuedReport,
    Item,
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
    """Rows that may change: each is as the newest event that wrote it says. What was withheld is left out, and the
    committees that were read in with a whole file, which are not told of one by one.
    """
    withheld = set(WithheldPlace.objects.order_by().values_list("table_name", "row_id"))
    for committee, told in _newest("committee", {Act.COMMITTEE_ADDED, Act.COMMITTEE_CHANGED}):
        row = Committee.objects.get(pk=committee)
        ends = columns_of(row) | {"valid_to": None}  # that it was succeeded is told by another event
        if told not in (digest(row), digest_of(ends)) and (Committee._meta.db_table, row.pk) not in withheld:
            yield f"»{row.name}« (udvalg {row.pk}) er ikke, som det sidst blev gemt. {AROUND}"


def unlike_shares() -> Iterator[str]:
    """Each share is as the event says that recorded it last, or as it was when its source became public. Of a source in
    draft they are typed and told of with their rows.
    """
    table = VoteShare._meta.db_table
    withheld = set(WithheldPlace.objects.filter(table_name=table).order_by().values_list("row_id", flat=True))
    sealed: dict[int, str] = {}  # share -> its digest
    sealed_by: dict[int | None, int] = {}  # source -> the last event that seals shares of it
    recorded = Event.objects.filter(act=Act.SUPPORT_RECORDED, publication__public_at__isnull=False).order_by("pk")
    for event in recorded.filter(item__isnull=True, batch__isnull=True):  # by a file: a row of a source in draft
        said = event.details.get(SEALED_VOTES, ["", ""])[1]
        if event.digest == digest(sealed_votes(said)):
            sealed |= {int(key): its_digest for key, _colon, its_digest in (one.partition(":") for one in said.split())}
            sealed_by[event.publication_id] = event.pk
        else:
            yield f"{event}: det, der står om støtten, er ændret. {AROUND} {happening(event.pk, event.act, event.at)}"
    told: dict[int, list[str]] = defaultdict(list)
    of_items = recorded.filter(item__isnull=False).values_list("pk", "publication", "item", "digest")
    for pk, source, item, its_digest in of_items:
        if pk > sealed_by.get(source, 0):
            told[item].append(its_digest)
    missing, wrong, newest = set(sealed) - withheld, set(), {item: digests[-1] for item, digests in told.items()}
    shares = VoteShare.objects.filter(item__publication__public_at__isnull=False).select_related("item").order_by("pk")
    for share in shares.iterator(SEALED_TOGETHER):
        missing.discard(share.pk)
        its_digest, item = digest(share), share.item_id
        if share.pk in withheld or its_digest == newest.get(item):
            newest.pop(item, None)
        elif (item in told or share.item.publication_id in sealed_by) and its_digest not in {
            sealed.get(share.pk),
            *told.get(item, ()),
        }:
            wrong.add(item)
    wrong |= newest.keys()
    for row in Item.objects.filter(pk__in=wrong).select_related("publication", "wording").order_by("pk"):
        yield f"{named(row)}: støtten er ikke den, der sidst blev registreret. {AROUND}"
    for key in sorted(missing):
        yield f"En stemmeandel ({key}) er væk. {AROUND}"


def _newest(what: str, acts: set[Act]) -> list[tuple[int, str]]:
    """Of each row (id) the digest in the newest of such events that has one."""
    events = Event.objects.filter(act__in=sorted(acts), **{f"{what}__isnull": False}).exclude(digest="")
    last = events.order_by().values(what).annotate(Max("pk")).values("pk__max")
    return list(events.filter(pk__in=last).order_by("pk").values_list(what, "digest"))


CHECKS = (untold_rows, vanished_rows, unproved_updates, wrong_files, unlike_what_was_told, unlike_shares)
