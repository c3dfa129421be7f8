"""Mail about drafts and items as they go from hand to hand: several acts are told in one mail (digest).

It names the row and the colleague, and leads to the page. What was written stands there, where it can be withheld.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recommendations import links, tenancy
from recommendations.enums import Act, MessageKind, UpdateState
from recommendations.models import CommitteeMembership, Event, OutgoingMessage
from recommendations.models.membership import name_of
from recommendations.notifications.staff import MOST_NAMED
from recommendations.notifications.writing import Written, writer_of, written


@dataclass(frozen=True)
class WorkLine:
    """One act, or many alike: a few words, a sentence, and the page where it is seen to."""

    heading: str
    said: str
    address: str


@writer_of(MessageKind.WORKFLOW)
def workflow(message: OutgoingMessage) -> Written | None:
    """The mail of one message, where it goes alone."""
    return digest([message])


def digest(messages: Sequence[OutgoingMessage]) -> Written | None:
    """One mail of several messages to one person; nothing, where somebody else has seen to all of it, or the person
    works for no committee any more.
    """
    person = messages[0].person
    if person is None or not CommitteeMembership.objects.in_force(timezone.localdate()).filter(user=person).exists():
        return None
    lines = [line for message in messages for line in _lines(message)]
    if not lines:
        return None
    context = {
        "person": name_of(person),
        "lines": lines[:MOST_NAMED],
        "count": len(lines),
        "more": max(len(lines) - MOST_NAMED, 0),
        "address": tenancy.site_url() + reverse("admin:index"),
        "less_address": tenancy.site_url() + reverse("mail_preferences", args=[links.staff_token(person)]),
    }
    return written("workflow", context)


def _lines(message: OutgoingMessage) -> Iterator[WorkLine]:
    found = Event.objects.filter(pk__in=message.about["events"]).with_rows()
    events = list(found.select_related("by", "proposal", "report", "meeting__committee").order_by("pk"))
    if not events or _is_seen_to(events[0]):
        return
    heading, sentence = SAID[Act(events[0].act)]
    about = _about(events)
    yield WorkLine(str(heading) % about, str(sentence) % about, tenancy.site_url() + _address(events))


def _is_seen_to(event: Event) -> bool:
    """Whether what awaited an approver awaits one no more."""
    row = {
        Act.DRAFT_SUBMITTED: event.update,
        Act.ANSWERS_SUBMITTED: event.answer_draft,
        Act.WORDS_PROPOSED: event.proposal,
    }.get(Act(event.act))
    return row is not None and row.state != UpdateState.SUBMITTED


def _address(events: Sequence[Event]) -> str:
    event = events[0]
    if len(events) > 1:
        return reverse("admin:index")
    if event.act == Act.WITHHELD:
        return reverse("withholdings")
    if event.update and event.act != Act.ITEM_ASSIGNED:
        return reverse("admin:recommendations_statusupdate_change", args=[event.update.pk])
    if event.answer_draft:
        return reverse("answer_draft", args=[event.answer_draft.pk])
    if event.proposal:
        return reverse("admin:recommendations_wordingdraft_change", args=[event.proposal.pk])
    if event.meeting:
        return reverse("report_draft", args=[event.meeting.pk])
    if event.item:
        return reverse(f"admin:recommendations_{event.item.route}_change", args=[event.item.pk])
    return reverse("admin:index")


# --- What each act says -----------------------------------------------------------------------------------------------

# A heading and a sentence, by what `_about` names.
SAID = {
    Act.DRAFT_SUBMITTED: (
        gettext_lazy("Til godkendelse: %(item)s"),
        gettext_lazy("%(by)s har sendt en status til godkendelse."),
    ),
    Act.DRAFT_RETURNED: (
        gettext_lazy("Sendt retur: %(item)s"),
        gettext_lazy("%(by)s har sendt kladden retur med en bemærkning."),
    ),
    **dict.fromkeys(
        [Act.STATUS_PUBLISHED, Act.NOTE_PUBLISHED],
        (gettext_lazy("Udgivet: %(item)s"), gettext_lazy("%(by)s har udgivet det, du skrev.")),
    ),
    Act.UPDATE_CORRECTED: (
        gettext_lazy("Rettet: %(item)s"),
        gettext_lazy("%(by)s har udgivet en rettelse af det, der stod."),
    ),
    Act.ANSWERS_SUBMITTED: (
        gettext_lazy("Svar til godkendelse: %(committee)s, mødet den %(day)s"),
        gettext_lazy("%(by)s har sendt svarene fra mødet til godkendelse."),
    ),
    Act.ANSWERS_RETURNED: (
        gettext_lazy("Svar sendt retur: %(committee)s, mødet den %(day)s"),
        gettext_lazy("%(by)s har sendt svarene fra mødet retur med en bemærkning."),
    ),
    Act.ANSWERS_PUBLISHED: (
        gettext_lazy("Svar registreret: %(committee)s, mødet den %(day)s"),
        gettext_lazy("%(by)s har registreret de svar, du skrev."),
    ),
    Act.WORDS_PROPOSED: (
        gettext_lazy("Nye ord til godkendelse: %(item)s"),
        gettext_lazy("%(by)s har foreslået nye ord."),
    ),
    Act.WORDS_RETURNED: (
        gettext_lazy("Forslag til ord sendt retur: %(item)s"),
        gettext_lazy("%(by)s har sendt dit forslag retur med en bemærkning."),
    ),
    Act.HANDED_OVER: (
        gettext_lazy("Overdraget til %(committee)s: %(item)s"),
        gettext_lazy("%(by)s har overdraget det til %(committee)s."),
    ),
    Act.WITHHELD: (
        gettext_lazy("Oplysninger fjernet: %(item)s"),
        gettext_lazy("%(by)s har fjernet noget, som loven siger skal væk. Grunden står som nr. %(after)s."),
    ),
    Act.REPORT_FROZEN: (
        gettext_lazy("Kladde til rapport er klar: %(committee)s, mødet den %(day)s"),
        gettext_lazy("%(by)s har låst kladden. Læs den, før rapporten bliver udstedt."),
    ),
    Act.ITEM_DECLINED: (
        gettext_lazy("»Ikke min«: %(item)s"),
        gettext_lazy("%(by)s har meldt, at rækken er en andens. Giv den til en."),
    ),
    Act.ITEM_ASSIGNED: (
        gettext_lazy("Givet til dig: %(item)s"),
        gettext_lazy("%(by)s har givet dig rækken at holde ved lige."),
    ),
    Act.NEWS_SUGGESTED: (
        gettext_lazy("Nyt fra en borger: %(item)s"),
        gettext_lazy("En borger har sendt noget nyt ind. Se, om det holder."),
    ),
}


def _about(events: Sequence[Event]) -> dict[str, str]:
    """What the phrases name: of many alike, how many in the place of the one."""
    event = events[0]
    day = event.meeting.on if event.meeting else event.on
    rows = ngettext("%(count)s række", "%(count)s rækker", len(events)) % {"count": len(events)}
    item = str(event.item or event.publication or _("et sted uden for rækkerne"))
    return {
        "by": name_of(event.by) if event.by else str(tenancy.current().name),
        "item": item if len(events) == 1 else rows,
        "committee": event.committee.name if event.committee else "",
        "day": date_format(day, "j. F Y") if day else "",
        "after": event.after,
    }
