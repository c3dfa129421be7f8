"""Promised dates as a calendar (RFC 5545): deadlines in force, and the days on which next steps are expected; of a
committee its meetings too, with what was promised to each.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from recommendations import tenancy
from recommendations.enums import MeetingState
from recommendations.filters import InitiativesForm, NewsForm, RecommendationsForm, SelectionForm
from recommendations.meetings import Promise, promises
from recommendations.models import Deadline, Initiative, Item, Meeting, Recommendation, StatusUpdate
from recommendations.models.meeting import MeetingQuerySet
from recommendations.public.addressed import moved, one
from recommendations.public.asked import Refused, chosen, title_of
from recommendations.public.follow import title_of_its_own
from recommendations.public.meetings import meeting_at
from recommendations.selection import ItemModel, Selection
from recommendations.templatetags.words import excerpt, name

MOST = 2000
DEADLINES = UUID("0b0f4a52-3a57-4c40-8d2e-6f0f7a0f9f57")  # the name space of the deadlines' ids: never change it
MEETINGS = UUID("6d9b8f0e-7e0b-4f35-9d6f-3a0c5b8f7c21")  # the same of the meetings
RELATED = ("item__publication", "item__wording", "committee")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # RFC 5545, 3.1: a text may not hold them
LOOK_AGAIN = timedelta(hours=12)
# What the zone covers: it is there whether there are events or not, and an all-day event needs none.
ZONE_FROM, ZONE_TO = date(2000, 1, 1), date(2060, 1, 1)
STEP_HAS_A_DAY = Q(next_step_on__isnull=False) | Q(next_step_meeting__isnull=False)


def news_calendar(request: HttpRequest) -> HttpResponse:
    """`/nyt/kalender.ics`: both kinds of item; with `?udvalg=` the dates of a committee, with `?kilde=` of a source."""
    return _list(NewsForm(request.GET))


def recommendations_calendar(request: HttpRequest) -> HttpResponse:
    """`/anbefalinger/kalender.ics`"""
    return _list(RecommendationsForm(request.GET))


def initiatives_calendar(request: HttpRequest) -> HttpResponse:
    """`/initiativer/kalender.ics`"""
    return _list(InitiativesForm(request.GET))


def recommendation_calendar(request: HttpRequest, publication: str, number: str) -> HttpResponse:
    """`/anbefalinger/<kilde>/<nummer>/kalender.ics`: the recommendation and all below it."""
    return _of_item(request, Recommendation, publication, number)


def initiative_calendar(request: HttpRequest, publication: str, number: str) -> HttpResponse:
    """`/initiativer/<kilde>/<nummer>/kalender.ics`"""
    return _of_item(request, Initiative, publication, number)


def meeting_calendar(request: HttpRequest, code: str, on: str) -> HttpResponse:
    """`/moeder/<udvalg>/<dato>/kalender.ics`: the one meeting, with what was promised to it."""
    found = meeting_at(code, on)
    if not isinstance(found, Meeting):
        return found
    title = _("Møde i %(committee)s") % {"committee": found.committee.name}
    known = _of_meetings(Meeting.objects.filter(pk=found.pk), [found.committee_id])
    return _answered(title, known, "moede.ics")


def _list(form: SelectionForm) -> HttpResponse:
    selection = chosen(form)
    title, meetings = _("Frister"), list[Event]()
    if selection.committee and selection == Selection(committee=selection.committee):
        title = _("Møder og frister")
        found = Meeting.objects.filter(committee__in=selection.owners).latest_first()
        meetings = _of_meetings(found, selection.owners)
    return _calendar(title_of(title, form), selection, form.models, meetings=meetings)


def _of_item(request: HttpRequest, model: ItemModel, publication: str, number: str) -> HttpResponse:
    item = one(model, publication, number)
    if way := moved(request, item, publication, number, "_calendar"):
        return way
    below = Item.objects.filter(publication=item.publication, path__startswith=f"{item.path}!")
    about = Q(item=item) | Q(item__in=below.order_by().values("pk"))
    return _calendar(_("Frister: %(item)s") % {"item": name(item)}, Selection(), (model,), about)


def _calendar(
    title: str,
    selection: Selection,
    models: tuple[ItemModel, ...],
    about: Q | None = None,
    meetings: Sequence[Event] = (),
) -> HttpResponse:
    about = about or Q()
    deadlines = selection.deadlines(models).filter(about).select_related(*RELATED).order_by("-due_on", "pk")
    steps = selection.next_steps(models).filter(about, STEP_HAS_A_DAY).select_related(*RELATED, "next_step_meeting")
    promised = [
        *meetings,
        *map(_of_deadline, deadlines[: MOST + 1]),
        *map(_of_step, steps.order_by("-next_step_on", "pk")[: MOST + 1]),
    ]
    if len(promised) > MOST:  # some of them would look like all of them
        raise Refused(
            _("Kalenderen ville få over %(most)s datoer. Vælg færre, for eksempel et udvalg eller en kilde.")
            % {"most": number_format(MOST)}
        )
    return _answered(title, promised, "frister.ics")


def _answered(title: str, events: Iterable[Event], file_name: str) -> HttpResponse:
    return HttpResponse(
        _written(title_of_its_own(title), events),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'inline; filename="{file_name}"'},
    )


def _written(title: str, events: Iterable[Event]) -> bytes:
    """The file; of the same events always the same one."""
    calendar = Calendar()
    for key, value in {
        "version": "2.0",
        "prodid": "-//Anbefalingstracker//Frister//DA",
        "calscale": "GREGORIAN",
        "method": "PUBLISH",
        "name": _plain(title),  # RFC 7986; the next is what older calendars read
        "x-wr-calname": _plain(title),
        "x-wr-timezone": settings.TIME_ZONE,
    }.items():
        calendar.add(key, value)
    calendar.add("refresh-interval", LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add_component(_zone())
    for event in sorted(events, key=lambda event: (str(event.start), str(event["uid"]))):
        calendar.add_component(event)
    return calendar.to_ical()


@cache
def _zone() -> Timezone:
    """A calendar must hold something (RFC 5545, 3.6), and this is true of ours whether there are events or not."""
    return Timezone.from_tzid(settings.TIME_ZONE, first_date=ZONE_FROM, last_date=ZONE_TO)


def _of_deadline(deadline: Deadline) -> Event:
    """One per item, wherever the deadline is moved to."""
    item = deadline.item
    municipality = tenancy.current().slug
    return _event(
        deadline,
        uuid5(DEADLINES, "/".join((municipality, item.route, item.publication.slug, item.number))),
        deadline.due_on,
        title=_("Frist: %(item)s") % {"item": name(item)},
        words=deadline.reason,
        learnt_at=deadline.recorded_at,
    )


def _of_step(update: StatusUpdate) -> Event:
    return _event(
        update,
        update.key,
        update.next_step_on or (update.next_step_meeting.on if update.next_step_meeting else None),
        title=_("Næste skridt ventes: %(item)s") % {"item": name(update.item)},
        words=update.next_step,
        learnt_at=update.published_at,
        anchor=f"#{update.anchor}",
    )


def _event(
    row: Deadline | StatusUpdate,
    uid: UUID,
    on: date | None,
    *,
    title: str,
    words: str,
    learnt_at: datetime | None,
    anchor: str = "",
) -> Event:
    """A whole day. `uid` stays when the day moves, so that calendars move it and do not add one."""
    assert on is not None  # both queries ask for a day
    assert learnt_at is not None
    lines = [excerpt(words, 1000), row.committee.name if row.committee else "", row.item.publication.title]
    event = Event()
    event.add("uid", str(uid))
    event.add("dtstamp", learnt_at.astimezone(UTC))  # not of now: the calendar is the same until it changes
    event.add("dtstart", on)
    event.add("duration", timedelta(days=1))  # not the first day after: there is none after the last in 9999
    event.add("summary", _plain(title))
    event.add("description", _plain("\n".join(line for line in lines if line)))
    event.add("url", tenancy.site_url() + row.item.get_absolute_url() + anchor)
    event.add("transp", "TRANSPARENT")  # nobody is busy because of it
    return event


# --- Meetings ---------------------------------------------------------------------------------------------------------


def _of_meetings(meetings: MeetingQuerySet, committees: Iterable[int]) -> list[Event]:
    """Each with what was promised to it in the cells of the committees (ids), but for what was kept before it.

    A meeting that was changed says so: by how often it was, and when it was last.
    """
    told = meetings.annotate(told_at=Max("events__at"), acts=Count("events")).select_related("committee")
    promised: dict[int, list[Promise]] = defaultdict(list)
    for promise in promises(committees=frozenset(committees)):
        if promise.meeting and (promise.kept_on is None or promise.kept_on >= promise.meeting.on):
            promised[promise.meeting.pk].append(promise)
    return [_of_meeting(meeting, promised[meeting.pk]) for meeting in told[: MOST + 1]]


def _of_meeting(meeting: Any, promised: Iterable[Promise]) -> Event:
    """At its time of day where one is registered, else all day. How long it lasts is not known."""
    is_cancelled = meeting.state == MeetingState.CANCELLED
    title = _("Møde i %(committee)s") % {"committee": meeting.committee.name}
    first_known = timezone.make_aware(datetime.combine(meeting.moved_from or meeting.on, time.min))
    lines = [meeting.remark, meeting.agenda_url]
    lines += [_("Lovet eller ventet: %(item)s") % {"item": name(one.item)} for one in promised]
    event = Event()
    event.add("uid", str(uuid5(MEETINGS, f"{tenancy.current().slug}/{meeting.pk}")))
    event.add("dtstamp", (meeting.told_at or first_known).astimezone(UTC))
    event.add("sequence", max(meeting.acts - 1, 0))
    if meeting.begins_at:
        event.add("dtstart", datetime.combine(meeting.on, meeting.begins_at, timezone.get_default_timezone()))
    else:
        event.add("dtstart", meeting.on)
        event.add("duration", timedelta(days=1))
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("summary", _plain(_("Aflyst: %(what)s") % {"what": title} if is_cancelled else title))
    if told := "\n".join(line for line in lines if line):
        event.add("description", _plain(told))
    event.add("url", tenancy.site_url() + meeting.get_absolute_url())
    event.add("transp", "TRANSPARENT")
    return event


def _plain(text: str) -> str:
    return CONTROL.sub("", text)
