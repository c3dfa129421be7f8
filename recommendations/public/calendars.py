"""Promised dates as a calendar: deadlines in force, and the days on which next steps are expected."""

from urllib.parse import urlsplit
from uuid import UUID, uuid5

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from recommendations.filters import InitiativeFilter, ItemFilter, NewsFilter, RecommendationFilter
from recommendations.models import Deadline, Initiative, Recommendation, StatusUpdate
from recommendations.public.feeds import chosen, title_of
from recommendations.public.ics import Event, calendar
from recommendations.public.times import Refused
from recommendations.selection import ITEM_KINDS, ItemKind
from recommendations.templatetags.words import excerpt, printed_number

MOST = 2000
DEADLINES = UUID("0b0f4a52-3a57-4c40-8d2e-6f0f7a0f9f57")  # the name space of the deadlines' ids: never change it
RELATED = ("recommendation__publication", "initiative__publication", "committee")


def news_calendar(request: HttpRequest) -> HttpResponse:
    """`/nyt/kalender.ics`: both kinds of item; with `?udvalg=` the dates of a committee."""
    return _calendar(NewsFilter(request.GET))


def recommendations_calendar(request: HttpRequest) -> HttpResponse:
    """`/anbefalinger/kalender.ics`"""
    return _calendar(RecommendationFilter(request.GET), (Recommendation,))


def initiatives_calendar(request: HttpRequest) -> HttpResponse:
    """`/initiativer/kalender.ics`"""
    return _calendar(InitiativeFilter(request.GET), (Initiative,))


def _calendar(filters: ItemFilter, kinds: tuple[ItemKind, ...] = ITEM_KINDS) -> HttpResponse:
    selection = chosen(filters)
    deadlines = selection.deadlines(kinds).select_related(*RELATED).order_by("-due_on", "pk")[: MOST + 1]
    steps = selection.next_steps(kinds).select_related(*RELATED).order_by("-next_step_on", "pk")[: MOST + 1]
    events = [*map(_of_deadline, deadlines), *map(_of_step, steps)]
    if len(events) > MOST:  # some of them would look like all of them
        raise Refused(
            _("Kalenderen ville få over %(most)s datoer. Vælg færre, for eksempel et udvalg eller en kilde.")
            % {"most": number_format(MOST)}
        )
    events.sort(key=lambda event: (event.on, event.uid))
    name = title_of(_("Lovede datoer"), filters)
    return HttpResponse(
        calendar(name, events),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'inline; filename="lovede-datoer.ics"'},
    )


def _of_deadline(deadline: Deadline) -> Event:
    """One per item, wherever the deadline is moved to."""
    return Event(
        uid=_uid(uuid5(DEADLINES, "/".join(deadline.item_key))),
        on=deadline.due_on,
        title=_("Frist: %(item)s") % {"item": _name(deadline.item)},
        text=_text(deadline, deadline.reason),
        address=settings.SITE_URL + deadline.item.get_absolute_url(),
        stamp=deadline.recorded_at,
    )


def _of_step(update: StatusUpdate) -> Event:
    return Event(
        uid=_uid(update.key),
        on=update.next_step_on,
        title=_("Næste skridt ventes: %(item)s") % {"item": _name(update.item)},
        text=_text(update, update.next_step),
        address=f"{settings.SITE_URL}{update.item.get_absolute_url()}#{update.anchor}",
        stamp=update.published_at,
    )


def _uid(key: UUID) -> str:
    return f"{key}@{urlsplit(settings.SITE_URL).hostname}"


def _name(item) -> str:
    return f"{printed_number(item)} {item.title}".strip()


def _text(row: Deadline | StatusUpdate, words: str) -> str:
    """What is promised, by whom and in which source, a line each."""
    lines = [excerpt(words, 1000), row.committee.name if row.committee else "", row.item.publication.title]
    return "\n".join(line for line in lines if line)
