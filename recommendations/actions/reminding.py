"""Asking for the statuses that are due."""

from __future__ import annotations

from datetime import date

from recommendations import outbox, tenancy
from recommendations.actions.turns import in_turn
from recommendations.enums import MessageKind
from recommendations.models import Committee, Item, ReminderStep
from recommendations.reminders import DueMail, due

BATCH = 2000  # rows written at a time


@in_turn()
def remind(today: date) -> list[DueMail]:
    """Put the mails that are due in the outbox, and write down each step that they tell of.

    It is the day that asks and nobody in particular, and nothing changes that is tracked: so it has no event. What was
    asked of whom stands in `ReminderStep`. Safe to ask twice: what is due is read when nobody else is asking. Returns
    all that was due, also what waits and what nobody can be told.
    """
    found = due(today)
    sent = [mail for mail in found if mail.is_sent]
    of_one = [mail.steps[0] for mail in sent if mail.message == MessageKind.ITEM_ASKED]
    items = Item.objects.in_bulk([step.item for step in of_one])
    committees = Committee.objects.in_bulk([step.committee for step in of_one])
    rows = []
    for mail in sent:
        item, committee = None, mail.mailbox
        if mail.message == MessageKind.ITEM_ASKED:
            item, committee = items[mail.steps[0].item], committees[mail.steps[0].committee]
        message = outbox.put(mail.message, person=mail.person, committee=committee, item=item, about=mail.about)
        rows += [
            ReminderStep(
                municipality=tenancy.current(),
                kind=step.kind,
                person=mail.person,
                committee_id=step.committee,
                item_id=step.item,
                about_on=step.about_on,
                days=step.days,
                told_on=today,
                message=message,
            )
            for step in mail.steps
        ]
    ReminderStep.objects.bulk_create(rows, batch_size=BATCH)
    return found
