"""What every act on an unpublished update asks first: is it still what was seen, may it move, what does it lack."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import standing
from recommendations.actions.state import require_likely
from recommendations.enums import UpdateState
from recommendations.lifecycle import Problems, UpdateContent, can_move, publishing_problems
from recommendations.models import Item, Ownership, StatusUpdate


@dataclass(frozen=True)
class Seen:
    """What somebody had before their eyes when they began to write: the keys that a form carries along.

    `latest` is the update that was published last (none when there was none), `version` the draft's own. A newer one
    means that somebody else was faster (optimistic locking).
    """

    latest: int | None
    version: int = 0

    @classmethod
    def now(cls, item: Item, update: StatusUpdate | None = None) -> Seen:
        latest = StatusUpdate.objects.latest_published(item)
        return cls(latest.pk if latest else None, update.version if update else 0)

    @classmethod
    def now_of(cls, items: Collection[Item]) -> dict[Item, Seen]:
        """`now` of each of many items."""
        latest = StatusUpdate.objects.latest_published_of(items)
        return {item: cls(latest[item].pk if item in latest else None) for item in items}


class Conflict(ValidationError):
    """Somebody else was faster. Nothing was written; who writes is shown what is new, and decides."""


def locked_update(update: StatusUpdate) -> StatusUpdate:
    """The update as it is now, held until the transaction ends."""
    # Only the row itself: PostgreSQL cannot lock the empty side of an outer join.
    rows = StatusUpdate.objects.select_for_update(of=("self",))
    found: StatusUpdate = rows.select_related("item__publication", "item__wording", "committee").get(pk=update.pk)
    return found


def require_unchanged(item: Item, seen: Seen, now: Seen) -> None:
    """Refuse with a `Conflict` when something newer has been published, or the draft saved, since `seen`."""
    if seen.latest != now.latest:
        raise Conflict(
            _(
                "En anden har opdateret %(number)s, mens du skrev. Din tekst er her stadig; se den nye status, og "
                "vælg, hvad der skal stå."
            )
            % {"number": item.number}
        )
    if seen.version != now.version:
        raise Conflict(
            _(
                "En anden har gemt i den samme kladde om %(number)s, mens du skrev. Din tekst er her stadig; se den "
                "andens, og vælg, hvad der skal stå."
            )
            % {"number": item.number}
        )


def require_unpublished(update: StatusUpdate) -> None:
    if update.is_published:
        raise ValidationError(_("Opdateringen er udgivet og kan ikke ændres. Opret en rettelse i stedet."))


def require_move(update: StatusUpdate, state: str) -> None:
    require_unpublished(update)
    if not can_move(update.state, state):
        raise ValidationError(
            _("Opdateringen er allerede »%(state)s«. Genindlæs siden for at se den.")
            % {"state": update.get_state_display()}
        )


def require_publishable(update: StatusUpdate) -> None:
    if problems := problems_of(update):
        raise ValidationError(problems)


DAYS = ("on", "decided_on", "next_step_on")


def require_likely_days(update: StatusUpdate, *, sure: bool) -> None:
    """Ask about unlikely days (`Doubt`) of a draft before it leaves its author; not about what a correction repeats."""
    if update.state != UpdateState.DRAFT:
        return
    days = {name: getattr(update, name) for name in DAYS}
    if update.corrects:
        days = {name: day for name, day in days.items() if day != getattr(update.corrects, name)}
    require_likely(update.item, sure=sure, **days)


def problems_of(update: StatusUpdate) -> Problems:
    """What stands in the way of publishing a draft as it is: field name to sentence, empty when nothing does."""
    content = UpdateContent(
        kind=update.kind,
        status=update.status,
        on=update.on,
        text=update.text,
        decided_by=update.decided_by,
        decided_on=update.decided_on,
        next_step=update.next_step,
        next_step_on=update.next_step_on,
        evidence_kinds=list(update.evidence.order_by("position").values_list("kind", flat=True)),
    )
    source_day = update.item.publication.exists_from
    problems = publishing_problems(content, today=timezone.localdate(), source_day=source_day)
    if wrong := _next_meeting_problem(update):
        problems["next_step_meeting"] = wrong
    if update.committee and update.on and not update.committee.exists_on(update.on) and not update.corrects_id:
        problems["on"] = _("%(committee)s fandtes ikke den %(date)s. Vælg en dag, da udvalget fandtes.") % {
            "committee": update.committee.name,
            "date": update.on.strftime("%d.%m.%Y"),
        }
    elif update.committee and update.on and not update.corrects_id and _owns_no_more(update):
        problems["committee"] = _(
            "%(committee)s ejer ikke længere %(item)s. Lad det udvalg skrive, som ejer rækken."
        ) % {
            "committee": update.committee.name,
            "item": update.item,
        }
    return problems


def _next_meeting_problem(update: StatusUpdate) -> str:
    """Why the next step cannot come at the meeting it is said to come at; empty when it can."""
    meeting = update.next_step_meeting
    if meeting is None:
        return ""
    if meeting.committee_id != update.committee_id:
        return _("Mødet er et andet udvalgs. Vælg et af udvalgets egne møder.")
    repeats = update.corrects is not None and update.corrects.next_step_meeting_id == meeting.pk
    if not meeting.is_expected and not repeats:
        return _("Mødet er »%(state)s«. Vælg et møde, der skal holdes, eller skriv en dag.") % {
            "state": meeting.get_state_display()
        }
    return ""


def _owns_no_more(update: StatusUpdate) -> bool:
    """Whether the item was others' by the day the update is about: drafts outlive an ownership that ends."""
    rows = Ownership.objects.recorded().filter(Q(valid_to__isnull=True) | Q(valid_to__gt=update.on), item=update.item)
    owners = list(rows.order_by().values_list("committee_id", flat=True))
    if not owners or update.committee_id in owners:
        return False
    known = standing.known_of([update.item_id])[update.item_id]
    return not any(update.committee_id in known.line(owner) for owner in owners)
