"""What is promised about an item: deadlines and criteria. None of it is ever overwritten; a slip is corrected."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import danish, permissions, standing
from recommendations.actions.state import checked, done_before, lock, record, refresh_standings, require_likely
from recommendations.actions.turns import in_turn
from recommendations.enums import Act, Nature
from recommendations.lifecycle import Problems, day_problem
from recommendations.models import Committee, Deadline, DoneWhen, Item


@in_turn()
def set_deadline(
    *,
    by: User,
    item: Item,
    committee: Committee,
    due_on: date | None,
    reason: str = "",
    corrects: Deadline | None = None,
    sure: bool = False,
    request_key: UUID | None = None,
) -> Deadline:
    """Set the first deadline, or move it: then a reason is needed, and the earlier ones stay visible.

    `corrects` names one that was mistyped: the new row stands in its place, and it is no move. Without a day there was
    no deadline. A day that has passed, or is far ahead, is asked about (`Doubt`) unless `sure`.
    """
    permissions.check_can_decide(by, item, committee)
    item = lock(item)
    if (done := done_before(request_key)) and done.deadline:
        return done.deadline
    reason = danish.normalised(reason)
    current = Deadline.objects.known().filter(item=item).oldest_first().last()
    problems = _correction_problems(corrects, item, reason)
    if due_on is None and not corrects:
        problems["due_on"] = _("Skriv fristens dato.")
    elif wrong := day_problem(due_on, source_day=item.publication.exists_from, today=timezone.localdate()):
        problems["due_on"] = wrong
    elif (stands := corrects or current) and stands.due_on == due_on:
        problems["due_on"] = _("Fristen er allerede den dag. Skriv den nye frist.")
    if current and danish.is_blank(reason) and not corrects:
        problems["reason"] = _("Skriv, hvorfor fristen flyttes. Begrundelsen vises for borgerne.")
    if problems:
        raise ValidationError(problems)
    require_likely(item, sure=sure, due_on=due_on)
    deadline = checked(
        Deadline(
            item=item,
            committee=committee,
            due_on=due_on,
            reason=reason,
            corrects=corrects,
            recorded_by=by,
            **({"set_on": corrects.set_on} if corrects else {}),
        )
    )
    known = refresh_standings([item])
    before, after = standing.before_and_after(deadline, known[item.pk])
    record(
        act=Act.DEADLINE_CORRECTED if corrects else Act.DEADLINE_MOVED if current else Act.DEADLINE_SET,
        nature=Nature.CORRECTION if corrects else Nature.NEWS,
        by=by,
        item=item,
        committee=committee,
        on=deadline.set_on,
        before=before,
        after=after,
        deadline=deadline,
        at=deadline.recorded_at,
        request_key=request_key,
    )
    return deadline


@in_turn()
def set_done_when(
    *,
    by: User,
    item: Item,
    committee: Committee,
    text: str,
    reason: str = "",
    corrects: DoneWhen | None = None,
    request_key: UUID | None = None,
) -> DoneWhen:
    """Say what it takes for the item to be done, or reword it: then a reason is needed.

    `corrects` names a criterion that was mistyped; without a text there was none.
    """
    permissions.check_can_decide(by, item, committee)
    item = lock(item)
    if (done := done_before(request_key)) and done.criterion:
        return done.criterion
    text, reason = danish.normalised(text), danish.normalised(reason)
    current = DoneWhen.objects.known().filter(item=item).oldest_first().last()
    problems = _correction_problems(corrects, item, reason)
    if danish.is_blank(text) and not corrects:
        problems["text"] = _("Skriv, hvad der skal være sket.")
    elif (stands := corrects or current) and stands.text == text:
        problems["text"] = _("Kriteriet er uændret. Skriv den nye ordlyd.")
    if current and danish.is_blank(reason) and not corrects:
        problems["reason"] = _("Skriv, hvorfor kriteriet ændres. Begrundelsen vises for borgerne.")
    if problems:
        raise ValidationError(problems)
    criterion = checked(
        DoneWhen(
            item=item,
            committee=committee,
            text="" if danish.is_blank(text) else text,
            reason=reason,
            corrects=corrects,
            recorded_by=by,
            **({"set_on": corrects.set_on} if corrects else {}),
        )
    )
    record(
        act=Act.CRITERION_CORRECTED if corrects else Act.CRITERION_REWORDED if current else Act.CRITERION_SET,
        nature=Nature.CORRECTION if corrects else Nature.NEWS,
        by=by,
        item=item,
        committee=committee,
        on=criterion.set_on,
        criterion=criterion,
        at=criterion.recorded_at,
        request_key=request_key,
    )
    return criterion


def _correction_problems(corrects: Deadline | DoneWhen | None, item: Item, reason: str) -> Problems:
    if corrects is None:
        return {}
    problems: Problems = {}
    if corrects.item_id != item.pk:
        problems["corrects"] = _("En rettelse skal rette noget, der er registreret om den samme række.")
    elif corrects.corrections.exists():
        problems["corrects"] = _("Rækken er allerede rettet. Ret den nyeste udgave.")
    if danish.is_blank(reason):
        problems["reason"] = _("Skriv, hvad der var forkert. Det vises for borgerne.")
    return problems
