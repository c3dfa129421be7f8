"""What binds a committee towards the public: answers, deadlines, criteria. None of it is ever overwritten."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import permissions
from recommendations.actions.state import lock, refresh_state
from recommendations.lifecycle import answer_problems
from recommendations.models import (
    Committee,
    CommitteeAnswer,
    Deadline,
    DoneWhen,
    Lineage,
    Ownership,
    Recommendation,
    TrackedItem,
    for_item,
)


@transaction.atomic
def record_answer(
    *,
    by: User,
    recommendation: Recommendation,
    committee: Committee,
    outcome: str,
    meeting_date: date,
    agenda_item: str = "",
    agenda_url: str = "",
    text: str = "",
    passed_on_to: str = "",
    corrects: CommitteeAnswer | None = None,
) -> CommitteeAnswer:
    """Record what a committee answered at a meeting. `corrects` names an answer that was recorded wrongly."""
    if not permissions.can_answer_for(by, committee):
        raise PermissionDenied(
            _("Du er ikke godkender for %(committee)s og kan ikke registrere dets svar.")
            % {"committee": committee.name}
        )
    lock(recommendation)
    problems = answer_problems(
        outcome, text=text, passed_on_to=passed_on_to, meeting_date=meeting_date, today=timezone.localdate()
    )
    if not committee.exists_on(meeting_date):
        problems["committee"] = _("%(committee)s fandtes ikke den %(date)s. Vælg det udvalg, der svarede.") % {
            "committee": committee.name,
            "date": meeting_date.strftime("%d.%m.%Y"),
        }
    elif not _owns(committee, recommendation):
        problems["committee"] = _("%(committee)s ejer ikke anbefalingen. Registrer ejerskabet først.") % {
            "committee": committee.name
        }
    if corrects and (corrects.recommendation_id, corrects.committee_id) != (recommendation.pk, committee.pk):
        problems["corrects"] = _("En rettelse skal rette det samme udvalgs svar på den samme anbefaling.")
    if corrects and corrects.corrections.exists():
        problems["corrects"] = _("Svaret er allerede rettet. Ret den nyeste udgave.")
    if problems:
        raise ValidationError(problems)
    answer = CommitteeAnswer(
        recommendation=recommendation,
        committee=committee,
        outcome=outcome,
        meeting_date=meeting_date,
        agenda_item=agenda_item.strip(),
        agenda_url=agenda_url,
        text=text.strip(),
        passed_on_to=passed_on_to.strip(),
        corrects=corrects,
        recorded_by=by,
    )
    answer.full_clean()
    answer.save()
    return answer


def _owns(committee: Committee, item: TrackedItem) -> bool:
    """Whether the committee, one that took over from it, or one that it took over from, owns the item or ever did."""
    lineage = Lineage.load()
    line = lineage.with_successors(committee.pk) | lineage.with_predecessors(committee.pk)
    return Ownership.objects.filter(**for_item(item), committee__in=line).exists()


@transaction.atomic
def set_deadline(*, by: User, item: TrackedItem, committee: Committee, due_on: date, reason: str = "") -> Deadline:
    """Set the first deadline, or move it: then a reason is needed, and the earlier ones stay visible."""
    _require_decider(by, item, committee)
    item = lock(item)
    current = Deadline.objects.known().filter(**for_item(item)).oldest_first().last()
    if current and current.due_on == due_on:
        raise ValidationError({"due_on": _("Fristen er allerede den dag. Skriv den nye frist.")})
    if current and not reason.strip():
        raise ValidationError({"reason": _("Skriv, hvorfor fristen flyttes. Begrundelsen vises for borgerne.")})
    deadline = Deadline(**for_item(item), committee=committee, due_on=due_on, reason=reason.strip(), recorded_by=by)
    deadline.full_clean()
    deadline.save()
    refresh_state(item)
    return deadline


@transaction.atomic
def set_done_when(*, by: User, item: TrackedItem, committee: Committee, text: str, reason: str = "") -> DoneWhen:
    """Say what it takes for the item to be done, or reword it: then a reason is needed."""
    _require_decider(by, item, committee)
    item = lock(item)
    current = DoneWhen.objects.known().filter(**for_item(item)).oldest_first().last()
    if current and current.text == text.strip():
        raise ValidationError({"text": _("Kriteriet er uændret. Skriv den nye ordlyd.")})
    if current and not reason.strip():
        raise ValidationError({"reason": _("Skriv, hvorfor kriteriet ændres. Begrundelsen vises for borgerne.")})
    criterion = DoneWhen(
        **for_item(item), committee=committee, text=text.strip(), reason=reason.strip(), recorded_by=by
    )
    criterion.full_clean()
    criterion.save()
    return criterion


def _require_decider(by: User, item: TrackedItem, committee: Committee) -> None:
    if not permissions.can_decide(by, item, committee):
        raise PermissionDenied(
            _("Kun en godkender for %(committee)s kan gøre det for %(item)s.")
            % {"committee": committee.name, "item": item}
        )
