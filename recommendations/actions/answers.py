"""What a committee answered: recorded once, corrected by a new row, never overwritten."""

from __future__ import annotations

from datetime import date
from typing import cast
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import danish, permissions, standing
from recommendations.actions.state import checked, done_before, lock, record, refresh_standings
from recommendations.enums import Act, ItemKind, Nature
from recommendations.lifecycle import Problems, answer_problems
from recommendations.models import Committee, CommitteeAnswer, Item, Ownership
from recommendations.standing import known_of


@transaction.atomic
def record_answer(
    *,
    by: User,
    item: Item,
    committee: Committee,
    outcome: str,
    meeting_date: date,
    agenda_item: str = "",
    agenda_url: str = "",
    text: str = "",
    passed_on_to: str = "",
    chosen_option: Item | None = None,
    corrects: CommitteeAnswer | None = None,
    request_key: UUID | None = None,
) -> CommitteeAnswer:
    """Record what a committee answered at a meeting.

    `corrects` names an answer that was recorded wrongly; it leaves the state. Without an outcome nothing comes in its
    place: the answer was never given.
    """
    permissions.check_can_answer_for(by, committee)
    item = lock(item)
    if (done := done_before(request_key)) and done.answer:
        return done.answer
    answer = CommitteeAnswer(
        item=item,
        committee=committee,
        outcome=outcome,
        meeting_date=meeting_date,
        agenda_item=danish.normalised(agenda_item),
        agenda_url=agenda_url,
        text=danish.normalised(text),
        passed_on_to=danish.normalised(passed_on_to),
        chosen_option=chosen_option,
        corrects=corrects,
        recorded_by=by,
    )
    if problems := _problems(answer):
        raise ValidationError(problems)
    checked(answer)
    refresh_standings([item])
    before, after = standing.before_and_after(answer)
    record(
        act=Act.ANSWER_CORRECTED if corrects else Act.ANSWER_RECORDED,
        nature=Nature.CORRECTION if corrects else Nature.NEWS,
        by=by,
        item=item,
        committee=committee,
        on=meeting_date,
        before=before,
        after=after,
        answer=answer,
        at=answer.recorded_at,
        request_key=request_key,
    )
    return answer


def _problems(answer: CommitteeAnswer) -> Problems:
    """What stands in the way of recording it: field name to sentence."""
    item, committee = answer.item, answer.committee
    corrects = cast("CommitteeAnswer | None", answer.corrects)
    problems = answer_problems(
        answer.outcome,
        text=answer.text,
        passed_on_to=answer.passed_on_to,
        agenda_url=answer.agenda_url,
        meeting_date=answer.meeting_date,
        today=timezone.localdate(),
        source_day=item.publication.exists_from,
    )
    if not answer.outcome and not corrects:
        problems["outcome"] = _("Vælg udvalgets svar.")
    if not committee.exists_on(answer.meeting_date):
        problems["committee"] = _("%(committee)s fandtes ikke den %(date)s. Vælg det udvalg, der svarede.") % {
            "committee": committee.name,
            "date": answer.meeting_date.strftime("%d.%m.%Y"),
        }
    elif not _ever_owned(committee, item):
        problems["committee"] = _("%(committee)s ejer ikke anbefalingen. Registrer ejerskabet først.") % {
            "committee": committee.name
        }
    option = answer.chosen_option
    if option and (option.kind != ItemKind.OPTION or option.parent_id != item.pk):
        problems["chosen_option"] = _("%(option)s er ikke en af mulighederne under %(item)s.") % {
            "option": option,
            "item": item,
        }
    if corrects and (corrects.item_id, corrects.committee_id) != (item.pk, committee.pk):
        problems["corrects"] = _("En rettelse skal rette det samme udvalgs svar på den samme anbefaling.")
    elif corrects and corrects.corrections.exists():
        problems["corrects"] = _("Svaret er allerede rettet. Ret den nyeste udgave.")
    elif answer.outcome and not problems:
        of_the_meeting = CommitteeAnswer.objects.known().filter(
            item=item, committee=committee, meeting_date=answer.meeting_date
        )
        if standing_one := of_the_meeting.exclude(pk=answer.corrects_id).order_by("pk").last():
            problems["meeting_date"] = _(
                "Der er allerede registreret et svar fra mødet: %(answer)s. Er det forkert, så ret det svar."
            ) % {"answer": standing_one}
    return problems


def _ever_owned(committee: Committee, item: Item) -> bool:
    """Whether the committee, or one whose word is its word too, owns the item or ever did."""
    owners = Ownership.objects.recorded().filter(item=item).order_by().values_list("committee_id", flat=True)
    known = known_of([item.pk])[item.pk]
    return any(committee.pk in known.line(owner) for owner in owners)
