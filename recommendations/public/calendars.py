"""Promised dates as a calendar (RFC 5545): deadlines in force, and the days on which next steps are expected."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from uuid import UUID, uuid5

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from recommendations import tenancy
from recommendations.filters import InitiativesForm, NewsForm, RecommendationsForm, SelectionForm
from recommendations.models import Deadline, Initiative, Item, Recommendation, StatusUpdate
from recommendations.public.addressed import moved, one
from recommendations.public.asked import Refused, chosen, title_of
from recommendations.public.follow import title_of_its_own
from recommendations.selection import ItemModel, Selection
from recommendations.templatetags.words import excerpt, name

MOST = 2000
DEADLINES = UUID("0b0f4a52-3a57-4c40-8d2e-6f0f7a0f9f57")  # the name space of the deadlines' ids: never change it
RELATED = ("item__publication", "item__wording", "committee")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # RFC 5545, 3.1: a text may not hold them
LOOK_AGAIN = timedelta(hours=12)
# What the one component without events covers; an all-day event needs no zone.
ZONE_FROM, ZONE_TO = date(2000, 1, 1), date(2060, 1, 1)


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


def _list(form: SelectionForm) -> HttpResponse:
    selection = chosen(form)
    return _calendar(title_of(_("Frister"), form), selection, form.models)


def _of_item(request: HttpRequest, model: ItemModel, publication: str, number: str) -> HttpResponse:
    item = one(model, publication, number)
    if way := moved(request, item, publication, number, "_calendar"):
        return way
    below = Item.objects.filter(publication=item.publication, path__startswith=f"{item.path}!")
    about = Q(item=item) | Q(item__in=below.order_by().values("pk"))
    return _calendar(_("Frister: %(item)s") % {"item": name(item)}, Selection(), (model,), about)


def _calendar(title: str, selection: Selection, models: tuple[ItemModel, ...], about: Q | None = None) -> HttpResponse:
    about = about or Q()
    deadlines = selection.deadlines(models).filter(about).select_related(*RELATED).order_by("-due_on", "pk")
    steps = selection.next_steps(models).filter(about, next_step_on__isnull=False).select_related(*RELATED)
    promised = [
        *map(_of_deadline, deadlines[: MOST + 1]),
        *map(_of_step, steps.order_by("-next_step_on", "pk")[: MOST + 1]),
    ]
    if len(promised) > MOST:  # some of them would look like all of them
        raise Refused(
            _("Kalenderen ville få over %(most)s datoer. Vælg færre, for eksempel et udvalg eller en kilde.")
            % {"most": number_format(MOST)}
        )
    return HttpResponse(
        _written(title_of_its_own(title), promised),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'inline; filename="frister.ics"'},
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
    for event in sorted(events, key=lambda event: (event.start, str(event["uid"]))):
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
        update.next_step_on,
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


def _plain(text: str) -> str:
    return CONTROL.sub("", text)
